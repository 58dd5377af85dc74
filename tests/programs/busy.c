/*
 * busy: threads that send and receive numbered messages until somebody kills them.
 *
 * Each thread counts the calls that have returned to it in a file that outlives it (COUNTS, a mapping), so that a test
 * can tell which calls a trace must hold. Messages are the numbers 0, 1, 2... of eight digits: a gap or a repeat shows.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { THREADS = 4, MESSAGE = 8 };

/* One thread's record in COUNTS. */
struct count {
	_Atomic uint64_t tid;
	_Atomic uint64_t returned; /* calls */
};

struct worker {
	struct count *count;
	int fd;
	int begins; /* sends first, then receives */
};

static void send_number(struct worker *w, unsigned number)
{
	char message[MESSAGE + 1];

	snprintf(message, sizeof message, "%08u", number);
	if (send(w->fd, message, MESSAGE, 0) != MESSAGE)
		die("send");
	w->count->returned++;
}

static void receive_number(struct worker *w)
{
	char message[MESSAGE];

	if (recv(w->fd, message, MESSAGE, 0) != MESSAGE)
		die("recv");
	w->count->returned++;
}

static void *work(void *argument)
{
	struct worker *w = argument;

	w->count->tid = gettid();
	for (unsigned number = 0;; number++) {
		if (w->begins)
			send_number(w, number);
		receive_number(w);
		if (!w->begins)
			send_number(w, number);
	}
	return NULL;
}

static struct count *map_counts(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || ftruncate(fd, THREADS * sizeof(struct count)) < 0)
		die(path);
	struct count *counts = mmap(NULL, THREADS * sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (counts == MAP_FAILED)
		die("mmap");
	close(fd);
	return counts;
}

int main(int argc, char **argv)
{
	struct worker workers[THREADS];
	pthread_t thread;

	if (argc != 2) {
		fputs("usage: busy COUNTS\n", stderr);
		return 2;
	}
	struct count *counts = map_counts(argv[1]);
	for (int i = 0; i < THREADS; i += 2) {
		int sv[2];

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
			die("socketpair");
		workers[i] = (struct worker){&counts[i], sv[0], 1};
		workers[i + 1] = (struct worker){&counts[i + 1], sv[1], 0};
	}
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&thread, NULL, work, &workers[i]) != 0)
			die("pthread_create");
	pause();
	return 0;
}
