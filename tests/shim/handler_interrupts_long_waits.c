/*
 * handler_interrupts_long_waits: a handler's short line takes the place of a long pending one, also at the end of a block, where what
 * is left of the longer one must not show.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "expect/expect.h"

enum { ROUNDS = 200, MOST = 20 };

static int sv[2];

static void handle(int number)
{
	int saved = errno;

	(void)number;
	must(write(sv[1], "x", 1) == 1);
	errno = saved;
}

int main(void)
{
	struct sigaction action = {.sa_handler = handle};
	struct itimerval soon = {.it_value.tv_usec = 100};
	struct pollfd fds[MOST];
	sigset_t alarm, none;

	expect_pair(sv);
	for (int i = 0; i < MOST; i++)
		fds[i] = (struct pollfd){.fd = sv[0], .events = POLLPRI};
	sigemptyset(&none);
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	must(sigprocmask(SIG_BLOCK, &alarm, NULL) == 0);
	must(sigaction(SIGALRM, &action, NULL) == 0);
	for (int i = 0; i < ROUNDS; i++) {
		must(setitimer(ITIMER_REAL, &soon, NULL) == 0);
		must(ppoll(fds, 1 + i % MOST, NULL, &none) == -1 && errno == EINTR);
		expect("ppoll args.nfds=%d ret=-1 err=EINTR", 1 + i % MOST);
		expect("write fd=%d sock=$b ret=1 data=x", sv[1]);
	}
	expect("exit how=exit status=0");
	return 0;
}
