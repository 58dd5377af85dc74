/* st024_bad_alarm: a client that waits for news, and a server for questions: each has an alarm that would wake it, so that is advice.
 * grade: advice
 * hangs: yes
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { LIMIT_S = 600 };

static void wake(int signal)
{
	(void)signal;
}

/* To the end, or until the alarm: then a question whether the other still lives. */
static void listen_to(int fd)
{
	char line[100];
	ssize_t n;

	alarm(LIMIT_S);
	while ((n = read(fd, line, sizeof line)) > 0) /* the mistake */
		alarm(LIMIT_S);
	if (n < 0)
		rio_writen(fd, "still there?\n", 13);
	close(fd);
}

static void ask(int listenfd)
{
	char port[6];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "hello\n", 6);
	listen_to(clientfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	struct sigaction action = {.sa_handler = wake};

	sigaction(SIGALRM, &action, NULL);
	if (fork() == 0)
		ask(listenfd);
	listen_to(accept(listenfd, NULL, NULL));
	close(listenfd);
	return 0;
}
