/* cancelled_calls_stay_pending: accept, read and recv are cancellation points as untraced: the call that a thread was cancelled in stands
 * as pending. */
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

struct call {
	int fd;
	long number;
	const char *name;
	pid_t tid;
};

static void *make_call(void *arg)
{
	struct call *c = arg;
	char byte;

	expect("pending %s fd=%d alone=-", c->name, c->fd);
	__atomic_store_n(&c->tid, gettid(), __ATOMIC_RELEASE);
	if (c->number == SYS_accept)
		accept(c->fd, NULL, NULL);
	else if (c->number == SYS_read)
		must(read(c->fd, &byte, 1) == 1);
	else
		must(recv(c->fd, &byte, 1, 0) == 1);
	return NULL;
}

static void cancel(int fd, long number, const char *name)
{
	struct call c = {fd, number, name, 0};
	void *result;
	pthread_t t;

	must(pthread_create(&t, NULL, make_call, &c) == 0);
	while (!__atomic_load_n(&c.tid, __ATOMIC_ACQUIRE))
		usleep(100);
	wait_until_in(getpid(), c.tid, number);
	must(pthread_cancel(t) == 0);
	must(pthread_join(t, &result) == 0 && result == PTHREAD_CANCELED);
}

int main(void)
{
	int sv[2], port, listener = expect_listener("listener", &port);
	char byte;

	expect_pair(sv);
	cancel(listener, SYS_accept, "accept");
	cancel(sv[0], SYS_read, "read");
	cancel(sv[0], SYS_recvfrom, "recv");
	must(write(sv[1], "x", 1) == 1);
	expect("write fd=%d ret=1", sv[1]);
	must(read(sv[0], &byte, 1) == 1);
	expect("read fd=%d ret=1 data=x", sv[0]);
	expect("exit how=exit status=0");
	return 0;
}
