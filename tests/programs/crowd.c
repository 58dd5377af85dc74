/*
 * crowd: many of something at once. `crowd threads N`: N threads that live at the same time, each sends a byte; then as many one
 * after the other. `crowd copies N`: N copies of a descriptor, closed again.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { STACK = 64 << 10 };

static int sv[2];
static pthread_barrier_t all_there;

static void *send_byte(void *waits)
{
	char byte;

	if (send(sv[0], "x", 1, 0) != 1 || recv(sv[1], &byte, 1, 0) != 1)
		die("send or recv");
	if (waits)
		pthread_barrier_wait(&all_there);
	return NULL;
}

static void threads(int n)
{
	pthread_t *living = malloc(n * sizeof *living), one;
	pthread_attr_t small;

	pthread_attr_init(&small);
	if (!living || pthread_attr_setstacksize(&small, STACK) != 0)
		die("crowd");
	pthread_barrier_init(&all_there, NULL, n + 1);
	for (int i = 0; i < n; i++)
		if (pthread_create(&living[i], &small, send_byte, &all_there) != 0)
			die("pthread_create");
	for (int i = 0; i < n; i++)
		if (pthread_create(&one, &small, send_byte, NULL) != 0 || pthread_join(one, NULL) != 0)
			die("pthread_create");
	pthread_barrier_wait(&all_there);
	for (int i = 0; i < n; i++)
		pthread_join(living[i], NULL);
	free(living);
}

static void copies(int n)
{
	struct rlimit limit;
	int first = -1, fd = -1;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("getrlimit");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("setrlimit");
	for (int i = 0; i < n; i++) {
		fd = dup(sv[0]);
		if (fd < 0)
			die("dup");
		if (first < 0)
			first = fd;
	}
	for (; fd >= first; fd--)
		close(fd);
}

int main(int argc, char **argv)
{
	int n = argc == 3 ? atoi(argv[2]) : 0;

	if (n < 1 || (strcmp(argv[1], "threads") != 0 && strcmp(argv[1], "copies") != 0)) {
		fputs("usage: crowd threads N | copies N\n", stderr);
		return 2;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		die("socketpair");
	if (argv[1][0] == 't')
		threads(n);
	else
		copies(n);
	return 0;
}
