/* ping_pong: a byte to another thread over a socketpair and back: every recv has to wait. Four calls a round. */
#include <sys/socket.h>

#include "bench.h"

static void *send_back(void *fd)
{
	char byte;

	while (recv((long)fd, &byte, 1, 0) == 1)
		must(send((long)fd, &byte, 1, 0) == 1, "send");
	return NULL;
}

static void *open_pair(void)
{
	pthread_t thread;
	int sv[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0, "socketpair");
	must(pthread_create(&thread, NULL, send_back, (void *)(long)sv[1]) == 0, "pthread_create");
	return (void *)(long)sv[0];
}

static void there_and_back(void *fd)
{
	char byte = 'x';

	must(send((long)fd, &byte, 1, 0) == 1 && recv((long)fd, &byte, 1, 0) == 1, "send");
}

int main(int argc, char **argv)
{
	return bench(argc, argv, &(struct bench){open_pair, there_and_back, 4});
}
