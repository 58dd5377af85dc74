/* sandboxed_addresses_are_shown: where nobody may be asked whether memory can be read, an address that the kernel has read is shown all the same,
 * wherever it lies, as long as there is no other thread. */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "expect/expect.h"
#include "sandbox.h"

enum { PORT = 9 };

int main(void)
{
	static const int none[] = {SYS_acct};
	struct sockaddr_in *addr = malloc(sizeof *addr);
	struct iovec *part = malloc(sizeof *part);
	struct msghdr *message = calloc(1, sizeof *message);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	must(addr && part && message && fd >= 0);
	expect("socket ret=%d", fd);
	*addr = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	*part = (struct iovec){"hello", 5};
	*message = (struct msghdr){.msg_name = addr, .msg_namelen = sizeof *addr, .msg_iov = part, .msg_iovlen = 1};
	must(forbid_calls(none, 1) == 0);
	expect("prctl ret=0");
	must(sendto(fd, part->iov_base, 5, 0, (struct sockaddr *)addr, sizeof *addr) == 5);
	expect("sendto fd=%d args.dest_addr.port=%d ret=5 data=hello", fd, PORT);
	must(sendmsg(fd, message, 0) == 5);
	expect("sendmsg fd=%d args.addr.port=%d ret=5 data=hello", fd, PORT);
	must(connect(fd, (struct sockaddr *)addr, sizeof *addr) == 0);
	expect("connect fd=%d args.addr.port=%d ret=0", fd, PORT);
	expect("exit how=exit status=0");
	return 0;
}
