/*
 * bad_pointers_beside_a_stack_are_refused: a coroutine's stack lies where it was mapped, below a thread's guard page here. What lies above it is
 * not all there, and a pointer to it is the kernel's to refuse. Nor is all there on the first thread's, where it has protected a page of its own.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <ucontext.h>

#include "expect/expect.h"

enum { PAGE = 4096, COROUTINE = 64 << 10, STACK = 32 << 10 };

static ucontext_t thread_context, coroutine_context;
static char *room, *guard;
static int sv[2];

static void use_bad_pointers(void)
{
	struct iovec *cut = (struct iovec *)(guard - sizeof *cut);
	int type;

	must(connect(sv[0], (struct sockaddr *)(guard - 8), 16) == -1 && errno == EFAULT);
	expect("connect fd=%d args.addrlen=16 ret=-1 err=EFAULT", sv[0]);
	must(setsockopt(sv[0], SOL_SOCKET, SO_KEEPALIVE, guard - 2, sizeof(int)) == -1 && errno == EFAULT);
	expect("setsockopt fd=%d ret=-1 err=EFAULT", sv[0]);
	*cut = (struct iovec){room, 4};
	must(writev(sv[0], cut, 2) == -1 && errno == EFAULT);
	expect("writev fd=%d args.iovcnt=2 ret=-1 err=EFAULT", sv[0]);
	must(sendmsg(sv[0], (struct msghdr *)(guard - 16), 0) == -1 && errno == EFAULT);
	expect("sendmsg fd=%d ret=-1 err=EFAULT", sv[0]);
	must(getsockopt(sv[0], SOL_SOCKET, SO_TYPE, &type, (socklen_t *)(guard - 2)) == -1 && errno == EFAULT);
	expect("getsockopt fd=%d ret=-1 err=EFAULT", sv[0]);
}

static void coroutine(void)
{
	use_bad_pointers();
	must(swapcontext(&coroutine_context, &thread_context) == 0);
}

static void *run_coroutine(void *unused)
{
	must(getcontext(&coroutine_context) == 0);
	coroutine_context.uc_stack.ss_sp = room;
	coroutine_context.uc_stack.ss_size = COROUTINE - 256;
	makecontext(&coroutine_context, coroutine, 0);
	must(swapcontext(&thread_context, &coroutine_context) == 0);
	return unused;
}

/* A page of what is above the calls on this stack. */
static void protect_own_stack(void)
{
	char area[4 * PAGE];

	guard = (char *)(((size_t)area + 2 * PAGE) & ~(size_t)(PAGE - 1));
	/* The call before could read there. */
	*(struct sockaddr *)guard = (struct sockaddr){.sa_family = AF_UNIX};
	must(connect(sv[0], (struct sockaddr *)guard, sizeof(struct sockaddr)) == -1 && errno == ECONNREFUSED);
	expect("connect fd=%d args.addr.family=AF_UNIX ret=-1 err=ECONNREFUSED", sv[0]);
	must(mprotect(guard, PAGE, PROT_NONE) == 0);
	must(connect(sv[0], (struct sockaddr *)guard, sizeof(struct sockaddr)) == -1 && errno == EFAULT);
	expect("connect fd=%d args.addr=- ret=-1 err=EFAULT", sv[0]);
	use_bad_pointers();
	must(mprotect(guard, PAGE, PROT_READ | PROT_WRITE) == 0);
}

int main(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	expect_pair(sv);
	room = mmap(NULL, COROUTINE + PAGE + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(room != MAP_FAILED);
	guard = room + COROUTINE;
	must(mprotect(guard, PAGE, PROT_NONE) == 0);
	must(pthread_attr_init(&attr) == 0 && pthread_attr_setstack(&attr, guard + PAGE, STACK) == 0);
	must(pthread_create(&thread, &attr, run_coroutine, NULL) == 0 && pthread_join(thread, NULL) == 0);
	protect_own_stack();
	expect("exit how=exit status=0");
	return 0;
}
