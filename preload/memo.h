/* memo.h: what is the same in the lines of a call site that asks for the same again: who calls what, and its arguments. */
#ifndef PRELOAD_MEMO_H
#define PRELOAD_MEMO_H

#include <stdint.h>

#include "preload/json.h"
#include "trace/calls.h"

struct frame;

enum {
	MEMOS = 32,      /* a slot has: the call sites of a server's loop */
	MEMO_HEAD = 112, /* bytes of `,"tid":...,"call":...` */
	MEMO_ARGS = 160, /* of `,"args":{...}`; a longer one is not kept */
	MEMO_TAIL = 48,  /* of `,"pc":...}` and the end of the line */
};

/* The texts, with TEXT_SLACK bytes behind each that may be read. */
struct memo {
	uint64_t pc; /* 0: empty */
	const char *via;
	int in_len;
	uint16_t call;
	uint8_t head_len, args_len, tail_len;
	long args[CALL_ARGS_MAX];
	char head[MEMO_HEAD], args_text[MEMO_ARGS], tail[MEMO_TAIL];
};

/* The memo of this call, NULL if there is none. The slot that has the memos is busy meanwhile. */
const struct memo *memo_find(const struct memo *memos, const struct frame *f);

/*
 * Write one, in the place of another; j, which is empty, is used to write in. NULL where a line says more than its
 * arguments' words do: an address, a string, a stack.
 */
const struct memo *memo_make(struct memo *memos, const struct frame *f, struct json *j);

/* Another thread owns the slot from now on. */
void memo_forget(struct memo *memos);

#endif
