/* parts_are_joined: data of readv, writev, sendmsg and recvmsg is the parts in a row, cut at what was moved. */
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "expect/expect.h"

static const struct iovec hello[3] = {{"hel", 3}, {"", 0}, {"lo, world", 9}};

static void vectors(int sv[2])
{
	char left[5], right[32];
	struct iovec room[2] = {{left, sizeof left}, {right, sizeof right}};

	must(writev(sv[0], hello, 3) == 12);
	expect("writev fd=%d sock=$a args.iovcnt=3 ret=12 data=\"hello, world\"", sv[0]);
	must(readv(sv[1], room, 2) == 12);
	expect("readv fd=%d sock=$b args.iovcnt=2 ret=12 data=\"hello, world\"", sv[1]);
}

static void messages(int sv[2])
{
	char left[5], right[2];
	struct iovec room[2] = {{left, sizeof left}, {right, sizeof right}};
	struct msghdr out = {.msg_iov = (struct iovec *)hello, .msg_iovlen = 3};
	struct msghdr in = {.msg_iov = room, .msg_iovlen = 2};

	must(sendmsg(sv[1], &out, MSG_NOSIGNAL) == 12);
	expect("sendmsg fd=%d sock=$b args.flags=[MSG_NOSIGNAL] ret=12 data=\"hello, world\"", sv[1]);
	must(recvmsg(sv[0], &in, 0) == 7);
	expect("recvmsg fd=%d sock=$a ret=7 data=\"hello, \"", sv[0]);
}

int main(void)
{
	int sv[2];

	expect_pair(sv);
	vectors(sv);
	messages(sv);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
