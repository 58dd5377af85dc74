/*
 * messages_are_shown_as_they_were_sent: who has received a message may change what says where its bytes are, before the call that sent it is
 * back.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "expect/expect.h"

enum { TIMES = 100, LEN = 8 };

static int sv[2];
static struct msghdr *message; /* not on the sender's stack */
static atomic_int changed;

static void *change_what_was_sent(void *unused)
{
	static char others[] = "othersss";
	static struct iovec part = {others, LEN};
	char bytes[LEN];

	for (int i = 0; i < TIMES; i++) {
		must(recv(sv[1], bytes, LEN, 0) == LEN);
		message->msg_iov = &part;
		changed++;
		expect("recv fd=%d ret=8 data=sender's", sv[1]);
	}
	return unused;
}

int main(void)
{
	char bytes[] = "sender's";
	struct iovec part = {bytes, LEN};
	pthread_t thread;

	expect_pair(sv);
	message = mmap(NULL, sizeof *message, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(message != MAP_FAILED);
	must(pthread_create(&thread, NULL, change_what_was_sent, NULL) == 0);
	for (int i = 0; i < TIMES; i++) {
		*message = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1};
		must(sendmsg(sv[0], message, 0) == LEN);
		expect("sendmsg fd=%d ret=8 data=sender's", sv[0]);
		while (changed <= i)
			;
	}
	must(pthread_join(thread, NULL) == 0);
	expect("exit how=exit status=0");
	return 0;
}
