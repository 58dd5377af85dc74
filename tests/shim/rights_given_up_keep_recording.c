/*
 * rights_given_up_keep_recording: a daemon becomes nobody, in another root, and closes every descriptor it can think of. More
 * lines follow than a slot holds, so that they must be appended by who may not open the file any more; and a new thread needs a slot.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { NOBODY = 65534, ROUNDS = 400 };

static int sv[2];

static void *thread(void *arg)
{
	expect_pings(sv, ROUNDS);
	return arg;
}

int main(void)
{
	pthread_t t;

	if (geteuid() != 0) {
		expect_pair(sv);
		expect_pings(sv, ROUNDS);
		expect("exit how=exit status=0 open=?");
		return 0;
	}
	must(chroot(".") == 0);
	expect("chroot args.path=. ret=0");
	must(setgid(NOBODY) == 0);
	expect("setgid args.gid=%d ret=0", NOBODY);
	must(setuid(NOBODY) == 0);
	expect("setuid args.uid=%d ret=0", NOBODY);
	must(setuid(0) == -1 && errno == EPERM);
	expect("setuid args.uid=0 ret=-1 err=EPERM");
	for (int fd = 3; fd < 8192; fd++)
		must(close(fd) == -1 && errno == EBADF);
	/* The numbers that the tracer has taken for itself stay its own when they are not taken from it. */
	for (int fd = 3; fd < 8192; fd++)
		must(dup2(-1, fd) == -1 && errno == EBADF && syscall(SYS_dup2, -1, fd) == -1 && dup3(1, fd, -1) == -1);
	for (int fd = 3; fd < 8192; fd++)
		must(close(fd) == -1 && errno == EBADF);
	/* A child of vfork takes them in a table of its own. */
	pid_t pid = vfork();
	if (pid == 0) {
		for (int fd = 3; fd < 8192; fd++)
			dup2(1, fd);
		_exit(0);
	}
	expect("vfork ret=%d", pid);
	must(pid > 0 && waitpid(pid, NULL, 0) == pid);
	expect("waitpid ret=%d", pid);
	closefrom(3);
	expect("closefrom args.lowfd=3 closed=[]");
	must(close_range(3, ~0u, 0) == 0);
	expect("close_range args.first=3 closed=[]");
	/* A number that the tracer may have taken for itself. */
	int high = fcntl(1, F_DUPFD, 4000);
	if (high >= 0)
		for (int fd = high; fd < high + 80; fd++)
			must(dup2(1, fd) == fd);
	expect_pair(sv);
	expect_pings(sv, ROUNDS);
	must(pthread_create(&t, NULL, thread, NULL) == 0);
	must(pthread_join(t, NULL) == 0);
	expect("exit how=exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
	return 0;
}
