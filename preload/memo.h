/* memo.h: what is the same in the lines of a call site that asks for the same again: who calls what, and its arguments. */
#ifndef PRELOAD_MEMO_H
#define PRELOAD_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/given.h"
#include "preload/json.h"
#include "preload/known.h"
#include "preload/record.h"
#include "trace/calls.h"

enum {
	MEMOS = 32, /* a slot has: the call sites of a server's loop */
	MEMO_SOCKETS = 32,
	MEMO_HEAD = 112, /* bytes of `,"tid":...,"call":...` */
	MEMO_ARGS = 176, /* of `,"args":{...}`; a longer one is not kept */
	MEMO_TAIL = 48,  /* of `,"pc":...}` and the end of the line */
	MEMO_SOCKET = 48 + TEXT_SLACK,
};

/* The texts have TEXT_SLACK bytes behind them that may be read. */
struct memo {
	uint64_t pc; /* 0: empty */
	const char *via, *from;
	int in_len;
	uint16_t call;
	uint8_t head_len, args_len, tail_len;
	bool varies;                        /* its arguments are not among its words */
	uint8_t key_len;                    /* bytes that one of them points to; 0: of no interest */
	char key[KEPT_MOST];                /* these */
	uint8_t nseen, seen[CALL_ARGS_MAX]; /* which of them these show */
	long args[CALL_ARGS_MAX];           /* these, in the same order */
	/* The head, the descriptor of the newest line and its socket, the arguments; behind `len` the tail. */
	int fd;
	uint64_t sock;
	unsigned len;
	char text[MEMO_HEAD + MEMO_SOCKET + MEMO_ARGS + MEMO_TAIL];
	char args_text[MEMO_ARGS + MEMO_TAIL]; /* and the tail, for another descriptor */
};

/* The same for `,"fd":...,"sock":...`. */
struct memo_socket {
	uint64_t sock;
	int fd;
	unsigned len; /* 0: empty */
	char text[MEMO_SOCKET];
};

/* All that a slot keeps. */
struct memos {
	uint64_t changes; /* counts those of the sites, from a number of the slot's own */
	struct known_addr known[KNOWN_ADDRS];
	struct memo_socket sockets[MEMO_SOCKETS];
	struct memo sites[MEMOS];
};

/* The memo of this call, NULL if there is none. The slot that has the memos is busy meanwhile. */
struct memo *memo_find(struct memos *memos, const struct frame *f);

/* The same where memo_find has none: in the other place, or of a call whose arguments are the bytes that one of them points to. These are held
 * from now on. */
struct memo *memo_find_else(struct memos *memos, struct frame *f);

/* Is the memo that this frame has found still what it was? No two slots count from the same number. */
static inline bool memo_is_still(const struct memos *memos, const struct frame *f)
{
	return f->memo && f->memo_changes == memos->changes;
}

/*
 * Write one, in the place of another; j, which is empty, is used to write in. NULL where a line says more than the call
 * site and its arguments: what is started, a stack.
 */
struct memo *memo_make(struct memos *memos, struct frame *f, struct json *j);

void memo_make_socket(struct memo_socket *m, const struct frame *f);

/* The descriptor and the socket that a call acts on, at p. */
static inline char *memo_put_socket(struct memos *memos, char *p, const struct frame *f)
{
	struct memo_socket *m = &memos->sockets[(unsigned)f->fd % MEMO_SOCKETS];

	if (__builtin_expect(m->sock != f->sock || m->fd != f->fd || !m->len, 0))
		memo_make_socket(m, f);
	return text_copy(p, m->text, m->len);
}

/* Has the call a descriptor in its line? */
static inline bool memo_has_socket(const struct frame *f)
{
	return f->fd >= 0 || call_table[f->call].args[0].kind == KIND_FD;
}

/* Let the text be about the descriptor that the call acts on. */
void memo_turn(struct memos *memos, struct memo *m, const struct frame *f);
static inline void memo_turn_to(struct memos *memos, struct memo *m, const struct frame *f)
{
	if (m->fd != f->fd || m->sock != f->sock)
		memo_turn(memos, m, f);
}

/* Another thread owns the slot from now on, or who wrote them was left by a jump. */
void memo_forget(struct memos *memos);

#endif
