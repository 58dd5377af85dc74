/* accept_without_room_names_a_reset_peer: who reset the connection before accept(fd, NULL, NULL) is named all the same. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	static const struct linger reset = {1, 0};
	int port;
	int listenfd = expect_listener("listener", &port);
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};

	int clientfd = socket(AF_INET, SOCK_STREAM, 0);
	expect("socket ret=%d newsock=$client", clientfd);
	must(connect(clientfd, (struct sockaddr *)&addr, sizeof addr) == 0);
	expect("connect fd=%d ret=0 local.port=$clientport peer.port=%d", clientfd, port);
	must(setsockopt(clientfd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0);
	expect("setsockopt fd=%d ret=0", clientfd);
	must(close(clientfd) == 0);
	expect("close fd=%d sock=$client ret=0", clientfd);
	int connfd = accept(listenfd, NULL, NULL);
	must(connfd >= 0);
	expect("accept fd=%d sock=$listener args.addr=null ret=%d newsock=$conn local.port=%d "
	       "peer.port=$clientport peer.addr=127.0.0.1",
	       listenfd, connfd, port);
	expect("exit how=exit status=0 open.0.fd=%d open.0.sock=$listener open.1.fd=%d open.1.sock=$conn open.2=-",
	       listenfd, connfd);
	return 0;
}
