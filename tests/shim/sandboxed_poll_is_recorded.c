/*
 * sandboxed_poll_is_recorded: in a sandbox nobody can be asked whether memory is readable. What lies on the stack was seen to
 * be before; an array elsewhere is read when the kernel has read it.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

enum { DEEP = 20000 };

static const int that_ask_about_memory[] = {SYS_process_vm_readv, SYS_rt_sigprocmask};

static void poll_on_the_heap(const int *sv, const int *pipes)
{
	struct pollfd *fds = calloc(20, sizeof *fds), *none = calloc(1, sizeof *none);

	must(fds && none);
	for (int i = 0; i < 20; i++)
		fds[i].fd = -1;
	fds[19] = (struct pollfd){sv[1], POLLIN, 0};
	must(poll(fds, 20, 1000) == 1);
	expect("poll args.nfds=20 args.fds.19.fd=%d ret=1 ready.0.fd=%d ready.0.events=[POLLIN]", sv[1], sv[1]);
	*none = (struct pollfd){pipes[1], POLLOUT, 0};
	must(poll(none, 1, 0) == 1);
}

static void receive_from_far_up(const int *sv, struct sockaddr_un *from, socklen_t *len)
{
	char deep[DEEP], byte;

	deep[0] = deep[DEEP - 1] = 0;
	must(recvfrom(sv[1], &byte, 1, deep[0], (struct sockaddr *)from, len) == 1);
	expect("recvfrom fd=%d args.addrlen=%zu ret=1 data=x", sv[1], sizeof *from);
}

int main(void)
{
	struct sockaddr_un from;
	socklen_t len = sizeof from;
	int sv[2], pipes[2];

	expect_pair(sv);
	must(pipe(pipes) == 0);
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d ret=1", sv[0]);
	must(forbid_calls(that_ask_about_memory, 2) == 0);
	expect("prctl args.option=PR_SET_SECCOMP ret=0");
	poll_on_the_heap(sv, pipes);
	receive_from_far_up(sv, &from, &len);
	expect("exit how=exit status=0");
	return 0;
}
