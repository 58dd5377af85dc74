/* threads_begin_without_descriptors: a thread that first uses a socket while all descriptors are used up is recorded as any other: the call
 * that it waits in stands as pending, which only room of its own in the live file can show. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

enum { LIMIT = 40 };

static int sv[2];
static _Atomic pid_t tid;

static void *receive(void *unused)
{
	char bytes[2];

	expect("recv fd=%d ret=1 data=x", sv[1]);
	must(recv(sv[1], bytes, sizeof bytes, 0) == 1);
	expect("pending recv fd=%d", sv[1]);
	tid = gettid();
	recv(sv[1], bytes, sizeof bytes, 0);
	return unused;
}

int main(void)
{
	struct rlimit limit = {LIMIT, LIMIT};
	pthread_t t;

	expect_pair(sv);
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d ret=1", sv[0]);
	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	while (dup(STDERR_FILENO) >= 0)
		;
	must(errno == EMFILE);
	must(pthread_create(&t, NULL, receive, NULL) == 0);
	while (!tid)
		usleep(100);
	for (int fd = sv[1] + 1; fd < LIMIT; fd++)
		close(fd);
	wait_until_in(getpid(), tid, SYS_recvfrom);
	expect("exit how=exit status=0");
	return 0;
}
