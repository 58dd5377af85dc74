/* prethreaded: a correct echo server, whose main thread accepts and hands on to four that serve. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "correct.h"
#include "net/net.h"

enum { THREADS = 4, SLOTS = 8 };

/* Descriptors that wait to be served. */
static struct {
	int items[SLOTS];
	unsigned first, last;
	sem_t mutex, slots, filled;
} queue;

static void queue_insert(int connfd)
{
	sem_wait(&queue.slots);
	sem_wait(&queue.mutex);
	queue.items[queue.last++ % SLOTS] = connfd;
	sem_post(&queue.mutex);
	sem_post(&queue.filled);
}

static int queue_remove(void)
{
	int connfd;

	sem_wait(&queue.filled);
	sem_wait(&queue.mutex);
	connfd = queue.items[queue.first++ % SLOTS];
	sem_post(&queue.mutex);
	sem_post(&queue.slots);
	return connfd;
}

static void *serve(void *arg)
{
	while (1) {
		int connfd = queue_remove();

		echo(connfd);
		close(connfd);
	}
	return arg;
}

int main(void)
{
	int listenfd = start_server();

	sem_init(&queue.mutex, 0, 1);
	sem_init(&queue.slots, 0, SLOTS);
	sem_init(&queue.filled, 0, 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, serve, NULL) != 0)
			die("pthread_create");
	}
	while (1) {
		int connfd = accept(listenfd, NULL, NULL);

		if (connfd < 0)
			die("accept");
		queue_insert(connfd);
	}
}
