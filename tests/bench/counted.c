/* counted: each call in a function of its own, for callgrind to count the instructions of. argv: rounds. */
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

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? atol(argv[1]) : 1000;
	struct sockaddr_in any = {.sin_family = AF_INET};
	int tcp = socket(AF_INET, SOCK_STREAM, 0), zero = open("/dev/zero", O_RDONLY), sv[2];

	must(tcp >= 0 && bind(tcp, (struct sockaddr *)&any, sizeof any) == 0, "bind");
	must(zero >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0, "socketpair");
	for (long i = 0; i < rounds; i++) {
		count_getsockname(tcp);
		count_send(sv[0]);
		count_recv(sv[1]);
		count_read_file(zero);
	}
	return 0;
}
