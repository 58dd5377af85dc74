/* options_have_values: setsockopt and getsockopt with the names of level and option, and the value. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "expect/expect.h"

int main(void)
{
	int one = 1, value = -1;
	socklen_t len = sizeof value;
	struct linger linger = {1, 30};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	expect("socket ret=%d newsock=$s", fd);
	must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0);
	expect("setsockopt fd=%d args.level=SOL_SOCKET args.optname=SO_REUSEADDR args.optval=1 args.optlen=4 ret=0",
	       fd);
	must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0);
	expect("setsockopt fd=%d args.level=IPPROTO_TCP args.optname=TCP_NODELAY args.optval=1 ret=0", fd);
	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
	expect("setsockopt fd=%d args.optname=SO_LINGER args.optlen=8 ret=0", fd);
	must(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len) == 0 && value == SOCK_STREAM);
	expect("getsockopt fd=%d args.level=SOL_SOCKET args.optname=SO_TYPE args.optlen=4 optval=SOCK_STREAM ret=0", fd);
	must(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &len) == 0 && value == AF_INET);
	expect("getsockopt fd=%d args.optname=SO_DOMAIN optval=AF_INET ret=0", fd);
	must(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value, &len) == 0 && value == IPPROTO_TCP);
	expect("getsockopt fd=%d args.optname=SO_PROTOCOL optval=IPPROTO_TCP ret=0", fd);
	must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &len) == 0 && value == 0);
	expect("getsockopt fd=%d args.optname=SO_ERROR optval=0 ret=0", fd);
	must(getsockopt(fd, SOL_SOCKET, 4711, &value, &len) == -1);
	expect("getsockopt fd=%d args.optname=4711 ret=-1 err=ENOPROTOOPT optval=-", fd);
	expect("exit how=exit status=0 open.0.sock=$s open.1=-");
	return 0;
}
