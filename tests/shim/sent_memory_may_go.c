/*
 * sent_memory_may_go: what a call was given may be unmapped by another thread as soon as the kernel has it, though the call has not returned;
 * and what is received may be written over the very words that say where it goes.
 */
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "expect/expect.h"

enum { PAGE = 4096, BIG = 1 << 20, LARGE = 64 << 10, ROUNDS = 400 };

static int sv[2];
static char *page; /* that goes */
static pid_t sender;

static char *map(size_t len)
{
	char *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(at != MAP_FAILED);
	return at;
}

/* Once the sender sleeps in the call: take its page away, and what it sends. */
static void *take(void *number)
{
	static char room[BIG];

	wait_until_in(getpid(), sender, (long)number);
	must(munmap(page, PAGE) == 0);
	must(recv(sv[1], room, BIG, MSG_WAITALL) == BIG);
	expect("recv fd=%d ret=%d", sv[1], BIG);
	return NULL;
}

static pthread_t start(void *(*what)(void *), void *ctx)
{
	pthread_t thread;

	must(pthread_create(&thread, NULL, what, ctx) == 0);
	return thread;
}

static void parts_go(bool in_message)
{
	static const char hello[] = "hello, world. there are many more bytes behind these.";
	char *big = map(BIG);
	struct msghdr *message;
	struct iovec *parts;
	pthread_t taker;

	memcpy(big, hello, sizeof hello);
	page = map(PAGE);
	message = (struct msghdr *)page;
	parts = (struct iovec *)(page + 128);
	parts[0] = (struct iovec){big, 5};
	parts[1] = (struct iovec){big + 5, BIG - 5};
	*message = (struct msghdr){.msg_iov = parts, .msg_iovlen = 2};
	taker = start(take, (void *)(long)(in_message ? SYS_sendmsg : SYS_writev));
	if (in_message)
		must(sendmsg(sv[0], message, 0) == BIG);
	else
		must(writev(sv[0], parts, 2) == BIG);
	expect("%s fd=%d ret=%d data=\"hello, world. there are many mor\"", in_message ? "sendmsg" : "writev", sv[0], BIG);
	must(pthread_join(taker, NULL) == 0);
	munmap(big, BIG);
}

static char *_Atomic given;

static void *acknowledge(void *unused)
{
	static char room[LARGE];

	for (int i = 0; i < ROUNDS; i++) {
		must(recv(sv[1], room, LARGE, MSG_WAITALL) == LARGE);
		expect("recv fd=%d ret=%d", sv[1], LARGE);
		must(munmap(given, LARGE) == 0);
		given = NULL;
	}
	return unused;
}

/* The other thread has received all of it, and the memory is gone, when this one is still on its way back. */
static void buffers_go(void)
{
	pthread_t reader = start(acknowledge, NULL);

	for (int i = 0; i < ROUNDS; i++) {
		char *bytes = map(LARGE);
		memset(bytes, 'b', LARGE);
		given = bytes;
		must(write(sv[0], bytes, LARGE) == LARGE);
		expect("write fd=%d ret=%d data=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", sv[0], LARGE);
		while (given)
			;
	}
	must(pthread_join(reader, NULL) == 0);
}

/* In the one thread: the kernel has taken its copy of where to, and this is what it puts there. */
static void places_are_overwritten(void)
{
	static _Alignas(16) char room[256];
	static char bytes[64];
	struct iovec *parts = (struct iovec *)room;
	struct msghdr *message = (struct msghdr *)room;

	memset(bytes, 'A', sizeof bytes);
	must(write(sv[0], bytes, sizeof bytes) == sizeof bytes);
	expect("write fd=%d", sv[0]);
	parts[0] = (struct iovec){room, 32};
	parts[1] = (struct iovec){room + 32, 32};
	must(readv(sv[1], parts, 2) == 64);
	expect("readv fd=%d ret=64", sv[1]);
	must(write(sv[0], bytes, sizeof bytes) == sizeof bytes);
	expect("write fd=%d", sv[0]);
	parts = (struct iovec *)(room + sizeof *message);
	*parts = (struct iovec){room, 64};
	*message = (struct msghdr){.msg_iov = parts, .msg_iovlen = 1};
	must(recvmsg(sv[1], message, 0) == 64);
	expect("recvmsg fd=%d ret=64", sv[1]);
}

int main(void)
{
	sender = getpid();
	expect_pair(sv);
	places_are_overwritten();
	parts_go(true);
	parts_go(false);
	buffers_go();
	expect("exit how=exit status=0");
	return 0;
}
