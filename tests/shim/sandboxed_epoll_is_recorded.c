/*
 * sandboxed_epoll_is_recorded: in a sandbox, beside another thread, nobody can be asked whether what is not on the stack is there. What
 * epoll_ctl was given elsewhere, and FIONBIO, is read when the kernel has read it: a wait that finds a socket has its line.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

static const int that_ask_about_memory[] = {SYS_process_vm_readv, SYS_rt_sigprocmask};
static int yes = 1;

static void *rest(void *unused)
{
	pause();
	return unused;
}

static void watch_from_the_heap(int set, int fd)
{
	struct epoll_event *event = malloc(sizeof *event), found;

	must(event != NULL);
	*event = (struct epoll_event){.events = EPOLLIN, .data.fd = fd};
	must(epoll_ctl(set, EPOLL_CTL_ADD, fd, event) == 0);
	expect("epoll_ctl fd=%d args.epfd=%d args.event=[EPOLLIN] ret=0", fd, set);
	free(event);
	must(epoll_wait(set, &found, 1, 1000) == 1);
	expect("epoll_wait args.epfd=%d ret=1 ready.0.fd=%d ready.0.events=[EPOLLIN]", set, fd);
}

int main(void)
{
	int sv[2], set = epoll_create1(0);
	pthread_t thread;

	must(set >= 0 && pthread_create(&thread, NULL, rest, NULL) == 0);
	expect_pair(sv);
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d ret=1", sv[0]);
	must(forbid_calls(that_ask_about_memory, 2) == 0);
	expect("prctl args.option=PR_SET_SECCOMP ret=0");
	watch_from_the_heap(set, sv[1]);
	must(ioctl(sv[1], FIONBIO, &yes) == 0);
	expect("ioctl fd=%d args.argp=1 ret=0", sv[1]);
	expect("exit how=exit status=0");
	return 0;
}
