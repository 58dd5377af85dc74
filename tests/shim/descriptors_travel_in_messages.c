/* descriptors_travel_in_messages: SCM_RIGHTS passes a socket, which comes out under a new number. */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "expect/expect.h"

/* Room for one descriptor, aligned as a header must be. */
union control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static struct msghdr message(struct iovec *iov, union control *control)
{
	return (struct msghdr){
		.msg_iov = iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof *control};
}

static void pass(int over, int fd)
{
	struct iovec byte = {"!", 1};
	union control control = {0};
	struct msghdr msg = message(&byte, &control);
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(head), &fd, sizeof fd);
	must(sendmsg(over, &msg, 0) == 1);
}

static int receive(int over)
{
	char byte;
	int fd;
	struct iovec room = {&byte, 1};
	union control control = {0};
	struct msghdr msg = message(&room, &control);

	must(recvmsg(over, &msg, 0) == 1 && CMSG_FIRSTHDR(&msg));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof fd);
	return fd;
}

int main(void)
{
	int sv[2];

	expect_pair(sv);
	int passenger = socket(AF_INET, SOCK_STREAM, 0);
	expect("socket ret=%d newsock=$passenger", passenger);
	pass(sv[0], passenger);
	expect("sendmsg fd=%d ret=1 passed.0.fd=%d passed.0.sock=$passenger passed.1=-", sv[0], passenger);
	int received = receive(sv[1]);
	expect("recvmsg fd=%d ret=1 received.0.fd=%d received.0.sock=$passenger received.1=-", sv[1], received);
	close(passenger);
	expect("close fd=%d sock=$passenger refs=1", passenger);
	close(received);
	expect("close fd=%d sock=$passenger refs=0", received);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
