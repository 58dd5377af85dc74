/* batches_pass_descriptors: sendmmsg and recvmmsg list the descriptors of each of their messages. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

union control {
	char bytes[CMSG_SPACE(2 * sizeof(int))];
	struct cmsghdr align;
};

/* The second message has two descriptors, the first has one. */
static void put_descriptors(struct msghdr *msg, const int *fds, int count)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(msg);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(count * sizeof *fds);
	memcpy(CMSG_DATA(head), fds, count * sizeof *fds);
	msg->msg_controllen = CMSG_SPACE(count * sizeof *fds);
}

static const int *descriptors(struct mmsghdr *m)
{
	return (const int *)CMSG_DATA(CMSG_FIRSTHDR(&m->msg_hdr));
}

int main(void)
{
	struct mmsghdr out[2] = {0}, in[2] = {0};
	union control sent[2] = {0}, received[2] = {0};
	struct iovec words[2] = {{"one", 3}, {"two", 3}}, rooms[2];
	char room[2][8];
	int sv[2];

	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, sv) == 0);
	expect("socketpair newsocks.0=$a newsocks.1=$b");
	for (int i = 0; i < 2; i++) {
		rooms[i] = (struct iovec){room[i], sizeof room[i]};
		out[i].msg_hdr = (struct msghdr){.msg_iov = &words[i],
						 .msg_iovlen = 1,
						 .msg_control = &sent[i],
						 .msg_controllen = sizeof sent[i]};
		in[i].msg_hdr = (struct msghdr){.msg_iov = &rooms[i],
						.msg_iovlen = 1,
						.msg_control = &received[i],
						.msg_controllen = sizeof received[i]};
	}
	put_descriptors(&out[0].msg_hdr, &sv[0], 1);
	put_descriptors(&out[1].msg_hdr, sv, 2);
	must(sendmmsg(sv[0], out, 2, 0) == 2);
	expect("sendmmsg ret=2 msgs.0.passed.0.sock=$a msgs.0.passed.1=- msgs.1.passed.0.sock=$a msgs.1.passed.1.fd=%d "
	       "msgs.1.passed.1.sock=$b",
	       sv[1]);
	must(recvmmsg(sv[1], in, 2, 0, NULL) == 2);
	int first = descriptors(&in[0])[0], second = descriptors(&in[1])[0], third = descriptors(&in[1])[1];
	expect("recvmmsg ret=2 msgs.0.received.0.fd=%d msgs.0.received.0.sock=$a msgs.0.received.1=- "
	       "msgs.1.received.0.fd=%d msgs.1.received.0.sock=$a msgs.1.received.1.fd=%d msgs.1.received.1.sock=$b",
	       first, second, third);
	must(close(first) == 0);
	expect("close fd=%d sock=$a refs=2", first);
	must(close(third) == 0);
	expect("close fd=%d sock=$b refs=1", third);
	expect("exit how=exit status=0 open.0.fd=%d open.1.fd=%d open.2.fd=%d open.3=-", sv[0], sv[1], second);
	return 0;
}
