/* st028_good: a server that answers early, and reads the rest before it closes.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { PART = 1000 };

static int sent[2]; /* a pipe: the server waits until both parts have gone out */

/* Send two parts at once, of which the server leaves one unread, and one later; who cannot send it all gives up. */
static void ask(int listenfd)
{
	char parts[2 * PART] = "question", answer[100], port[6];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	signal(SIGPIPE, SIG_IGN);
	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, parts, sizeof parts);
	rio_writen(sent[1], "!", 1);
	usleep(300000);
	if (rio_writen(clientfd, parts, PART) == PART) {
		shutdown(clientfd, SHUT_WR);
		while (read(clientfd, answer, sizeof answer) > 0)
			;
	}
	close(clientfd);
	exit(0);
}

int main(void)
{
	static const char answer[] = "too much\n";
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	char question[PART];

	if (pipe(sent) < 0 || fork() == 0)
		ask(listenfd);
	connfd = accept(listenfd, NULL, NULL);
	if (read(sent[0], question, 1) < 0 || read(connfd, question, sizeof question) < 0)
		perror("read");
	rio_writen(connfd, answer, strlen(answer));
	shutdown(connfd, SHUT_WR);
	while (read(connfd, question, sizeof question) > 0)
		;
	close(connfd);
	close(listenfd);
	wait(NULL);
	return 0;
}
