/* st025_bad_waitall: a server that waits for its clients with epoll, and for all of a question in recv.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { QUESTION = 4, CLIENTS = 2 };

/* The first client sends half of its question, the second all of it, and then comes the other half. */
static void ask(int listenfd)
{
	int clients[CLIENTS];
	char port[6], answer;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = open_clientfd("127.0.0.1", port);
	rio_writen(clients[0], "ab", 2);
	usleep(100000);
	rio_writen(clients[1], "abcd", 4);
	usleep(400000);
	rio_writen(clients[0], "cd", 2);
	for (int i = 0; i < CLIENTS; i++) {
		if (read(clients[i], &answer, 1) != 1)
			perror("read");
		close(clients[i]);
	}
	exit(0);
}

static void watch(int epfd, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), epfd = epoll_create1(0), served = 0;
	struct epoll_event event;
	char question[QUESTION];

	if (fork() == 0)
		ask(listenfd);
	watch(epfd, listenfd);
	while (served < CLIENTS) {
		if (epoll_wait(epfd, &event, 1, -1) < 1)
			continue;
		if (event.data.fd == listenfd) {
			watch(epfd, accept(listenfd, NULL, NULL));
			continue;
		}
		if (recv(event.data.fd, question, sizeof question, MSG_WAITALL) < 0) /* the mistake */
			perror("recv");
		rio_writen(event.data.fd, "!", 1);
		close(event.data.fd);
		served++;
	}
	close(listenfd);
	wait(NULL);
	return 0;
}
