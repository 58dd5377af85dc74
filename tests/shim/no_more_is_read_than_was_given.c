/* no_more_is_read_than_was_given: an address longer than its room, or than what libc needs of it, is shown as far as it was given. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "expect/expect.h"

enum { PAGE = 4096, NAMED = 100, ROOM = 8 };

/* The last `len` bytes before a hole. */
static void *before_hole(size_t len)
{
	char *at = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(at != MAP_FAILED && munmap(at + PAGE, PAGE) == 0);
	return at + PAGE - len;
}

static int bound(char letter)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	memset(name.sun_path + 1, letter, sizeof name.sun_path - 1);
	must(fd >= 0 && bind(fd, (struct sockaddr *)&name, NAMED) == 0);
	expect("socket ret=%d", fd);
	expect("bind fd=%d ret=0", fd);
	return fd;
}

static void senders_have_short_rooms(void)
{
	struct iovec hello = {"hello", 5}, room = {(char[8]){0}, 8};
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	struct mmsghdr m = {
		.msg_hdr = {.msg_name = before_hole(ROOM), .msg_namelen = ROOM, .msg_iov = &room, .msg_iovlen = 1}};
	int from = bound('f'), to = bound('t');

	memset(name.sun_path + 1, 't', sizeof name.sun_path - 1);
	must(connect(from, (struct sockaddr *)&name, NAMED) == 0 && writev(from, &hello, 1) == 5);
	expect("connect fd=%d ret=0", from);
	expect("writev fd=%d ret=5 data=hello", from);
	must(recvmmsg(to, &m, 1, 0, NULL) == 1 && m.msg_hdr.msg_namelen == NAMED);
	expect("recvmmsg fd=%d ret=1 msgs.0.peer.len=%d msgs.0.peer.raw=0100006666666666", to, NAMED);
}

static void libc_reads_what_the_family_has(void)
{
	struct sockaddr_in *a = before_hole(sizeof *a);
	char host[64];

	*a = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	must(getnameinfo((struct sockaddr *)a, sizeof(struct sockaddr_storage), host, sizeof host, NULL, 0,
			 NI_NUMERICHOST) == 0);
	expect("getnameinfo args.addr.addr=127.0.0.1 ret=0");
}

int main(void)
{
	senders_have_short_rooms();
	libc_reads_what_the_family_has();
	expect("exit how=exit status=0");
	return 0;
}
