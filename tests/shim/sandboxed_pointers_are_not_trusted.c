/*
 * sandboxed_pointers_are_not_trusted: in a sandbox nobody may be asked what can be read. What is received may stand where the call was told
 * where to put it, and what lay above a thread's stack before the sandbox may be gone.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

enum { STACK = 65536, LEN = 64 };

static int sv[2];
static char *stack;

static void what_tells_where_is_written_over(void)
{
	static const char bytes[LEN] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct iovec *part = calloc(1, STACK);
	struct msghdr *message = calloc(1, STACK);

	must(part && message);
	*part = (struct iovec){part, STACK};
	must(write(sv[0], bytes, LEN) == LEN && readv(sv[1], part, 1) == LEN);
	expect("write fd=%d ret=%d", sv[0], LEN);
	expect("readv fd=%d ret=%d", sv[1], LEN);
	*part = (struct iovec){message, STACK};
	*message = (struct msghdr){.msg_iov = part, .msg_iovlen = 1};
	must(write(sv[0], bytes, LEN) == LEN && recvmsg(sv[1], message, 0) == LEN);
	expect("write fd=%d ret=%d", sv[0], LEN);
	expect("recvmsg fd=%d ret=%d", sv[1], LEN);
}

static void *what_lay_above_is_gone(void *unused)
{
	char *above = stack + STACK;

	must(forbid_calls(NULL, 0) == 0);
	expect("prctl ret=0");
	what_tells_where_is_written_over();
	must(munmap(above, STACK) == 0);
	must(write(sv[0], above + 100, 10) == -1 && errno == EFAULT);
	expect("write fd=%d ret=-1 err=EFAULT", sv[0]);
	must(connect(sv[0], (struct sockaddr *)(above + 100), 10) == -1 && errno == EFAULT);
	expect("connect fd=%d ret=-1 err=EFAULT", sv[0]);
	return unused;
}

int main(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	expect_pair(sv);
	stack = mmap(NULL, 2 * STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(stack != MAP_FAILED);
	pthread_attr_init(&attr);
	must(pthread_attr_setstack(&attr, stack, STACK) == 0);
	must(pthread_create(&thread, &attr, what_lay_above_is_gone, NULL) == 0 && pthread_join(thread, NULL) == 0);
	/* In the one thread that is left nobody but it can take memory away. */
	what_tells_where_is_written_over();
	expect("exit how=exit status=0");
	return 0;
}
