/* descriptors_taken_first_begin_a_trace: who has no socket but one that it took from another process has a trace, from then on. */
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

static int by_number(int pidfd, int theirs, unsigned int flags)
{
	return syscall(SYS_pidfd_getfd, pidfd, theirs, flags);
}

static void own(const char *name, int says, int waits)
{
	char byte;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	expect("socket ret=%d newsock=$%s", fd, name);
	expect("exit how=exit status=0 open.0.sock=$%s open.1=-", name);
	must(write(says, &fd, sizeof fd) == sizeof fd);
	must(read(waits, &byte, 1) == 0);
	exit(0);
}

static void take(const char *name, const char *via, int (*get)(int pidfd, int theirs, unsigned int flags))
{
	int said[2], done[2], theirs;

	must(pipe(said) == 0 && pipe(done) == 0);
	pid_t pid = fork();
	must(pid >= 0);
	if (!pid) {
		close(done[1]);
		own(name, said[1], done[0]);
	}
	must(read(said[0], &theirs, sizeof theirs) == sizeof theirs);
	int pidfd = pidfd_open(pid, 0);
	must(pidfd >= 0);
	int ours = get(pidfd, theirs, 0);
	must(ours >= 0);
	expect("pidfd_getfd via=%s args.pidfd=%d args.targetfd=%d ret=%d newsock=$%s", via, pidfd, theirs, ours, name);
	must(close(ours) == 0);
	expect("close fd=%d sock=$%s refs=0", ours, name);
	close(done[1]);
	must(waitpid(pid, NULL, 0) == pid);
	expect("waitpid ret=%d", pid);
	expect("exit how=exit status=0 open=[]");
	exit(0);
}

int main(void)
{
	if (fork() == 0)
		take("one", "-", pidfd_getfd);
	must(wait(NULL) > 0);
	if (fork() == 0)
		take("other", "syscall", by_number);
	must(wait(NULL) > 0);
	return 0;
}
