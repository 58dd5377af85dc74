/* many_descriptors_travel_at_once: as many as a message can carry, behind the sender's credentials. Each is known for the socket that it is. */
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

enum { MANY = 253 }; /* SCM_MAX_FD, unix(7) */

/* Credentials, which the receiver asks for, and descriptors. */
union control {
	char bytes[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(MANY * sizeof(int))];
	struct cmsghdr align;
};

int main(void)
{
	struct rlimit limit = {1024, 1024};
	union control control = {0};
	struct iovec byte = {"!", 1};
	struct msghdr msg = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control};
	int sv[2], fds[MANY], yes = 1;

	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	expect_pair(sv);
	must(setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) == 0);
	expect("setsockopt fd=%d args.optname=SO_PASSCRED", sv[1]);
	fds[0] = socket(AF_INET, SOCK_DGRAM, 0);
	expect("socket ret=%d newsock=$s", fds[0]);
	for (int i = 1; i < MANY; i++) {
		fds[i] = dup(fds[0]);
		expect("dup fd=%d sock=$s ret=%d", fds[0], fds[i]);
	}
	msg.msg_controllen = CMSG_SPACE(sizeof fds);
	*CMSG_FIRSTHDR(&msg) = (struct cmsghdr){CMSG_LEN(sizeof fds), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), fds, sizeof fds);
	must(sendmsg(sv[0], &msg, 0) == 1);
	expect("sendmsg ret=1 passed.0.fd=%d passed.0.sock=$s passed.%d.fd=%d passed.%d=-", fds[0], MANY - 1,
	       fds[MANY - 1], MANY);

	char room;
	byte.iov_base = &room;
	msg.msg_controllen = sizeof control;
	must(recvmsg(sv[1], &msg, 0) == 1);
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	must(head && head->cmsg_type == SCM_CREDENTIALS && (head = CMSG_NXTHDR(&msg, head)));
	must(head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof fds));
	memcpy(fds, CMSG_DATA(head), sizeof fds);
	int last = fds[MANY - 1];
	expect("recvmsg ret=1 received.0.fd=%d received.%d.fd=%d received.%d.sock=$s", fds[0], MANY - 1, last,
	       MANY - 1);
	must(close(last) == 0);
	expect("close fd=%d sock=$s refs=%d", last, 2 * MANY - 1);
	expect("exit how=exit status=0 open.%d.fd=%d open.%d=-", 2 * MANY, fds[MANY - 2], 2 * MANY + 1);
	return 0;
}
