/*
 * given_memory_may_go_while_it_waits: a handler that comes while a call waits, or another thread, takes away what the call was given; the call
 * fails, and there is nothing to be read there any more.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "expect/expect.h"

enum { PAGE = 4096, WAIT_S = 20 };

static int sv[2], epfd;
static void *page;
static bool by_handler;
static long waits_in;
static pid_t waiter;

static void give_page(void)
{
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(page != MAP_FAILED);
}

static void handle(int number)
{
	(void)number;
	if (by_handler)
		must(munmap(page, PAGE) == 0);
}

static void *interrupt(void *unused)
{
	wait_until_in(getpid(), waiter, waits_in);
	if (!by_handler)
		must(munmap(page, PAGE) == 0);
	must(syscall(SYS_tgkill, getpid(), waiter, SIGUSR1) == 0);
	return unused;
}

static void wait_in_poll(void)
{
	struct pollfd *fds = page;

	fds[0] = (struct pollfd){.fd = sv[0], .events = POLLIN};
	/* The kernel finds out only as it writes its answer. */
	must(poll(fds, 1, WAIT_S * 1000) == -1 && errno == (by_handler ? EINTR : EFAULT));
	expect("poll args.timeout=%d ret=-1 err=%s", WAIT_S * 1000, by_handler ? "EINTR" : "EFAULT");
}

static void wait_in_pselect(void)
{
	struct timespec *timeout = page;
	fd_set set;

	FD_ZERO(&set);
	FD_SET(sv[0], &set);
	timeout->tv_sec = WAIT_S;
	must(pselect(sv[0] + 1, &set, NULL, NULL, timeout, NULL) == -1 && errno == EINTR);
	expect("pselect ret=-1 err=EINTR");
}

static void wait_in_epoll(void)
{
	struct timespec *timeout = page;
	struct epoll_event event;

	timeout->tv_sec = WAIT_S;
	must(syscall(SYS_epoll_pwait2, epfd, &event, 1, timeout, NULL, 0) == -1 && errno == EINTR);
	expect("epoll_pwait2 args.epfd=%d ret=-1 err=EINTR", epfd);
}

/* Whose parts lie in the same page as what says where they are. */
static void wait_in_recvmsg(void)
{
	struct msghdr *message = page;
	struct iovec *part = (struct iovec *)(message + 1);

	*part = (struct iovec){part + 1, 16};
	*message = (struct msghdr){.msg_iov = part, .msg_iovlen = 1};
	must(recvmsg(sv[0], message, 0) == -1 && errno == EINTR);
	expect("recvmsg fd=%d ret=-1 err=EINTR", sv[0]);
}

static void wait_in(void (*call)(void), long number)
{
	pthread_t thread;

	for (int i = 0; i < 2; i++) {
		by_handler = i;
		waits_in = number;
		give_page();
		must(pthread_create(&thread, NULL, interrupt, NULL) == 0);
		call();
		must(pthread_join(thread, NULL) == 0);
	}
}

int main(void)
{
	struct sigaction action = {.sa_handler = handle};
	struct epoll_event event = {.events = EPOLLIN};

	waiter = gettid();
	must(sigaction(SIGUSR1, &action, NULL) == 0);
	expect_pair(sv);
	epfd = epoll_create1(0);
	expect("epoll_create1 ret=%d", epfd);
	must(epfd >= 0 && epoll_ctl(epfd, EPOLL_CTL_ADD, sv[0], &event) == 0);
	expect("epoll_ctl args.epfd=%d fd=%d ret=0", epfd, sv[0]);
	wait_in(wait_in_poll, SYS_poll);
	wait_in(wait_in_pselect, SYS_pselect6);
	wait_in(wait_in_epoll, SYS_epoll_pwait2);
	wait_in(wait_in_recvmsg, SYS_recvmsg);
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b");
	return 0;
}
