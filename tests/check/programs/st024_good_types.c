/* st024_good_types: a chat client that reads what others say, while another thread waits for what the user types; he types nothing.
 * hangs: yes
 * grade: advice
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static int clientfd, keyboard[2];

static void serve(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);
	char line[100];
	ssize_t n;

	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	close(connfd);
	exit(0);
}

static void *type(void *unused)
{
	char line[100];
	ssize_t n;

	(void)unused;
	while ((n = read(keyboard[0], line, sizeof line)) > 0)
		rio_writen(clientfd, line, n);
	return NULL;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	char port[6], line[100];
	pthread_t thread;

	if (pipe(keyboard) < 0)
		die("pipe");
	if (fork() == 0)
		serve(listenfd);
	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	if (pthread_create(&thread, NULL, type, NULL))
		return 1;
	rio_writen(clientfd, "name\n", 5);
	while (read(clientfd, line, sizeof line) > 0)
		;
	close(clientfd);
	return 0;
}
