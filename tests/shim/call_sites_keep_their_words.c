/* call_sites_keep_their_words: what the shim keeps of a call site's lines is never another's, nor of another call there. */
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

enum { SITES = 48 }; /* more than the shim keeps at once */

static int sv[2];
static pid_t main_tid;

static void ask(int site, int on)
{
	expect("send fd=%d sock=$%s args.len=%d args.flags=[MSG_DONTWAIT] ret=%d pc=$site%d", sv[on], on ? "b" : "a",
	       site + 1, site + 1, site);
}

/* Each case is a call site of its own. */
static void ask_at(int site, int on)
{
	static const char bytes[SITES];

#define SITE(n)                                                                                                        \
	case n:                                                                                                        \
		must(send(sv[on], bytes, n + 1, MSG_DONTWAIT) == n + 1);                                               \
		break;
#define SITES_8(n) SITE(n) SITE(n + 1) SITE(n + 2) SITE(n + 3) SITE(n + 4) SITE(n + 5) SITE(n + 6) SITE(n + 7)
	switch (site) {
		SITES_8(0)
		SITES_8(8)
		SITES_8(16)
		SITES_8(24)
		SITES_8(32)
		SITES_8(40)
	}
}

/* While recv waits, every site is used: none of them may change what its line says. */
static void handle(int number)
{
	(void)number;
	for (int site = 0; site < SITES; site++)
		ask_at(site, 1);
	must(write(sv[0], "now", 3) == 3);
}

static void *interrupt(void *unused)
{
	(void)unused;
	wait_until_in(getpid(), main_tid, SYS_recvfrom);
	must(syscall(SYS_tgkill, getpid(), main_tid, SIGUSR1) == 0);
	return NULL;
}

/* One call site, with other arguments each time. */
static void vary(void)
{
	static const int flags[] = {0, MSG_NOSIGNAL, MSG_DONTWAIT};
	static const char *const names[] = {"", "MSG_NOSIGNAL", "MSG_DONTWAIT"};

	for (int i = 0; i < 60; i++) {
		int len = i % 7 + 1, on = i / 3 % 2, which = i % 3;
		must(send(sv[on], "1234567", len, flags[which]) == len);
		expect("send fd=%d sock=$%s args.len=%d args.flags=[%s] ret=%d data=\"%.*s\" pc=$vary", sv[on],
		       on ? "b" : "a", len, names[which], len, len, "1234567");
	}
}

int main(void)
{
	struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
	pthread_t thread;
	char bytes[8];

	main_tid = gettid();
	must(sigaction(SIGUSR1, &action, NULL) == 0);
	expect_pair(sv);
	must(pthread_create(&thread, NULL, interrupt, NULL) == 0);
	must(recv(sv[1], bytes, sizeof bytes, 0) == 3);
	expect("recv fd=%d sock=$b args.len=8 args.flags=[] ret=3 data=now", sv[1]);
	for (int site = 0; site < SITES; site++)
		ask(site, 1);
	expect("write fd=%d sock=$a args.count=3 ret=3 data=now", sv[0]);
	must(pthread_join(thread, NULL) == 0);
	vary();
	for (int round = 0; round < 2; round++) {
		for (int site = 0; site < SITES; site++) {
			ask_at(site, round);
			ask(site, round);
		}
	}
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b");
	return 0;
}
