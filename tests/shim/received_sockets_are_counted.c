/* received_sockets_are_counted: a socket that comes in a message is told from others, and counts with those that mean it already. */
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

static int sv[2];

/* Send a descriptor to this process itself. Returns its new number. */
static int travel(int fd, const char *sock)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	char room = '!';
	struct iovec byte = {&room, 1};
	struct msghdr msg = {
		.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	int received;

	control.align = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(&control.align), &fd, sizeof fd);
	must(sendmsg(sv[0], &msg, 0) == 1 && recvmsg(sv[1], &msg, 0) == 1);
	memcpy(&received, CMSG_DATA(&control.align), sizeof received);
	expect("sendmsg ret=1 passed.0.fd=%d passed.0.sock=$%s", fd, sock);
	expect("recvmsg ret=1 received.0.fd=%d received.0.sock=$%s", received, sock);
	return received;
}

static int new_socket(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	must(fd >= 0);
	expect("socket ret=%d newsock=$%s", fd, name);
	return fd;
}

static int copy_of(int fd)
{
	int copy = dup(fd);

	must(copy >= 0);
	expect("dup fd=%d ret=%d", fd, copy);
	return copy;
}

static void leave(int fd, const char *sock, int refs)
{
	must(close(fd) == 0);
	expect("close fd=%d sock=$%s refs=%d", fd, sock, refs);
}

int main(void)
{
	expect_pair(sv);
	int early = new_socket("early"), copy = copy_of(early), more = travel(early, "early");
	int late = new_socket("late"), late_more = travel(late, "late"), late_copy = copy_of(late_more);

	leave(early, "early", 2);
	int again = travel(copy, "early");
	leave(more, "early", 2);
	leave(copy, "early", 1);
	leave(late, "late", 2);

	/* Numbers and counters that are free by now. */
	int next = new_socket("next"), next_more = travel(next, "next");
	leave(next, "next", 1);
	int moved = travel(again, "early");
	leave(again, "early", 1);
	leave(late_more, "late", 1);
	int late_again = travel(late_copy, "late");
	leave(late_copy, "late", 1);
	leave(late_again, "late", 0);
	leave(moved, "early", 0);
	leave(next_more, "next", 0);
	expect("exit how=exit status=0 open.1.sock=$b open.2=-");
	return 0;
}
