/*
 * sandboxed_polls_are_pending: of a poll whose array cannot be read before the kernel has done so there is a line while it waits, and one where it
 * fails; where it then shows that no socket was among its descriptors, none.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

static void ignore(int signal)
{
	(void)signal;
}

static void poll_and_die(void)
{
	struct itimerval soon = {.it_value.tv_usec = 20000};
	struct sigaction act = {.sa_handler = ignore};
	struct pollfd *fds = calloc(1, sizeof *fds);
	int sv[2], pipes[2];

	expect_pair(sv);
	must(fds && pipe(pipes) == 0 && sigaction(SIGALRM, &act, NULL) == 0);
	must(forbid_calls(NULL, 0) == 0);
	expect("prctl ret=0");
	*fds = (struct pollfd){pipes[0], POLLIN, 0};
	must(poll(fds, 1, 1) == 0);
	must(setitimer(ITIMER_REAL, &soon, NULL) == 0);
	*fds = (struct pollfd){sv[0], POLLIN, 0};
	must(poll(fds, 1, -1) == -1 && errno == EINTR);
	expect("poll args.fds=- args.nfds=1 ret=-1 err=EINTR");
	expect("pending ppoll args.fds=- args.nfds=1 args.tmo_p=null alone=true ret=-");
	ppoll(fds, 1, NULL, NULL);
}

int main(void)
{
	int status;
	/* The parent has no socket: no file. */
	pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0)
		poll_and_die();
	wait_until_in(pid, pid, SYS_ppoll);
	kill(pid, SIGKILL);
	must(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return 0;
}
