/* bench.h: time a call in a loop, in one thread or in several. */
#ifndef BENCH_H
#define BENCH_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct bench {
	void *(*open)(void);     /* what one thread works on */
	void (*round)(void *on); /* makes the calls */
	int calls;               /* in a round */
};

static inline void must(int claim, const char *what)
{
	if (claim)
		return;
	perror(what);
	exit(1);
}

static inline double read_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* A program with one argument, from its fork to its end. */
static inline void run_child(const char *path, const char *arg)
{
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid == 0) {
		execl(path, path, arg, (char *)NULL);
		_exit(127);
	}
	must(waitpid(pid, NULL, 0) == pid, "waitpid");
}

static const struct bench *bench_now;
static long bench_rounds;
static double bench_begin_ns, bench_begin_cpu_ns;
static pthread_barrier_t bench_ready;

/* A tenth of the rounds first, so that all is warm when the clock starts. */
static inline void *bench_thread(void *unused)
{
	void *on = bench_now->open();

	for (long i = 0; i < bench_rounds / 10; i++)
		bench_now->round(on);
	if (pthread_barrier_wait(&bench_ready) == PTHREAD_BARRIER_SERIAL_THREAD) {
		bench_begin_ns = read_ns(CLOCK_MONOTONIC);
		bench_begin_cpu_ns = read_ns(CLOCK_PROCESS_CPUTIME_ID);
	}
	for (long i = 0; i < bench_rounds; i++)
		bench_now->round(on);
	return unused;
}

/*
 * argv: rounds a thread [threads]. Prints how long a call occupies a processor, in nanoseconds by the clock (more threads
 * than processors share them, and the time of each counts), and what processor time the process itself had for it.
 */
static inline int bench(int argc, char **argv, const struct bench *b)
{
	long threads = argc > 2 ? atol(argv[2]) : 1, cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t others[64];

	bench_now = b;
	bench_rounds = argc > 1 ? atol(argv[1]) : 1000;
	must(threads >= 1 && threads <= 64 && bench_rounds >= 1, "usage: rounds [threads]");
	pthread_barrier_init(&bench_ready, NULL, threads);
	for (long i = 1; i < threads; i++)
		must(pthread_create(&others[i], NULL, bench_thread, NULL) == 0, "pthread_create");
	bench_thread(NULL);
	for (long i = 1; i < threads; i++)
		pthread_join(others[i], NULL);
	double ns = read_ns(CLOCK_MONOTONIC) - bench_begin_ns;
	double cpu_ns = read_ns(CLOCK_PROCESS_CPUTIME_ID) - bench_begin_cpu_ns;
	double calls = (double)threads * bench_rounds * b->calls;
	printf("%.1f %.1f\n", ns * (threads < cpus ? threads : cpus) / calls, cpu_ns / calls);
	return 0;
}

#endif
