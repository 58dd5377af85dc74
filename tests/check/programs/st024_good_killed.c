/* st024_good_killed: a server that waits for the next question and is stopped, of a client which comes to read the end later. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void serve(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);
	char bytes[100];
	ssize_t n;

	close(listenfd);
	while ((n = read(connfd, bytes, sizeof bytes)) > 0)
		rio_writen(connfd, bytes, n);
	close(connfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd;
	char port[6], answer[100];
	pid_t server;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	server = fork();
	if (server == 0)
		serve(listenfd);
	close(listenfd);

	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "hello\n", 6);
	if (read(clientfd, answer, sizeof answer) < 0)
		perror("read");
	usleep(50000);
	kill(server, SIGKILL);
	wait(NULL);
	if (read(clientfd, answer, sizeof answer) < 0)
		perror("read");
	close(clientfd);
	return 0;
}
