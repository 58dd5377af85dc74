/*
 * lost_buffers WAY ROUNDS: one thread that sends from a buffer which is gone before the call has returned to it:
 *   handler  unmapped by the handler of the signal by which the receiver acknowledges
 *   cut      cut short by the receiver, which has the file that is mapped there
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, LEN = 100 };

static char *volatile sent;
static int file, acknowledged[2];

static void must(int claim)
{
	if (!claim)
		abort();
}

static void *map(int flags, int fd)
{
	char *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, flags, fd, 0);

	must(at != MAP_FAILED);
	return at;
}

static void unmap(int signal)
{
	(void)signal;
	munmap(sent, PAGE);
	sent = NULL;
}

static void receive(int fd, pid_t sender)
{
	char room[LEN];

	while (read(fd, room, sizeof room) == LEN)
		if (file)
			must(ftruncate(file, 0) == 0 && write(acknowledged[1], "", 1) == 1);
		else
			must(kill(sender, SIGUSR1) == 0);
	_exit(0);
}

static void send_unmapped(int fd)
{
	sigset_t usr1, before;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sent = map(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	memset(sent, 'd', LEN);
	must(write(fd, sent, LEN) == LEN);
	sigprocmask(SIG_BLOCK, &usr1, &before);
	while (sent)
		sigsuspend(&before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void send_cut(int fd)
{
	static char *at;
	char byte;

	must(ftruncate(file, PAGE) == 0);
	at = at ? at : map(MAP_SHARED, file);
	memset(at, 'd', LEN);
	must(write(fd, at, LEN) == LEN && read(acknowledged[0], &byte, 1) == 1);
}

int main(int argc, char **argv)
{
	int sv[2], status, is_cut = argc == 3 && strcmp(argv[1], "cut") == 0;
	pid_t self = getpid();

	must(argc == 3 && (is_cut || strcmp(argv[1], "handler") == 0));
	must(signal(SIGUSR1, unmap) != SIG_ERR && pipe(acknowledged) == 0 &&
	     socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	file = is_cut ? memfd_create("cut", 0) : 0;
	pid_t child = fork();
	must(child >= 0);
	if (child == 0) {
		close(sv[0]);
		receive(sv[1], self);
	}
	close(sv[1]);
	for (int left = atoi(argv[2]); left > 0; left--)
		(is_cut ? send_cut : send_unmapped)(sv[0]);
	close(sv[0]);
	must(waitpid(child, &status, 0) == child && status == 0);
	return 0;
}
