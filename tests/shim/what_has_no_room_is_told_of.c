/*
 * what_has_no_room_is_told_of: a line has room for some hundred descriptors, and for the first of many messages. It says how many there are beyond, and
 * which descriptors travel in those messages.
 */
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

enum { COPIES = 1500, MESSAGES = 40, CARRIES = 35, MOST = 253 /* SCM_MAX_FD */ };

union control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static void close_many(int fd)
{
	int last = fd;

	for (int i = 0; i < COPIES; i++) {
		last = dup(fd);
		must(last >= 0);
		expect("dup fd=%d ret=%d", fd, last);
	}
	must(close_range(last - COPIES + 1, last, 0) == 0);
	expect("close_range closed.0.fd=%d closed.%d=- closed_more=? ret=0", last - COPIES + 1, COPIES - 1);
}

static void send_many(const int *sv)
{
	struct mmsghdr out[MESSAGES] = {0}, in[MESSAGES] = {0};
	union control controls[2];
	char bytes[MESSAGES];
	struct iovec parts[MESSAGES];
	int got;

	for (int i = 0; i < MESSAGES; i++) {
		parts[i] = (struct iovec){&bytes[i], 1};
		out[i].msg_hdr.msg_iov = in[i].msg_hdr.msg_iov = &parts[i];
		out[i].msg_hdr.msg_iovlen = in[i].msg_hdr.msg_iovlen = 1;
	}
	memset(bytes, 'x', sizeof bytes);
	out[CARRIES].msg_hdr.msg_control = &controls[0];
	in[CARRIES].msg_hdr.msg_control = &controls[1];
	out[CARRIES].msg_hdr.msg_controllen = in[CARRIES].msg_hdr.msg_controllen = sizeof controls[0];
	*CMSG_FIRSTHDR(&out[CARRIES].msg_hdr) = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&out[CARRIES].msg_hdr)), &sv[0], sizeof(int));
	must(sendmmsg(sv[0], out, MESSAGES, 0) == MESSAGES);
	expect("sendmmsg ret=%d msgs.31.data=x msgs.32.data=- msgs.32.passed.0.fd=%d msgs.32.passed.0.sock=$a msgs.33=- msgs_cut=true",
	       MESSAGES, sv[0]);
	must(recvmmsg(sv[1], in, MESSAGES, 0, NULL) == MESSAGES);
	memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&in[CARRIES].msg_hdr)), sizeof got);
	expect("recvmmsg ret=%d msgs.31.data=x msgs.32.received.0.fd=%d msgs.32.received.0.sock=$a msgs.33=- msgs_cut=true",
	       MESSAGES, got);
	must(close(got) == 0);
	expect("close fd=%d sock=$a refs=1", got);
}

/* The last of them has more than there is room for. */
static void send_descriptors(const int *sv)
{
	static union {
		char bytes[CMSG_SPACE(MOST * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec part = {"x", 1};
	struct mmsghdr out[3] = {0};

	control.align = (struct cmsghdr){CMSG_LEN(MOST * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	for (int i = 0; i < MOST; i++)
		memcpy(CMSG_DATA(&control.align) + i * sizeof(int), &sv[0], sizeof(int));
	for (int i = 0; i < 3; i++)
		out[i].msg_hdr = (struct msghdr){
			.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	must(sendmmsg(sv[0], out, 3, 0) == 3);
	expect("sendmmsg ret=3 msgs.1.passed.252.sock=$a msgs.2.passed.0.sock=$a msgs.2.passed.252=- msgs_cut=true");
}

int main(void)
{
	struct rlimit limit = {COPIES + 100, COPIES + 100};
	int sv[2];

	must(setrlimit(RLIMIT_NOFILE, &limit) == 0 && socketpair(AF_UNIX, SOCK_DGRAM, 0, sv) == 0);
	expect("socketpair ret=0 newsocks.0=$a newsocks.1=$b");
	close_many(sv[0]);
	send_many(sv);
	send_descriptors(sv);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
