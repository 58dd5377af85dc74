/* connection_is_named_by_both_ends: connect and accept carry the same two addresses, swapped. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int port;
	int listenfd = expect_listener("listener", &port);
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in own, peer;
	socklen_t len = sizeof own;

	int clientfd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	expect("socket args.protocol=IPPROTO_TCP ret=%d newsock=$client", clientfd);
	must(connect(clientfd, (struct sockaddr *)&addr, sizeof addr) == 0);
	/* Which port the kernel gave the client is known only by asking, which leaves a line of its own. */
	expect("connect fd=%d sock=$client args.addr.addr=127.0.0.1 args.addr.port=%d args.addr.len=16 args.addrlen=16 ret=0 err=- "
	       "local.port=$clientport peer.port=%d",
	       clientfd, port, port);
	must(getsockname(clientfd, (struct sockaddr *)&own, &len) == 0);
	expect("getsockname fd=%d sock=$client local.family=AF_INET local.addr=127.0.0.1 local.port=%d ret=0", clientfd,
	       ntohs(own.sin_port));

	len = sizeof peer;
	int connfd = accept(listenfd, (struct sockaddr *)&peer, &len);
	must(connfd >= 0 && peer.sin_port == own.sin_port);
	expect("accept fd=%d sock=$listener args.addrlen=16 ret=%d newsock=$conn local.port=%d peer.port=$clientport "
	       "peer.addr=127.0.0.1 peer.len=16",
	       listenfd, connfd, port);
	must(getpeername(connfd, (struct sockaddr *)&peer, &len) == 0);
	expect("getpeername fd=%d sock=$conn peer.port=$clientport ret=0", connfd);

	must(write(clientfd, "hello\n", 6) == 6);
	expect("write fd=%d sock=$client args.count=6 ret=6 data=\"hello\\n\"", clientfd);
	char line[64];
	must(read(connfd, line, sizeof line) == 6);
	expect("read fd=%d sock=$conn args.count=64 ret=6 data=\"hello\\n\"", connfd);
	must(shutdown(clientfd, SHUT_WR) == 0);
	expect("shutdown fd=%d args.how=SHUT_WR ret=0", clientfd);
	must(read(connfd, line, sizeof line) == 0);
	expect("read fd=%d ret=0 err=-", connfd);
	close(connfd);
	expect("close fd=%d sock=$conn refs=0 ret=0", connfd);
	close(clientfd);
	expect("close fd=%d sock=$client refs=0 ret=0", clientfd);
	close(listenfd);
	expect("close fd=%d sock=$listener refs=0 ret=0", listenfd);
	expect("exit how=exit status=0 open=[]");
	return 0;
}
