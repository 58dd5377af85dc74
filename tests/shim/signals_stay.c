/*
 * signals_stay: what is blocked, ignored, caught and pending is the program's own affair at every moment, though descriptors run out
 * and a file is appended; a broken pipe is signalled once.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

enum { ROUNDS = 600 };

static volatile sig_atomic_t broken;

static void on_pipe(int number)
{
	broken += number == SIGPIPE;
}

/* All dispositions, the mask, what is pending. */
static void signals(char *to)
{
	for (int i = 1; i < NSIG; i++) {
		struct sigaction action = {0};
		sigaction(i, NULL, &action);
		memcpy(to, &action.sa_handler, sizeof action.sa_handler);
		to += sizeof action.sa_handler;
	}
	sigset_t *sets = (sigset_t *)to;
	sigprocmask(SIG_SETMASK, NULL, &sets[0]);
	sigpending(&sets[1]);
}

int main(void)
{
	static _Alignas(16) char before[NSIG * sizeof(void *) + 2 * sizeof(sigset_t) + 64], after[sizeof before];
	struct rlimit few = {16, 16};
	sigset_t some;
	int sv[2];
	char c;

	must(signal(SIGPIPE, on_pipe) != SIG_ERR);
	must(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
	sigemptyset(&some);
	sigaddset(&some, SIGUSR1);
	sigaddset(&some, SIGRTMAX);
	must(sigprocmask(SIG_BLOCK, &some, NULL) == 0);
	must(raise(SIGUSR1) == 0);
	expect_pair(sv);
	must(setrlimit(RLIMIT_NOFILE, &few) == 0);
	while (dup(1) >= 0)
		;
	must(errno == EMFILE);
	signals(before);
	for (int i = 0; i < ROUNDS; i++) {
		must(write(sv[0], "x", 1) == 1);
		expect("write fd=%d ret=1 data=x", sv[0]);
		must(read(sv[1], &c, 1) == 1);
		expect("read fd=%d ret=1 data=x", sv[1]);
	}
	signals(after);
	must(!memcmp(before, after, sizeof before));
	must(close(sv[1]) == 0);
	expect("close fd=%d", sv[1]);
	must(write(sv[0], "x", 1) == -1 && errno == EPIPE && broken == 1);
	expect("write fd=%d ret=-1 err=EPIPE", sv[0]);
	signals(after);
	must(!memcmp(before, after, sizeof before));
	expect("exit how=exit status=0 open.0.fd=%d open.1=-", sv[0]);
	return 0;
}
