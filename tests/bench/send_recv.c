/* send_recv: a byte into one end of a socketpair and out of the other, by the same thread. */
#include <sys/socket.h>

#include "bench.h"

static void *open_pair(void)
{
	int *sv = malloc(2 * sizeof *sv);

	must(sv && socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0, "socketpair");
	return sv;
}

static void move_a_byte(void *pair)
{
	const int *sv = pair;
	char byte = 'x';

	must(send(sv[0], &byte, 1, 0) == 1 && recv(sv[1], &byte, 1, 0) == 1, "send");
}

int main(int argc, char **argv)
{
	return bench(argc, argv, &(struct bench){open_pair, move_a_byte, 2});
}
