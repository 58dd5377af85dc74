/* accept_with_little_room_has_the_peer: a program that gave accept less room than the address needs has it whole in its trace. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "expect/expect.h"

int main(void)
{
	int port;
	int listenfd = expect_listener("listener", &port);
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = 4;

	int clientfd = socket(AF_INET, SOCK_STREAM, 0);
	expect("socket ret=%d newsock=$client", clientfd);
	must(connect(clientfd, (struct sockaddr *)&addr, sizeof addr) == 0);
	expect("connect fd=%d ret=0 local.port=$clientport peer.port=%d", clientfd, port);
	int connfd = accept(listenfd, (struct sockaddr *)&addr, &len);
	must(connfd >= 0 && len == sizeof addr);
	expect("accept fd=%d sock=$listener args.addrlen=4 ret=%d newsock=$conn local.port=%d peer.port=$clientport peer.len=16 "
	       "peer.addr=127.0.0.1",
	       listenfd, connfd, port);
	expect("exit how=exit status=0 open.0.fd=%d open.0.sock=$listener open.1.fd=%d open.1.sock=$client open.2.fd=%d "
	       "open.2.sock=$conn open.3=-",
	       listenfd, clientfd, connfd);
	return 0;
}
