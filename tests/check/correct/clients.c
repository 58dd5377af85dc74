/* clients: so many at once, each in one of the ways in which clients come and go; all of it is correct. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { MUCH = 300000 };

static const char *port;

static void read_all(int fd, size_t wanted)
{
	char bytes[8192];
	ssize_t n;

	while (wanted > 0 && (n = read(fd, bytes, wanted < sizeof bytes ? wanted : sizeof bytes)) > 0)
		wanted -= n;
}

static void one_line(int fd)
{
	rio_writen(fd, "hello\n", 6);
	read_all(fd, 6);
}

/* Stays for a while, and says something now and then. */
static void stays(int fd)
{
	for (int i = 0; i < 5; i++) {
		one_line(fd);
		usleep(10000);
	}
}

/* Ends its direction first, and reads to the end. */
static void ends_first(int fd)
{
	rio_writen(fd, "hello\n", 6);
	shutdown(fd, SHUT_WR);
	read_all(fd, SIZE_MAX);
}

/* Changes its mind. */
static void says_nothing(int fd)
{
	(void)fd;
}

/* Reads while another thread writes. */
static void *write_much(void *fd)
{
	char *bytes = calloc(1, MUCH);

	if (bytes)
		rio_writen((int)(intptr_t)fd, bytes, MUCH);
	free(bytes);
	return NULL;
}

static void much(int fd)
{
	pthread_t writer;

	if (pthread_create(&writer, NULL, write_much, (void *)(intptr_t)fd) != 0)
		die("pthread_create");
	read_all(fd, MUCH);
	pthread_join(writer, NULL);
}

static void (*const ways[])(int fd) = {one_line, stays, ends_first, says_nothing, much};

static void *client(void *number)
{
	int fd = open_clientfd("127.0.0.1", port);

	if (fd < 0)
		return NULL;
	ways[(uintptr_t)number % (sizeof ways / sizeof *ways)](fd);
	close(fd);
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: clients PORT COUNT\n", stderr);
		return 2;
	}

	uintptr_t count = strtoul(argv[2], NULL, 10);
	pthread_t *threads = calloc(count, sizeof *threads);

	port = argv[1];
	signal(SIGPIPE, SIG_IGN);
	for (uintptr_t i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, client, (void *)i) != 0)
			die("pthread_create");
	for (uintptr_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	return 0;
}
