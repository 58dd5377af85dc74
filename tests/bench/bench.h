/* bench.h: time a call in a loop. */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline void must(int claim, const char *what)
{
	if (claim)
		return;
	perror(what);
	exit(1);
}

static inline double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* Run `round`, which makes `calls` calls, argv[1] times, a tenth of that before; print nanoseconds a call. */
static inline int bench(int argc, char **argv, void (*round)(void), int calls)
{
	long rounds = argc > 1 ? atol(argv[1]) : 1000;

	for (long i = 0; i < rounds / 10; i++)
		round();
	double begin = now_ns();
	for (long i = 0; i < rounds; i++)
		round();
	printf("%.1f\n", (now_ns() - begin) / rounds / calls);
	return 0;
}

#endif
