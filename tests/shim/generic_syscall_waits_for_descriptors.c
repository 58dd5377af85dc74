/* generic_syscall_waits_for_descriptors: what waits, by number, with the timeout as passed; a set so made is a new one where another was. */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "expect/expect.h"

static int sv[2]; /* the first has a byte to be read */

static void polls(void)
{
	struct timespec time = {5, 0};
	struct pollfd poll = {sv[0], POLLIN, 0};
	fd_set set;

	must(syscall(SYS_ppoll, &poll, 1, &time, NULL, 8) == 1);
	expect("ppoll via=syscall args.nfds=1 args.tmo_p.tv_sec=5 ret=1 ready.0.fd=%d ready.0.sock=$a", sv[0]);
	must(time.tv_sec < 5); /* unlike the function */
	time = (struct timespec){5, 0};
	FD_ZERO(&set);
	FD_SET(sv[0], &set);
	must(syscall(SYS_pselect6, sv[0] + 1, &set, NULL, NULL, &time, NULL) == 1);
	expect("pselect via=syscall args.readfds=[%d] args.timeout.tv_sec=5 ret=1 ready.0.fd=%d ready.1=-", sv[0],
	       sv[0]);
}

static void epolls(int set)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x7700000000};
	struct timespec now = {0, 0};

	must(syscall(SYS_epoll_ctl, set, EPOLL_CTL_ADD, sv[0], &event) == 0);
	expect("epoll_ctl via=syscall fd=%d args.epfd=%d ret=0", sv[0], set);
	must(syscall(SYS_epoll_wait, set, &event, 1, -1) == 1);
	expect("epoll_wait via=syscall args.epfd=%d ret=1 ready.0.fd=%d ready.0.sock=$a ready.1=-", set, sv[0]);
	must(syscall(SYS_epoll_pwait, set, &event, 1, -1, NULL, 8) == 1);
	expect("epoll_pwait via=syscall args.epfd=%d args.timeout=-1 ret=1 ready.0.fd=%d", set, sv[0]);
	must(syscall(SYS_epoll_pwait2, set, &event, 1, &now, NULL, 8) == 1);
	expect("epoll_pwait2 via=syscall args.epfd=%d args.timeout.tv_sec=0 ret=1 ready.0.fd=%d", set, sv[0]);
}

/* With the same data as the socket had in that which was there before. */
static void pipe_is_no_socket(int set)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x7700000000};
	int ends[2], other = socket(AF_INET, SOCK_DGRAM, 0);

	expect("socket ret=%d", other);
	must(pipe(ends) == 0 && write(ends[1], "x", 1) == 1);
	must(epoll_ctl(set, EPOLL_CTL_ADD, other, &(struct epoll_event){.events = EPOLLIN}) == 0);
	expect("epoll_ctl fd=%d args.epfd=%d ret=0", other, set);
	must(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
	must(epoll_wait(set, &event, 1, -1) == 1);
	expect("epoll_wait args.epfd=%d ret=1 ready=[]", set);
}

int main(void)
{
	int set;

	expect_pair(sv);
	must(send(sv[1], "x", 1, 0) == 1);
	expect("send fd=%d ret=1", sv[1]);
	polls();
	set = syscall(SYS_epoll_create1, EPOLL_CLOEXEC);
	must(set >= 0);
	expect("epoll_create1 via=syscall args.flags=[O_CLOEXEC] ret=%d", set);
	epolls(set);
	must(close(set) == 0 && syscall(SYS_epoll_create, 1) == set);
	expect("epoll_create via=syscall args.size=1 ret=%d", set);
	pipe_is_no_socket(set);
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.3=-");
	return 0;
}
