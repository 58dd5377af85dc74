/* batches_show_each_message: sendmmsg and recvmmsg list their messages as single calls would show them. */
#include <stddef.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2];
	char room[2][8];
	struct iovec words[2] = {{"one", 3}, {"three", 5}}, rooms[2] = {{room[0], 8}, {room[1], 4}};
	struct mmsghdr out[2] = {{.msg_hdr = {.msg_iov = &words[0], .msg_iovlen = 1}},
				 {.msg_hdr = {.msg_iov = &words[1], .msg_iovlen = 1}}};
	struct mmsghdr in[2] = {{.msg_hdr = {.msg_iov = &rooms[0], .msg_iovlen = 1}},
				{.msg_hdr = {.msg_iov = &rooms[1], .msg_iovlen = 1}}};

	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, sv) == 0);
	expect("socketpair args.type=SOCK_DGRAM newsocks.0=$a newsocks.1=$b");
	must(sendmmsg(sv[0], out, 2, 0) == 2);
	expect("sendmmsg fd=%d sock=$a args.vlen=2 ret=2 msgs.0.len=3 msgs.0.data=one msgs.1.len=5 msgs.1.data=three msgs.2=-",
	       sv[0]);
	must(recvmmsg(sv[1], in, 2, 0, NULL) == 2);
	expect("recvmmsg fd=%d sock=$b args.vlen=2 args.timeout=null ret=2 msgs.0.data=one msgs.1.len=4 msgs.1.data=thre "
	       "msgs.1.msg_flags=[MSG_TRUNC]",
	       sv[1]);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
