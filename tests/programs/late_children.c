/*
 * late_children: children of a process that has no socket use one themselves, late, or have children before: each way to be named by the first
 * argument. Prints the pid of who has the sockets, and its parent's.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

static void use_sockets(void)
{
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || write(sv[0], "x", 1) != 1)
		_exit(1);
	close(sv[0]);
	close(sv[1]);
}

static void say_who(void)
{
	printf("%d %d\n", (int)getpid(), (int)getppid());
	fflush(stdout);
}

static void wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		_exit(2);
}

static void child(void (*what)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		what();
		exit(0);
	}
	wait_for(pid);
}

static void say_and_use(void)
{
	say_who();
	use_sockets();
}

static void vfork_and_wait(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(0);
	wait_for(pid);
}

static void vfork_and_use(void)
{
	vfork_and_wait();
	say_and_use();
}

static void *in_thread(void *unused)
{
	(void)unused;
	use_sockets();
	return NULL;
}

static void use_in_thread(void)
{
	pthread_t thread;

	say_who();
	if (pthread_create(&thread, NULL, in_thread, NULL) != 0)
		_exit(1);
	pthread_join(thread, NULL);
	use_sockets();
}

static pthread_barrier_t all_there;

static void *with_all_others(void *unused)
{
	pthread_barrier_wait(&all_there);
	return in_thread(unused);
}

enum { THREADS = 4 };

static void use_in_many_threads(void)
{
	pthread_t thread[THREADS];

	say_who();
	pthread_barrier_init(&all_there, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&thread[i], NULL, with_all_others, NULL) != 0)
			_exit(1);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	use_sockets();
}

static void child_uses(void)
{
	child(say_and_use);
}

static void grandchild_uses(void)
{
	child(child_uses);
}

static void child_vforks(void)
{
	child(vfork_and_use);
}

static void threads_of_child_use(void)
{
	child(use_in_many_threads);
}

static void thread_of_child_uses(void)
{
	child(use_in_thread);
}

static void thread_of_child_uses_after_vfork(void)
{
	vfork_and_wait();
	child(use_in_thread);
}

/* As no wrapper sees it. With a stack the child is called there, and does not return. */
static long raw_clone(long flags, void *stack, void (*what)(void))
{
	register void *no_tid __asm__("r10") = NULL, *no_tls __asm__("r8") = NULL;
	register void (*fn)(void) __asm__("r12") = what;
	long ret;

	__asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\tcall *%%r12\n\tmov $60, %%eax\n\txor %%edi, "
			 "%%edi\n\tsyscall\n1:"
			 : "=a"(ret)
			 : "a"(SYS_clone), "D"(flags), "S"(stack), "d"(NULL), "r"(no_tid), "r"(no_tls), "r"(fn)
			 : "rcx", "r11", "memory");
	return ret;
}

static char stack[64 * 1024] __attribute__((aligned(16)));

/* In the parent's memory, which waits, and then uses sockets too. */
static void raw_vfork(void)
{
	wait_for(raw_clone(CLONE_VM | CLONE_VFORK | SIGCHLD, stack + sizeof stack, use_sockets));
	say_and_use();
}

static void raw_fork(void)
{
	wait_for(raw_clone(SIGCHLD, stack + sizeof stack, say_and_use));
}

static void child_raw_vforks(void)
{
	child(raw_vfork);
}

static void child_raw_forks(void)
{
	child(raw_fork);
}

/* A filter that forbids nothing: the shim does not know that. */
static void raw_fork_in_sandbox(void)
{

	say_and_use();
	if (forbid_calls(NULL, 0) < 0)
		_exit(1);
	wait_for(raw_clone(SIGCHLD, stack + sizeof stack, use_sockets));
}

static volatile pid_t forked_by_handler = -1;

static void fork_once(int sig)
{
	(void)sig;
	if (forked_by_handler == -1)
		forked_by_handler = fork();
}

/* Somewhere about the first call; child and parent go on with what the handler has interrupted, and have a second one. */
static void handler_forks(void)
{
	struct itimerval soon = {.it_value.tv_usec = 100 + getpid() % 600};

	if (signal(SIGALRM, fork_once) == SIG_ERR || setitimer(ITIMER_REAL, &soon, NULL) < 0)
		_exit(1);
	use_sockets();
	while (forked_by_handler == -1)
		;
	use_sockets();
	if (forked_by_handler == 0)
		exit(0);
	say_who();
	wait_for(forked_by_handler);
}

static void *fork_and_use(void *unused)
{
	pthread_barrier_wait(&all_there);
	for (volatile int i = getpid() * 7 % 6000; i > 0; i--)
		;
	child(use_sockets);
	return unused;
}

/* What the first call of one thread does to libc lies half done while another one forks. */
static void forks_beside_first_calls(void)
{
	pthread_t thread[THREADS];

	pthread_barrier_init(&all_there, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&thread[i], NULL, i % 2 ? fork_and_use : with_all_others, NULL) != 0)
			_exit(1);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	say_who();
}

/* The same, where a handler of those forks has its first call at that moment too. */
static void handlers_beside_first_calls(void)
{
	if (pthread_atfork(use_sockets, NULL, NULL) != 0)
		_exit(1);
	forks_beside_first_calls();
}

struct way {
	const char *name;
	void (*what)(void);
};

#define WAY(name) ((struct way){#name, name})

int main(int argc, char **argv)
{
	const struct way ways[] = {
		WAY(child_uses),
		WAY(grandchild_uses),
		WAY(child_vforks),
		WAY(threads_of_child_use),
		WAY(thread_of_child_uses),
		WAY(thread_of_child_uses_after_vfork),
		WAY(raw_fork),
		WAY(raw_vfork),
		WAY(child_raw_forks),
		WAY(child_raw_vforks),
		WAY(raw_fork_in_sandbox),
		WAY(handler_forks),
		WAY(forks_beside_first_calls),
		WAY(handlers_beside_first_calls),
	};

	for (size_t i = 0; argc == 2 && i < sizeof ways / sizeof ways[0]; i++)
		if (strcmp(argv[1], ways[i].name) == 0) {
			ways[i].what();
			return 0;
		}
	return 3;
}
