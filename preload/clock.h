/*
 * clock.h: what time it is, by CLOCK_MONOTONIC.
 *
 * To ask for it costs as much as a third of what else is done for a call. So it is asked once in a tenth of a millisecond and thread at
 * most; between two answers the processor's time stamp counter is read by ourselves, without the fence and the loop that the
 * kernel's own reading of it in the vDSO has. That is only done where the kernel itself takes the time from this counter.
 */
#ifndef PRELOAD_CLOCK_H
#define PRELOAD_CLOCK_H

#include <stdint.h>

/* Never less than what this thread was told before; within 100 ns of what the kernel would say, where its clock is not just being set right
 * (adjtimex(2): by up to 500 ppm). */
uint64_t clock_ns(void);

/* The clock is to be asked often from now on. */
void clock_begin(void);

/* Before a sandbox without a clock (SANDBOX_CLOCKLESS): time only goes on by a nanosecond a reading there, so that no two lines are the same:
 * strict seccomp takes away the time stamp counter as well (prctl(2), PR_SET_TSC). */
void clock_stop(void);

/* The counter alone is about to be taken from this thread, and who asks the vDSO reads it. */
void clock_lose_counter(void);

#endif
