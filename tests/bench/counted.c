/*
 * counted: each call in a function of its own, for callgrind to count the instructions of. argv: how many of each. All of one come
 * before the next: by turns, which of them comes where a slot is full, and empties it for all, would be settled by the lengths of their lines.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "bench.h"

#define COUNTED __attribute__((noinline)) static void

COUNTED count_getsockname(int fd)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof addr;

	must(getsockname(fd, (struct sockaddr *)&addr, &len) == 0, "getsockname");
}

COUNTED count_send(int fd)
{
	must(send(fd, "x", 1, 0) == 1, "send");
}

COUNTED count_recv(int fd)
{
	char byte;

	must(recv(fd, &byte, 1, 0) == 1, "recv");
}

COUNTED count_read_file(int fd)
{
	char byte;

	must(read(fd, &byte, 1) == 1, "read");
}

/* Six calls, from the socket to its end and its partner's: a reset, for a port in TIME_WAIT a round would use them all up. */
COUNTED count_connection(int listener, const struct sockaddr_in *addr)
{
	static const struct linger reset = {1, 0};
	int client = socket(AF_INET, SOCK_STREAM, 0);

	must(connect(client, (const struct sockaddr *)addr, sizeof *addr) == 0, "connect");
	int server = accept(listener, NULL, NULL);
	must(server >= 0 && setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0, "accept");
	close(client);
	close(server);
}

enum { HOLDS = 100 /* bytes that are sent to a socket before any is received: each takes the room of hundreds */ };

int main(int argc, char **argv)
{
	long times = argc > 1 ? atol(argv[1]) : 1000;
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof any;
	int tcp = socket(AF_INET, SOCK_STREAM, 0), zero = open("/dev/zero", O_RDONLY), (*pairs)[2];

	must(tcp >= 0 && bind(tcp, (struct sockaddr *)&any, sizeof any) == 0, "bind");
	pairs = calloc(times / HOLDS + 1, sizeof *pairs);
	must(zero >= 0 && pairs, "open");
	for (long i = 0; i <= times / HOLDS; i++)
		must(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]) == 0, "socketpair");
	for (long i = 0; i < times; i++)
		count_getsockname(tcp);
	for (long i = 0; i < times; i++)
		count_send(pairs[i / HOLDS][0]);
	for (long i = 0; i < times; i++)
		count_recv(pairs[i / HOLDS][1]);
	for (long i = 0; i < times; i++)
		count_read_file(zero);
	must(listen(tcp, 1) == 0 && getsockname(tcp, (struct sockaddr *)&any, &len) == 0, "listen");
	for (long i = 0; i < times; i++)
		count_connection(tcp, &any);
	return 0;
}
