/*
 * sandboxes WAY: enters a filter that kills whoever makes a system call that a program without a tracer does not make there:
 *   jump     after a handler has jumped out of system(3); uses a socket
 *   shells   and starts shells in several threads
 *   child    and forks a child that execs
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

enum { THREADS = 4, RUNS = 40 };

static int sv[2];
static sigjmp_buf out_of_it;

static void must(int claim)
{
	if (!claim)
		_exit(1);
}

static void use(void)
{
	char byte;

	must(write(sv[0], "x", 1) == 1 && read(sv[1], &byte, 1) == 1);
}

static void on_alarm(int signal)
{
	(void)signal;
	siglongjmp(out_of_it, 1);
}

static void jump(void)
{
	static const int calls[] = {SYS_getpid, SYS_gettid};

	signal(SIGALRM, on_alarm);
	if (!sigsetjmp(out_of_it, 1)) {
		alarm(1);
		must(system("exec sleep 3") == -2);
	}
	use();
	must(forbid_calls(calls, 2) == 0);
	use();
}

static void *starts_shells(void *unused)
{
	for (int i = 0; i < RUNS; i++) {
		FILE *shell = popen(":", "w");
		must(shell && pclose(shell) == 0);
	}
	return unused;
}

static void shells(void)
{
	static const int calls[] = {SYS_sched_yield};
	pthread_t threads[THREADS];

	must(forbid_calls(calls, 1) == 0);
	for (int i = 0; i < THREADS; i++)
		must(pthread_create(&threads[i], NULL, starts_shells, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		must(pthread_join(threads[i], NULL) == 0);
}

static void child(void)
{
	static const int calls[] = {SYS_kcmp, SYS_getsockopt, SYS_readlink, SYS_sched_yield, SYS_getdents64};
	int status;

	must(forbid_calls(calls, 5) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

int main(int argc, char **argv)
{
	must(argc == 2 && socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	if (strcmp(argv[1], "jump") == 0)
		jump();
	else if (strcmp(argv[1], "shells") == 0)
		shells();
	else
		child();
	must(write(STDOUT_FILENO, "lives\n", 6) == 6);
	_exit(0);
}
