/* st026_bad_thread: a client of which one thread connects, and another waits in epoll_wait before it writes, and looks at that: advice.
 * args: FREE
 * grade: advice
 */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void *talk(void *epfd)
{
	struct epoll_event event;

	if (epoll_wait(*(int *)epfd, &event, 1, -1) < 1)
		die("epoll_wait");
	if (send(event.data.fd, "hello\n", 6, MSG_NOSIGNAL) < 0) /* the mistake */
		perror("send");
	return NULL;
}

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int clientfd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epfd = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLOUT, .data.fd = clientfd};
	pthread_t talker;

	if (argc != 2)
		return 1;
	addr.sin_port = htons(atoi(argv[1]));
	connect(clientfd, (struct sockaddr *)&addr, sizeof addr);
	epoll_ctl(epfd, EPOLL_CTL_ADD, clientfd, &event);
	if (pthread_create(&talker, NULL, talk, &epfd))
		return 1;
	pthread_join(talker, NULL);
	close(clientfd);
	close(epfd);
	return 0;
}
