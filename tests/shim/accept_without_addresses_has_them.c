/* accept_without_addresses_has_them: a program that passes NULL to accept still gets both ends into its trace. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#include "expect/expect.h"

int main(void)
{
	int port;
	int listenfd = expect_listener("listener", &port);
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};

	int clientfd = socket(AF_INET, SOCK_STREAM, 0);
	expect("socket ret=%d newsock=$client", clientfd);
	must(connect(clientfd, (struct sockaddr *)&addr, sizeof addr) == 0);
	expect("connect fd=%d ret=0 local.port=$clientport peer.port=%d", clientfd, port);
	int connfd = accept4(listenfd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	must(connfd >= 0);
	expect("accept4 fd=%d sock=$listener args.addr=null args.flags=[SOCK_NONBLOCK,SOCK_CLOEXEC] ret=%d newsock=$conn "
	       "local.port=%d peer.port=$clientport",
	       listenfd, connfd, port);
	expect("exit how=exit status=0 open.0.fd=%d open.0.sock=$listener open.1.fd=%d open.1.sock=$client open.2.fd=%d "
	       "open.2.sock=$conn open.3=-",
	       listenfd, clientfd, connfd);
	return 0;
}
