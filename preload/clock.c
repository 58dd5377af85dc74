/* clock: what time it is, by CLOCK_MONOTONIC. */
#include "preload/clock.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "preload/procfs.h"
#include "preload/real.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/text.h"

enum {
	NEAR_NS = 100000,     /* so long after an answer of the kernel's the counter does */
	FIRST_NS = 10000000,  /* its speed is measured over so long at least, */
	LONG_NS = 1000000000, /* and at most */
	CHECK_NS = 1000000,   /* an answer so long after another shows whether the counter goes as was measured, */
	WRONG_NS = 2000,      /* by this much at most */
	ASKING_TICKS = 500,   /* who asked for longer was interrupted */
};

static _Atomic uint64_t stopped_ns;
static _Atomic bool counts;      /* the kernel takes the time from the counter, and so may we */
static _Atomic uint64_t tick_ns; /* a tick's nanoseconds, in 32 bits and 32 behind the point; 0 not measured yet */

typedef uint64_t pair __attribute__((vector_size(16)));

/* One load, and one store: a signal's handler, which may ask as well, comes before or after it, never between the two words. */
static inline struct reading get(const struct reading *r)
{
	pair p;

	__asm__ volatile("movaps %1, %0" : "=x"(p) : "m"(*r));
	return (struct reading){p[0], p[1]};
}

static inline void set(struct reading *r, struct reading to)
{
	pair p = {to.ticks, to.ns};

	__asm__ volatile("movaps %1, %0" : "=m"(*r) : "x"(p));
}

static inline uint64_t read_counter(void)
{
	return __builtin_ia32_rdtsc();
}

/* Not back: neither by what the counter was ahead, nor where a handler has been told of a later time. */
static inline uint64_t not_before(uint64_t ns)
{
	if (ns < self.newest_ns && self.newest_ns - ns < LONG_NS)
		return self.newest_ns;
	return self.newest_ns = ns;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* At `now.ticks` the kernel said now.ns. */
static void note(struct reading now)
{
	struct reading was = get(&self.reading);
	uint64_t since = now.ns - was.ns, ticks = now.ticks - was.ticks, each = tick_ns;

	if (was.ticks && !each && since < FIRST_NS)
		return; /* measured from the first on */
	if (was.ticks && !each && since < LONG_NS && ticks > since / 64 && ticks < since * 64)
		tick_ns = each = (since << 32) / ticks;
	else if (was.ticks && each && since < CHECK_NS && distance(ticks * each >> 32, since) > WRONG_NS)
		counts = false;
	set(&self.reading, now);
	self.near_ticks = each && counts ? ((uint64_t)NEAR_NS << 32) / each : 0;
}

static __attribute__((noinline)) uint64_t ask(void)
{
	struct timespec now;
	/* It reads the vDSO, or is there: no system call. Another thread may take it away: clock_lose_counter. */
	int (*function)(clockid_t, struct timespec *) = real_clock;
	bool counted = function && counts;
	uint64_t before = counted ? read_counter() : 0, took, ns;

	if (function)
		function(CLOCK_MONOTONIC, &now);
	else
		sys3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&now, 0);
	ns = now.tv_sec * 1000000000ull + now.tv_nsec;
	took = counted ? read_counter() - before : 0;
	if (counted && took < ASKING_TICKS)
		note((struct reading){before + took / 2, ns});
	else
		self.near_ticks = 0;
	return not_before(ns);
}

uint64_t clock_ns(void)
{
	if (__builtin_expect(stopped_ns != 0, 0) && shim_sandbox_is(SANDBOX_CLOCKLESS))
		return stopped_ns++;
	if (self.near_ticks) {
		struct reading last = get(&self.reading);
		uint64_t ticks = read_counter() - last.ticks;
		if (__builtin_expect(ticks < self.near_ticks, 1))
			return not_before(last.ns + (ticks * tick_ns >> 32));
	}
	return ask();
}

void clock_begin(void)
{
	char source[8];

	if (real_clock_direct() &&
	    procfs_read("/sys/devices/system/clocksource/clocksource0/current_clocksource", source, sizeof source))
		counts = text_equal(source, "tsc\n");
}

void clock_stop(void)
{
	if (!shim_sandbox_is(SANDBOX_CLOCKLESS))
		stopped_ns = clock_ns();
}

void clock_lose_counter(void)
{
	real_clock = NULL;
	self.near_ticks = 0;
}
