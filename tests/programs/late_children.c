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
#include <sys/wait.h>
#include <unistd.h>

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

	__asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\tcall *%%r12\n\tmov $60, %%eax\n\txor %%edi, %%edi\n\tsyscall\n1:"
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

#define WAY(name)     {#name, name}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*what)(void);
	} ways[] = {
		WAY(child_uses),
		WAY(grandchild_uses),
		WAY(child_vforks),
		WAY(thread_of_child_uses),
		WAY(thread_of_child_uses_after_vfork),
		WAY(raw_fork),
		WAY(raw_vfork),
	};

	for (size_t i = 0; argc == 2 && i < sizeof ways / sizeof ways[0]; i++)
		if (strcmp(argv[1], ways[i].name) == 0) {
			ways[i].what();
			return 0;
		}
	return 3;
}
