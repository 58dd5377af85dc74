/*
 * interrupted_connect_names_its_end: a signal ends the wait for a server whose queue is full. TCP goes on connecting (connect(2), EINTR) from a port
 * that it has by then; a Unix socket does not, and has no address.
 */
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "expect/expect.h"

static pthread_t main_thread;
static pid_t main_tid;

static void handle(int number)
{
	(void)number;
}

static void *interrupt(void *unused)
{
	wait_until_in(getpid(), main_tid, SYS_connect);
	pthread_kill(main_thread, SIGUSR1);
	return unused;
}

static void connect_until_interrupted(int fd, const void *to, socklen_t len)
{
	pthread_t thread;

	must(pthread_create(&thread, NULL, interrupt, NULL) == 0);
	must(connect(fd, to, len) == -1 && errno == EINTR);
	pthread_join(thread, NULL);
}

static void over_tcp(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = 0}, own;
	socklen_t len = sizeof to;
	int server = socket(AF_INET, SOCK_STREAM, 0), first = socket(AF_INET, SOCK_STREAM, 0);
	int second = socket(AF_INET, SOCK_STREAM, 0);

	must(server >= 0 && first >= 0 && second >= 0);
	expect("socket ret=%d newsock=$server", server);
	expect("socket ret=%d newsock=$first", first);
	expect("socket ret=%d newsock=$second", second);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(server, (struct sockaddr *)&to, len) == 0);
	expect("bind fd=%d ret=0", server);
	must(listen(server, 0) == 0); /* there is room for one all the same */
	expect("listen fd=%d ret=0", server);
	must(getsockname(server, (struct sockaddr *)&to, &len) == 0);
	expect("getsockname fd=%d ret=0", server);
	must(connect(first, (struct sockaddr *)&to, len) == 0);
	expect("connect fd=%d ret=0 peer.port=%d", first, ntohs(to.sin_port));
	connect_until_interrupted(second, &to, len);
	must(getsockname(second, (struct sockaddr *)&own, &len) == 0);
	expect("connect fd=%d sock=$second ret=-1 err=EINTR local.addr=\"127.0.0.1\" local.port=%d peer=-", second, ntohs(own.sin_port));
	expect("getsockname fd=%d ret=0", second);
}

static void over_unix(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int server = socket(AF_UNIX, SOCK_STREAM, 0), first = socket(AF_UNIX, SOCK_STREAM, 0);
	int second = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t len = sizeof to;

	must(server >= 0 && first >= 0 && second >= 0);
	expect("socket ret=%d", server);
	expect("socket ret=%d", first);
	expect("socket ret=%d newsock=$waiting", second);
	must(bind(server, (struct sockaddr *)&to, sizeof to.sun_family) == 0); /* to a name that the kernel chooses: unix(7), "Autobind" */
	expect("bind fd=%d ret=0", server);
	must(getsockname(server, (struct sockaddr *)&to, &len) == 0);
	expect("getsockname fd=%d ret=0", server);
	must(listen(server, 0) == 0);
	expect("listen fd=%d ret=0", server);
	must(connect(first, (struct sockaddr *)&to, len) == 0);
	expect("connect fd=%d ret=0", first);
	connect_until_interrupted(second, &to, len);
	expect("connect fd=%d sock=$waiting ret=-1 err=EINTR local=- peer=- peercred=-", second);
}

int main(void)
{
	struct sigaction action = {.sa_handler = handle};

	main_thread = pthread_self();
	main_tid = gettid();
	must(sigaction(SIGUSR1, &action, NULL) == 0);
	over_tcp();
	over_unix();
	expect("exit how=exit status=0");
	return 0;
}
