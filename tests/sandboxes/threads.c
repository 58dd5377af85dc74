/* threads: of which one enters a sandbox, or all. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>

#include "sandboxes.h"

enum { THREADS = 4, RUNS = 40, MORE = 10, FILTERS = 2000 };

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

static void *enters_its_own(void *has_entered)
{
	must(enter_sandbox(NULL, 0, SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW) == 0);
	pthread_barrier_wait(has_entered);
	pause();
	return NULL;
}

static void apart(void)
{
	pthread_barrier_t has_entered;
	pthread_t thread;

	pthread_barrier_init(&has_entered, NULL, 2);
	must(pthread_create(&thread, NULL, enters_its_own, &has_entered) == 0);
	pthread_barrier_wait(&has_entered);
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &to_stdout) > 0);
	talk_often();
}

static pthread_barrier_t turn;

static void *takes_turns(void *unused)
{
	for (int i = 0; i < MANY; i++) {
		pthread_barrier_wait(&turn);
		talk();
		pthread_barrier_wait(&turn);
	}
	return unused;
}

static void late(void)
{
	pthread_t thread;

	pthread_barrier_init(&turn, NULL, 2);
	must(pthread_create(&thread, NULL, takes_turns, NULL) == 0);
	must(forbid_calls(NULL, 0) == 0);
	for (int i = 0; i < MANY; i++) {
		pthread_barrier_wait(&turn);
		pthread_barrier_wait(&turn);
		talk();
	}
	must(pthread_join(thread, NULL) == 0);
}

static atomic_bool talking;

static void *talks_very_often(void *both)
{
	use();
	pthread_barrier_wait(both);
	pthread_barrier_wait(both);
	for (int i = 0; i < MORE; i++)
		talk_often();
	talking = false;
	return NULL;
}

static void adds(void)
{
	pthread_barrier_t both;
	pthread_t thread;

	talking = true;
	pthread_barrier_init(&both, NULL, 2);
	must(pthread_create(&thread, NULL, talks_very_often, &both) == 0);
	pthread_barrier_wait(&both);
	must(forbid_calls(NULL, 0) == 0);
	pthread_barrier_wait(&both);
	for (int i = 0; i < FILTERS && talking; i++)
		must(forbid_calls(NULL, 0) == 0);
	must(pthread_join(thread, NULL) == 0);
}

static atomic_bool probes_go_on = true;

static void *probes_for_sandboxes(void *unused)
{
	static const struct sock_fprog empty;

	for (int i = 0; probes_go_on && i < MANY; i++)
		must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &empty) == -1);
	return unused;
}

static void enter_beside_probes(void)
{
	static const int calls[] = {SYS_fstat, SYS_getsockopt, SYS_getpid};
	pthread_t thread;
	int pair[2];

	must(pthread_create(&thread, NULL, probes_for_sandboxes, NULL) == 0);
	must(forbid_calls(calls, 3) == 0);
	probes_go_on = false;
	must(pthread_join(thread, NULL) == 0);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}

static void probes(void)
{
	int status;

	for (int i = 0; i < RUNS; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			enter_beside_probes();
			_exit(0);
		}
		must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	}
}

const struct way ways_of_threads[] = {
	{"shells", shells}, {"apart", apart}, {"late", late}, {"adds", adds}, {"probes", probes}, {0},
};
