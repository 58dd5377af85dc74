/* out.h: the trace file: made once, appended to without holding a descriptor. */
#ifndef PRELOAD_OUT_H
#define PRELOAD_OUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What opens files wants signals held: see signals.h. */

/* Make PID.NAME.jsonl (the next free suffix where it exists) with a first line of len bytes in whole blocks. False: it
 * cannot be made, which has been said on standard error. */
bool out_create(const char *name, const char *line, size_t len);

/* It has been made. */
bool out_is_made(void);

/* How many threads wait in out_append for another, which is about to enter a sandbox. */
int out_waiting(void);

/* May those let others run meanwhile? Only until the filter is there: when this returns with false, none is amid that, unless it takes very
 * long. */
void out_waiters_may_yield(bool may);

/* Append whole blocks. False if they are not in the file; whether more can be tried is out_stopped's to say. */
bool out_append(const char *blocks, size_t len);

/* May a file of ours have that size, by SOCKTRACE_MAX and RLIMIT_FSIZE? */
bool out_within_limits(uint64_t size);

/* May that much be appended? */
bool out_has_room(size_t len);

/* How many bytes have been appended. */
uint64_t out_written(void);

extern _Atomic bool out_is_stopped;
extern _Atomic uint64_t out_lost_count;

/* Nothing can be written any more. */
static inline bool out_stopped(void)
{
	return atomic_load_explicit(&out_is_stopped, memory_order_relaxed);
}

/* That, or something was lost that is still to be told. */
static inline bool out_is_troubled(void)
{
	return out_stopped() || atomic_load_explicit(&out_lost_count, memory_order_relaxed);
}

/* An event was lost. Counted until it can be told. */
void out_lose(const char *why);

/* What was lost and not told yet; *why is the last reason. Whoever is to tell it takes it, and where he cannot gives it back. */
uint64_t out_lost(const char **why);
uint64_t out_take_lost(const char **why);
void out_give_back_lost(uint64_t count);

/* The process is about to give up rights: keep descriptors for what could not be opened any more. Of the directory, in which its children make
 * files, only where they could not do so by its path: Chromium ends where it finds one open in its sandbox. */
void out_secure(bool directory);

/* In a fork's child: forget the parent's file. */
void out_forked(bool others);

#endif
