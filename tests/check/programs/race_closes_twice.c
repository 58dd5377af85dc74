/* race_closes_twice: threads that take connections from a queue, of which one closes each twice.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { CLIENTS = 12, THREADS = 3 };

static int queue[CLIENTS + THREADS], first;
static sem_t filled;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *client(void *port)
{
	int clientfd = open_clientfd("127.0.0.1", port);
	char answer[100];

	rio_writen(clientfd, "hello\n", 6);
	/* Or two threads that hold one number may wait for each other: one in read(2) keeps the connection from its end. */
	shutdown(clientfd, SHUT_WR);
	while (read(clientfd, answer, sizeof answer) > 0)
		;
	close(clientfd);
	return NULL;
}

static void ask(int listenfd)
{
	pthread_t threads[CLIENTS];
	char port[6];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < CLIENTS; i++)
		pthread_create(&threads[i], NULL, client, port);
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	exit(0);
}

static int take(void)
{
	int connfd;

	sem_wait(&filled);
	pthread_mutex_lock(&mutex);
	connfd = queue[first++];
	pthread_mutex_unlock(&mutex);
	return connfd;
}

static void *serve(void *arg)
{
	char line[100];

	for (int connfd; (connfd = take()) >= 0;) {
		ssize_t n = read(connfd, line, sizeof line);

		if (n > 0)
			rio_writen(connfd, line, n);
		close(connfd);
		if (arg)
			close(connfd); /* the mistake */
	}
	return arg;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	pthread_t threads[THREADS];

	if (fork() == 0)
		ask(listenfd);
	sem_init(&filled, 0, 0);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, serve, i == 0 ? threads : NULL);
	for (int i = 0; i < CLIENTS + THREADS; i++) {
		queue[i] = i < CLIENTS ? accept(listenfd, NULL, NULL) : -1;
		sem_post(&filled);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	close(listenfd);
	wait(NULL);
	return 0;
}
