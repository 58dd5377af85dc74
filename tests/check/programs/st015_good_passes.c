/* st015_good_passes: a parent that keeps a connected descriptor behind the fork, to pass it to another child.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void pass(int to, int fd)
{
	char room[CMSG_SPACE(sizeof fd)] = {0};
	struct iovec io = {.iov_base = ".", .iov_len = 1};
	struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	*head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(head), &fd, sizeof fd);
	if (sendmsg(to, &message, 0) < 0)
		die("sendmsg");
}

static int take(int from)
{
	char byte, room[CMSG_SPACE(sizeof(int))];
	struct iovec io = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
	int fd;

	if (recvmsg(from, &message, 0) <= 0 || !CMSG_FIRSTHDR(&message))
		exit(0);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
	return fd;
}

/* Says goodbye to each client, in whose name it is handed the descriptor. */
static void say_goodbye(int from)
{
	for (;;) {
		int connfd = take(from);

		rio_writen(connfd, "bye\n", 4);
		close(connfd);
	}
}

static void greet(int connfd)
{
	char line[100];

	if (read(connfd, line, sizeof line) > 0)
		rio_writen(connfd, "hello, ", 7);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), pair[2], served[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		die("socketpair");
	if (fork() == 0) {
		close(listenfd);
		close(pair[0]);
		say_goodbye(pair[1]);
	}
	close(pair[1]);
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		served[i] = accept(listenfd, NULL, NULL);
		if (fork() == 0) {
			close(listenfd);
			close(pair[0]);
			greet(served[i]);
		}
		pass(pair[0], served[i]);
	}
	close(listenfd);
	close(pair[0]);
	while (wait(NULL) > 0)
		;
	return 0;
}
