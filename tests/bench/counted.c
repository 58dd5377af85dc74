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

enum { HOLDS = 100 /* bytes that are sent to a socket before any is received: each takes the room of hundreds */ };

int main(int argc, char **argv)
{
	long times = argc > 1 ? atol(argv[1]) : 1000;
	struct sockaddr_in any = {.sin_family = AF_INET};
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
	return 0;
}
