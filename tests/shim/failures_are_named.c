/* failures_are_named: err is errno's name, errno itself is the kernel's; a success leaves errno alone. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

static void without_connection(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof addr;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	expect("socket ret=%d", fd);
	must(getpeername(fd, (struct sockaddr *)&addr, &len) == -1 && errno == ENOTCONN);
	expect("getpeername fd=%d ret=-1 err=ENOTCONN peer=-", fd);
	must(accept(fd, NULL, NULL) == -1 && errno == EINVAL);
	expect("accept fd=%d ret=-1 err=EINVAL newsock=-", fd);
	close(fd);
	expect("close fd=%d ret=0", fd);
	must(socket(AF_INET, 13 | SOCK_CLOEXEC, 0) == -1 && errno == EINVAL);
	expect("socket args.type=13 args.type_flags=[SOCK_CLOEXEC] ret=-1 err=EINVAL newsock=-");
}

static void refused(void)
{
	int port;
	int listenfd = expect_listener("gone", &port);
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};

	close(listenfd);
	expect("close fd=%d sock=$gone ret=0", listenfd);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	expect("socket ret=%d", fd);
	must(connect(fd, (struct sockaddr *)&addr, sizeof addr) == -1 && errno == ECONNREFUSED);
	expect("connect fd=%d args.addr.port=%d ret=-1 err=ECONNREFUSED", fd, port);
	close(fd);
	expect("close fd=%d ret=0", fd);
}

static void on_a_pair(void)
{
	int sv[2];
	char byte;

	expect_pair(sv);
	must(recv(sv[0], &byte, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
	expect("recv fd=%d args.flags=[MSG_DONTWAIT] ret=-1 err=EAGAIN data=-", sv[0]);
	errno = EDOM;
	must(send(sv[0], "x", 1, 0) == 1 && errno == EDOM);
	expect("send fd=%d ret=1 err=-", sv[0]);
	must(read(sv[1], &byte, 1) == 1 && errno == EDOM);
	expect("read fd=%d ret=1 err=-", sv[1]);
	must(close(sv[1]) == 0 && errno == EDOM);
	expect("close fd=%d ret=0 err=-", sv[1]);
	must(send(sv[0], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE);
	expect("send fd=%d args.flags=[MSG_NOSIGNAL] ret=-1 err=EPIPE data=-", sv[0]);
}

int main(void)
{
	without_connection();
	refused();
	on_a_pair();
	expect("exit how=exit status=0 open.0.sock=$a open.1=-");
	return 0;
}
