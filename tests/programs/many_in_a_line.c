/*
 * many_in_a_line BYTES: receives three datagrams at once, of 2048, of so many bytes, and of one by another sender; then one more by that. With
 * SOCKTRACE_DATA=2048 the line of the three may be full amid the second sender's address.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGES = 3, ROOM = 2048 };

static struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};

static void must(int claim)
{
	if (!claim)
		_exit(1);
}

static void send_to_address(int fd, size_t len)
{
	static const char bytes[ROOM] = {1}; /* none of which is text */

	must(len <= ROOM && sendto(fd, bytes, len, 0, (struct sockaddr *)&address, sizeof address) == (ssize_t)len);
}

static void receive_all(int fd)
{
	static char bytes[MESSAGES][ROOM];
	struct sockaddr_in6 from[MESSAGES];
	struct mmsghdr in[MESSAGES] = {0};
	struct iovec parts[MESSAGES];

	for (int i = 0; i < MESSAGES; i++) {
		parts[i] = (struct iovec){bytes[i], ROOM};
		in[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &parts[i], .msg_iovlen = 1};
	}
	must(recvmmsg(fd, in, MESSAGES, 0, NULL) == MESSAGES);
}

int main(int argc, char **argv)
{
	int receiver = socket(AF_INET6, SOCK_DGRAM, 0), first = socket(AF_INET6, SOCK_DGRAM, 0),
	    second = socket(AF_INET6, SOCK_DGRAM, 0);
	socklen_t len = sizeof address;
	char byte;

	must(argc == 2 && bind(receiver, (struct sockaddr *)&address, len) == 0);
	must(getsockname(receiver, (struct sockaddr *)&address, &len) == 0);
	send_to_address(first, ROOM);
	send_to_address(first, atoi(argv[1]));
	send_to_address(second, 1);
	receive_all(receiver);
	send_to_address(second, 1);
	must(recvfrom(receiver, &byte, 1, 0, (struct sockaddr *)&address, &len) == 1);
	return 0;
}
