/* st024_bad_killed: a client and a server that wait for each other until the server is killed, which ends the client's wait.
 * grade: probable
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"
#include "net/waiting.h"

/* Count what one client sends, to its end, and tell it. */
static void serve(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);
	char bytes[100], answer[100];
	size_t sum = 0;
	ssize_t n;

	close(listenfd);
	while ((n = read(connfd, bytes, sizeof bytes)) > 0)
		sum += n;
	rio_writen(connfd, answer, snprintf(answer, sizeof answer, "%zu bytes\n", sum));
	close(connfd);
	exit(0);
}

/* Kill the server some time after both sleep, once the client has written and `go` ends. */
static void kill_who_hangs(pid_t client, pid_t server, const int go[2])
{
	char byte;

	close(go[1]);
	while (read(go[0], &byte, 1) > 0)
		;
	while (process_state(client) != 'S' || process_state(server) != 'S')
		;
	usleep(200000);
	kill(server, SIGKILL);
	_exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd;
	char port[6], answer[100];
	pid_t client = getpid(), server;
	int go[2];
	ssize_t n;

	if (pipe(go) != 0)
		die("pipe");
	snprintf(port, sizeof port, "%d", local_port(listenfd));
	server = fork();
	if (server == 0) {
		close(go[1]);
		serve(listenfd);
	}
	close(listenfd);
	if (fork() == 0)
		kill_who_hangs(client, server, go);

	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "hello\n", 6);
	close(go[1]);
	n = read(clientfd, answer, sizeof answer); /* the mistake */
	if (n > 0)
		fwrite(answer, 1, n, stdout);
	close(clientfd);
	while (wait(NULL) > 0)
		;
	return 0;
}
