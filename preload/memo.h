/* memo.h: what is the same in the lines of a call site that asks for the same again: who calls what, and its arguments. */
#ifndef PRELOAD_MEMO_H
#define PRELOAD_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/json.h"
#include "preload/record.h"
#include "trace/calls.h"

enum {
	MEMOS = 32, /* a slot has: the call sites of a server's loop */
	MEMO_SOCKETS = 32,
	MEMO_HEAD = 112, /* bytes of `,"tid":...,"call":...` */
	MEMO_ARGS = 160, /* of `,"args":{...}`; a longer one is not kept */
	MEMO_TAIL = 48,  /* of `,"pc":...}` and the end of the line */
};

/* The texts, with TEXT_SLACK bytes behind each that may be read. */
struct memo {
	uint64_t pc; /* 0: empty */
	const char *via, *from;
	int in_len;
	uint16_t call;
	uint8_t head_len, args_len, tail_len;
	long args[CALL_ARGS_MAX];
	char head[MEMO_HEAD], args_text[MEMO_ARGS], tail[MEMO_TAIL];
};

/* The same for `,"fd":...,"sock":...`. */
struct memo_socket {
	uint64_t sock;
	int fd;
	unsigned len; /* 0: empty */
	char text[48 + TEXT_SLACK];
};

/* All that a slot keeps. */
struct memos {
	uint64_t changes; /* counts those of the sites, from a number of the slot's own */
	struct memo_socket sockets[MEMO_SOCKETS];
	struct memo sites[MEMOS];
};

/* The memo of this call, NULL if there is none. The slot that has the memos is busy meanwhile. */
const struct memo *memo_find(const struct memos *memos, const struct frame *f);

/* Is the memo that this frame has found still what it was? No two slots count from the same number. */
static inline bool memo_is_still(const struct memos *memos, const struct frame *f)
{
	return f->memo && f->memo_changes == memos->changes;
}

/*
 * Write one, in the place of another; j, which is empty, is used to write in. NULL where a line says more than its
 * arguments' words do: an address, a string, a stack.
 */
const struct memo *memo_make(struct memos *memos, const struct frame *f, struct json *j);

void memo_make_socket(struct memo_socket *m, const struct frame *f);

/* The descriptor and the socket that a call acts on, at p. */
static inline char *memo_put_socket(struct memos *memos, char *p, const struct frame *f)
{
	struct memo_socket *m = &memos->sockets[(unsigned)f->fd % MEMO_SOCKETS];

	if (__builtin_expect(m->sock != f->sock || m->fd != f->fd || !m->len, 0))
		memo_make_socket(m, f);
	return text_copy(p, m->text, m->len);
}

/* Another thread owns the slot from now on, or who wrote them was left by a jump. */
void memo_forget(struct memos *memos);

#endif
