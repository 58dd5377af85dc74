/* datagrams_name_their_sender: sendto and sendmsg say where to, recvfrom and recvmsg say where from. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "expect/expect.h"

static int bound_socket(const char *name, struct sockaddr_in *addr)
{
	socklen_t len = sizeof *addr;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	*addr = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	must(fd >= 0 && bind(fd, (struct sockaddr *)addr, len) == 0);
	must(getsockname(fd, (struct sockaddr *)addr, &len) == 0);
	expect("socket args.type=SOCK_DGRAM ret=%d newsock=$%s", fd, name);
	expect("bind fd=%d sock=$%s ret=0", fd, name);
	expect("getsockname fd=%d sock=$%s local.port=%d", fd, name, ntohs(addr->sin_port));
	return fd;
}

int main(void)
{
	struct sockaddr_in a, b, from;
	socklen_t len = sizeof from;
	char bytes[8];
	int afd = bound_socket("a", &a), bfd = bound_socket("b", &b);

	must(sendto(afd, "one", 3, 0, (struct sockaddr *)&b, sizeof b) == 3);
	expect("sendto fd=%d sock=$a args.len=3 args.dest_addr.addr=127.0.0.1 args.dest_addr.port=%d args.addrlen=16 ret=3 data=one",
	       afd, ntohs(b.sin_port));
	must(recvfrom(bfd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &len) == 3);
	expect("recvfrom fd=%d sock=$b args.len=8 args.addrlen=16 ret=3 data=one peer.addr=127.0.0.1 peer.port=%d", bfd,
	       ntohs(a.sin_port));

	struct iovec two = {"two", 3}, room = {bytes, sizeof bytes};
	struct msghdr out = {.msg_name = &b, .msg_namelen = sizeof b, .msg_iov = &two, .msg_iovlen = 1};
	struct msghdr in = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &room, .msg_iovlen = 1};
	must(sendmsg(afd, &out, 0) == 3);
	expect("sendmsg fd=%d sock=$a args.addr.port=%d ret=3 data=two", afd, ntohs(b.sin_port));
	must(recvmsg(bfd, &in, 0) == 3);
	expect("recvmsg fd=%d sock=$b ret=3 data=two peer.port=%d", bfd, ntohs(a.sin_port));
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	return 0;
}
