/*
 * forking_handlers: a thread's handler, on a stack that lies above the thread's own, uses sockets and forks, a thousand times amid calls on other
 * sockets; the child goes on with these from where it was. Prints how many children did not come to their end. With an
 * argument: in a sandbox that allows all.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox.h"

enum { FORKS = 1000, STACK = 1 << 20, ABOVE = 64 << 10, FIRST_NS = 5000, SPREAD_NS = 30000, CALLS = 40 };

static int calls[2], handlers[2];
static volatile int forks, died, is_child;
static char *stacks;

static void talk(const int sv[2])
{
	char byte;

	send(sv[0], "x", 1, MSG_DONTWAIT);
	recv(sv[1], &byte, 1, MSG_DONTWAIT);
}

static void on_timer(int number)
{
	int before = errno, status;

	(void)number;
	talk(handlers);
	pid_t pid = fork();
	if (pid == 0) {
		is_child = 1;
	} else if (pid > 0) {
		forks++;
		waitpid(pid, &status, 0);
		died += status != 0;
	}
	errno = before;
}

static timer_t make_timer(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
	timer_t timer;

	event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0)
		_exit(1);
	return timer;
}

static void *run(void *in_sandbox)
{
	stack_t above = {.ss_sp = stacks + STACK, .ss_size = ABOVE};
	timer_t timer = make_timer();

	sigaltstack(&above, NULL);
	talk(calls);
	if (in_sandbox && forbid_calls(NULL, 0) < 0)
		_exit(1);
	while (forks < FORKS) {
		struct itimerspec soon = {.it_value.tv_nsec = FIRST_NS + rand() % SPREAD_NS};
		timer_settime(timer, 0, &soon, NULL);
		for (int i = 0; i < CALLS && !is_child; i++)
			talk(calls);
		if (!is_child)
			continue;
		for (int i = 0; i < 5; i++)
			talk(calls);
		_exit(0);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_timer, .sa_flags = SA_ONSTACK | SA_RESTART};
	pthread_attr_t attr;
	pthread_t thread;

	stacks = mmap(NULL, STACK + ABOVE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stacks == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM, 0, calls) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, handlers) < 0)
		return 1;
	sigaction(SIGUSR1, &action, NULL);
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, stacks, STACK);
	if (pthread_create(&thread, &attr, run, argc > 1 ? argv[1] : NULL) != 0)
		return 1;
	pthread_join(thread, NULL);
	printf("%d died\n", died);
	return 0;
}
