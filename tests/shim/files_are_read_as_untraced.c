/* files_are_read_as_untraced: reads and writes of what is no socket, by a process that has one: results, errno, signals, cancellation. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "expect/expect.h"

static int sv[2], p[2];

static void pass_on(int signal)
{
	(void)signal;
	must(write(p[1], "h", 1) == 1);
}

static void nothing(int signal)
{
	(void)signal;
}

static void results_and_errno(void)
{
	/* So that the compiler does not know what is wrong with these. */
	void *volatile nowhere = (void *)8;
	volatile int too_few = -1;
	char b[2] = "";
	struct iovec parts[2] = {{b, 1}, {b + 1, 1}};

	errno = 77;
	must(write(p[1], "ab", 2) == 2 && read(p[0], b, 1) == 1 && b[0] == 'a' && errno == 77);
	must(writev(p[1], parts, 2) == 2 && readv(p[0], parts, 2) == 2 && b[0] == 'b' && b[1] == 'a' && errno == 77);
	must(read(p[0], b, 1) == 1 && errno == 77);
	must(read(-1, b, 1) == -1 && errno == EBADF);
	must(read(p[1], b, 1) == -1 && errno == EBADF);
	must(write(p[1], nowhere, 1) == -1 && errno == EFAULT);
	must(writev(p[1], parts, too_few) == -1 && errno == EINVAL);
}

/* On either side of the end of the table of low numbers, and of the second. */
static void any_number(void)
{
	static const int numbers[] = {511, 512, 1023};
	char c;

	for (int i = 0; i < 3; i++) {
		must(dup2(p[1], numbers[i]) == numbers[i]);
		must(write(numbers[i], "n", 1) == 1 && read(p[0], &c, 1) == 1 && c == 'n');
		must(close(numbers[i]) == 0);
	}
}

/* A number that was a socket's. */
static void one_that_was_a_socket(void)
{
	int was = sv[1];
	char c;

	must(close(was) == 0);
	expect("close fd=%d ret=0", was);
	must(dup(p[1]) == was);
	must(write(was, "w", 1) == 1 && read(p[0], &c, 1) == 1 && c == 'w');
	must(write(was, "w", 1) == 1 && read(p[0], &c, 1) == 1 && c == 'w');
}

static void interrupted(void)
{
	struct sigaction act = {.sa_handler = nothing};
	char c;

	sigaction(SIGALRM, &act, NULL);
	ualarm(20000, 0);
	must(read(p[0], &c, 1) == -1 && errno == EINTR);
	act = (struct sigaction){.sa_handler = pass_on, .sa_flags = SA_RESTART};
	sigaction(SIGALRM, &act, NULL);
	ualarm(20000, 0);
	must(read(p[0], &c, 1) == 1 && c == 'h');
	signal(SIGPIPE, SIG_IGN);
	must(close(p[0]) == 0 && write(p[1], "x", 1) == -1 && errno == EPIPE);
}

static volatile bool has_returned;

static void cancelled(void *nothing)
{
	(void)nothing;
	if (has_returned)
		_exit(1);
	expect("exit how=exit status=0");
	exit(0);
}

int main(void)
{
	char c;

	expect_pair(sv);
	must(pipe(p) == 0);
	results_and_errno();
	any_number();
	one_that_was_a_socket();
	interrupted();
	must(pipe(p) == 0 && write(p[1], "c", 1) == 1);
	/* A thread that cancels itself is cancelled where it reads next. */
	pthread_cleanup_push(cancelled, NULL);
	must(pthread_cancel(pthread_self()) == 0);
	has_returned = read(p[0], &c, 1) == 1;
	pthread_testcancel();
	pthread_cleanup_pop(0);
	return 1;
}
