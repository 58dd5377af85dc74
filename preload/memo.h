/* memo.h: what is the same in the lines of the same call made again: its middle, thread to arguments, and its call site. */
#ifndef PRELOAD_MEMO_H
#define PRELOAD_MEMO_H

#include <stdbool.h>

#include "trace/calls.h"

struct frame;

enum {
	MEMOS = 8,       /* a slot has: a loop over a few descriptors finds each of its calls again */
	MEMO_TEXT = 256, /* bytes; a longer middle is not kept */
	MEMO_WORDS = CALL_ARGS_MAX + 4,
};

struct memo {
	long key[MEMO_WORDS];
	unsigned generation; /* another number after each change */
	unsigned len;        /* 0: to be filled */
	unsigned tail_len;
	char text[MEMO_TEXT];
	char tail[48]; /* the call site, and the end of the line */
};

/*
 * The memo of this call: filled, or with len 0 and to be filled. NULL where a line says more than numbers tell: an address, a
 * string, a stack. The slot that has the memos is busy meanwhile.
 */
struct memo *memo_take(struct memo *memos, struct frame *f);
void memo_fill(struct memo *m, struct frame *f, const char *text, unsigned len);

/* Is the frame's memo still what this call filled or found? */
bool memo_is_valid(const struct frame *f);

/* Another thread owns the slot from now on. */
void memo_forget(struct memo *memos);

#endif
