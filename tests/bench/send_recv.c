/* send_recv: a byte into one end of a socketpair and out of the other. */
#include <sys/socket.h>

#include "bench.h"

static int sv[2];

static void move_a_byte(void)
{
	char byte = 'x';

	must(send(sv[0], &byte, 1, 0) == 1 && recv(sv[1], &byte, 1, 0) == 1, "send");
}

int main(int argc, char **argv)
{
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0, "socketpair");
	return bench(argc, argv, move_a_byte, 2);
}
