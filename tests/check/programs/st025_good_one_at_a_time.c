/* st025_good_one_at_a_time: a client of two connections that hears one after the other; poll only limits how long.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static int is_there(int fd)
{
	return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 10000) == 1;
}

/* As FTP: a connection for replies, and one for the file. */
static void fetch(int listenfd)
{
	int controlfd, datafd;
	char port[6], line[100];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	controlfd = open_clientfd("127.0.0.1", port);
	datafd = open_clientfd("127.0.0.1", port);
	if (!is_there(controlfd) || read(controlfd, line, sizeof line) < 0)
		die("greeting");
	rio_writen(controlfd, "RETR\n", 5);
	while (read(datafd, line, sizeof line) > 0)
		;
	while (is_there(controlfd) && read(controlfd, line, sizeof line) > 0)
		;
	close(datafd);
	close(controlfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), controlfd, datafd;
	char line[100];

	if (fork() == 0)
		fetch(listenfd);
	controlfd = accept(listenfd, NULL, NULL);
	datafd = accept(listenfd, NULL, NULL);
	rio_writen(controlfd, "220\n", 4);
	if (read(controlfd, line, sizeof line) < 0)
		die("read");
	rio_writen(controlfd, "150\n", 4);
	usleep(300000);
	rio_writen(datafd, "file\n", 5);
	close(datafd);
	rio_writen(controlfd, "226\n", 4);
	close(controlfd);
	close(listenfd);
	wait(NULL);
	return 0;
}
