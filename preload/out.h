/* out.h: the trace's files: made once, appended to without holding a descriptor. */
#ifndef PRELOAD_OUT_H
#define PRELOAD_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Make PID.NAME.jsonl (the next free suffix where it exists) with a first line of len bytes in whole blocks. False: it
 * cannot be made, which has been said on standard error. */
bool out_create(const char *name, const char *line, size_t len);

/* Append whole blocks. False if they are not in the file; whether more can be tried is out_stopped's to say. */
bool out_append(const char *blocks, size_t len);

/* A shared mapping of `size` fresh bytes at the live file's end, filled with one pad line, its room on the disk made
 * sure of; NULL if not possible. */
char *out_map_live(size_t size);
void out_unlink_live(void);

/* Nothing can be written any more. */
bool out_stopped(void);

/* An event was lost. Counted until it can be told. */
void out_lose(const char *why);

/* What was lost and not told yet; *why is the last reason. Telling resets it. */
uint64_t out_lost(const char **why);
void out_told(uint64_t count);

/* The process is about to give up rights: keep descriptors, high and hidden, for what could not be opened any more. */
void out_secure(void);

/* Is this descriptor ours: for the microseconds of an append, or kept? To the program it is not open. */
bool out_owns(int fd);

/* The program closes a number that out_owns: wait for the append, behind which the number may be the program's. False if
 * it stays ours. */
bool out_settles(int fd);

/* The program is about to take this number, or to close all of these: wait for an append, but not for ever (a handler
 * may have interrupted it); move what is kept there. */
void out_yield(int fd);
void out_yield_all(void);

/* The lowest descriptor kept from `first` on, -1 if there is none: what a close of many has to leave out. */
int out_kept(unsigned first);

/* In a fork's child: close what another thread of the parent was about to append with; forget the parent's files. */
void out_forked(void);

#endif
