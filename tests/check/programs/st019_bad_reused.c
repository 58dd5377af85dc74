/* st019_bad_reused: a server whose thread closes its connection twice: by the second time the number is another thread's.
 * grade: proved
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

/* So it happens in each run: closed, given to the next connection, which is being served, closed again. */
static pthread_barrier_t closed, served, closed_again;

static void ask(int listenfd)
{
	char port[6], answer[100];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < 2; i++) {
		int clientfd = open_clientfd("127.0.0.1", port);

		rio_writen(clientfd, "hello\n", 6);
		while (read(clientfd, answer, sizeof answer) > 0)
			;
		close(clientfd);
	}
	exit(0);
}

static void *closes_twice(void *arg)
{
	int connfd = (int)(intptr_t)arg;
	char line[100];
	ssize_t n = read(connfd, line, sizeof line);

	if (n > 0)
		rio_writen(connfd, line, n);
	close(connfd);
	pthread_barrier_wait(&closed);
	pthread_barrier_wait(&served);
	close(connfd); /* the mistake */
	pthread_barrier_wait(&closed_again);
	return NULL;
}

static void *is_hit(void *arg)
{
	int connfd = (int)(intptr_t)arg;
	char line[100];
	ssize_t n = read(connfd, line, sizeof line);

	pthread_barrier_wait(&served);
	pthread_barrier_wait(&closed_again);
	if (n > 0 && write(connfd, line, n) < 0)
		perror("write");
	return NULL;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	pthread_t threads[2];

	signal(SIGPIPE, SIG_IGN);
	pthread_barrier_init(&closed, NULL, 2);
	pthread_barrier_init(&served, NULL, 2);
	pthread_barrier_init(&closed_again, NULL, 2);
	if (fork() == 0)
		ask(listenfd);
	pthread_create(&threads[0], NULL, closes_twice, (void *)(intptr_t)accept(listenfd, NULL, NULL));
	pthread_barrier_wait(&closed);
	pthread_create(&threads[1], NULL, is_hit, (void *)(intptr_t)accept(listenfd, NULL, NULL));
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	close(listenfd);
	wait(NULL);
	return 0;
}
