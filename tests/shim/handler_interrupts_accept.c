/* handler_interrupts_accept: a signal handler uses a socket while accept waits; accept then ends with EINTR. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

static int sv[2];
static pthread_t main_thread;
static pid_t main_tid;

static void handle(int number)
{
	int saved = errno;

	(void)number;
	must(write(sv[0], "signal", 6) == 6);
	errno = saved;
}

static void *interrupt(void *unused)
{
	(void)unused;
	wait_until_in(getpid(), main_tid, SYS_accept);
	pthread_kill(main_thread, SIGUSR1);
	return NULL;
}

int main(void)
{
	struct sigaction action = {.sa_handler = handle};
	pthread_t thread;
	int port;
	char bytes[16];

	main_thread = pthread_self();
	main_tid = gettid();
	must(sigaction(SIGUSR1, &action, NULL) == 0);
	expect_pair(sv);
	int listenfd = expect_listener("listener", &port);
	must(pthread_create(&thread, NULL, interrupt, NULL) == 0);
	must(accept(listenfd, NULL, NULL) == -1 && errno == EINTR);
	expect("accept fd=%d sock=$listener args.addr=null ret=-1 err=EINTR newsock=-", listenfd);
	expect("write fd=%d sock=$a ret=6 data=signal", sv[0]);
	pthread_join(thread, NULL);
	must(read(sv[1], bytes, sizeof bytes) == 6);
	expect("read fd=%d sock=$b ret=6 data=signal", sv[1]);
	expect("exit how=exit status=0 open.3=-");
	return 0;
}
