/* failed_ranges_close_nothing: where close_range fails, as in kernels without it and in sandboxes, the sockets stay what they were. */
#include <errno.h>
#include <limits.h>
#include <linux/close_range.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

#define NO_SUCH_FLAG 8

static void fail(unsigned first)
{
	must(close_range(first, UINT_MAX, NO_SUCH_FLAG) == -1 && errno == EINVAL);
	expect("close_range args.first=%u ret=-1 err=EINVAL closed=-", first);
}

static void begin_waiting(int set, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = 77};

	must(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
	expect("epoll_ctl fd=%d sock=$b args.epfd=%d ret=0", fd, set);
}

static void still_wait(int set, int fd)
{
	struct epoll_event event;

	must(epoll_wait(set, &event, 1, 0) == 1);
	expect("epoll_wait ret=1 ready.0.fd=%d ready.0.sock=$b ready.1=-", fd);
}

int main(void)
{
	int sv[2], set = epoll_create1(0);
	char c;

	expect_pair(sv);
	begin_waiting(set, sv[1]);
	must(dup2(sv[0], 100) == 100);
	expect("dup2 args.newfd=100 ret=100");
	fail(3);
	fail(100);
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d sock=$a ret=1", sv[0]);
	still_wait(set, sv[1]);
	must(read(sv[1], &c, 1) == 1);
	expect("read fd=%d sock=$b ret=1", sv[1]);
	must(close_range(sv[0], UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0);
	expect("close_range args.flags=[CLOSE_RANGE_CLOEXEC] ret=0 closed=[]");
	must(close(100) == 0);
	expect("close fd=100 sock=$a refs=1");
	must(close(100) == -1 && errno == EBADF);
	expect("close fd=100 ret=-1 err=EBADF");
	must(close(sv[0]) == 0);
	expect("close fd=%d sock=$a refs=0", sv[0]);
	must(close_range(INT_MAX + 1u, UINT_MAX, 0) == 0);
	expect("close_range args.first=%u ret=0 closed=[]", INT_MAX + 1u);
	expect("exit how=exit status=0 open.0.fd=%d open.0.sock=$b open.1=-", sv[1]);
	return 0;
}
