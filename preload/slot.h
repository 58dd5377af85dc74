/*
 * slot.h: a thread's room in the live file, and the order of stores that keeps every line whole.
 *
 * The room not used yet is pad lines. An event is copied over the head of the first such that, whenever the process may
 * be killed, each line is either whole or begins with the pad's head.
 */
#ifndef PRELOAD_SLOT_H
#define PRELOAD_SLOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "preload/memo.h"
#include "preload/state.h"
#include "trace/format.h"

/* How the room is mapped that a fork's child gets (mmap(2)). */
#define SLOT_ROOM_PROT (PROT_READ | PROT_WRITE)
#define SLOT_ROOM_FLAGS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE)

enum {
	SLOT_LINE = 4 * TRACE_BLOCK,        /* the longest line */
	SLOT_DATA_SMALL = SLOT_LINE,        /* for events, at first, and where there are many slots */
	SLOT_DATA = 16 * TRACE_BLOCK,       /* the same for a thread that has filled its slot */
	SLOT_DATA_LARGE = 64 * TRACE_BLOCK, /* the same for one that has filled it SLOT_MANY times more */
	SLOT_MANY = 32,
	SLOT_LAST = TRACE_BLOCK, /* behind them, a block whose end is always the pad's, for the last words */
	SLOT_PENDINGS = 4,       /* calls in progress at once: handlers within blocking calls */
	SLOT_SAVED = 2048,       /* the longest pending that a handler's event can be put before */
};

/* A call in progress, whose line is among the last of the slot. */
struct pending {
	uint32_t at, len; /* len 0: its line is not here any more */
	uint32_t before;  /* slot.last as it was before it */
	uint64_t serial;  /* also in the caller's frame: what tells a live frame from one that longjmp left */
	const uint64_t *frame_serial;
};

struct slot;

/* In the frame of who writes to a slot. Where it does not stand there any more, a jump has left that frame. */
struct writer {
	struct slot *slot;
};

struct slot {
	char *map;      /* of the live file; NULL where it cannot be mapped */
	bool early;     /* it is memory of our own, since there was no trace yet */
	bool grows;     /* it may get more than SLOT_DATA_SMALL */
	uint32_t data;  /* bytes there for events; SLOT_LAST more follow. 0: every line is appended at once */
	uint32_t limit; /* how many of them are filled before they are appended */
	uint32_t flushes;
	struct slot *next;
	_Atomic int owner; /* thread id */
	struct writer *_Atomic busy; /* being written: a handler that finds it set takes the thread's other slot */
	uint32_t pos;                /* where the pad begins */
	uint32_t last;               /* of the '}' of the line before pos; meaningless at the start of a block */
	uint32_t at;                 /* where the newest line begins */
	uint32_t before;             /* what `last` was before it */
	uint64_t serials;            /* of the newest pending line: no other slot has the same */
	uint32_t lost_at; /* where the count of its newest `lost` line stands, 0: nowhere any more */
	uint64_t lost_count;
	const char *lost_why;
	int npending;
	struct pending pending[SLOT_PENDINGS];
	struct text_high near;              /* of the times in its lines */
	char line[SLOT_LINE + TRACE_BLOCK]; /* where the next line is written before it is put; padding may follow it */
	struct memos memos;
	char saved[SLOT_PENDINGS][SLOT_SAVED + 16];
};

/* The calling thread's slot, marked busy, until slot_drop in the same block. NULL if there is none to be had: the event is lost and
 * counted. */
#define slot_take() slot_take_by(&(struct writer){NULL})

struct slot *slot_take_any(struct writer *w);

static inline struct slot *slot_take_by(struct writer *w)
{
	struct slot *s = self.slots[0];

	w->slot = s;
	if (__builtin_expect(!s || atomic_load_explicit(&s->busy, memory_order_relaxed), 0))
		return slot_take_any(w);
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&s->busy, w, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	return s;
}

static inline void slot_drop(struct slot *s)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&s->busy, NULL, memory_order_release);
}

/* Put the line of len bytes that stands in s->line; it ends in "}\n". Lines of calls in progress are kept behind it. */
void slot_put(struct slot *s, size_t len);

/* The same for a line that says a call has begun; *serial names it from then on, and must stay where it is until
 * slot_replace. */
void slot_put_pending(struct slot *s, size_t len, uint64_t *serial);

/* Put the line in the place of the pending one named by serial. */
void slot_replace(struct slot *s, size_t len, uint64_t serial);

/* Of the calling thread's slot, which is not taken yet: nothing need be told of that call, and its pending line goes. */
void slot_withdraw(uint64_t serial);

/* For lines that are no events, and as long as they are: behind all others, if the slot is not full and cannot be emptied; behind its
 * end, once, in the room kept there, NULL where it is used up; in blocks of their own, in the file at once. The line may be made longer. */
bool slot_append(struct slot *s, char *line, size_t len);
char *slot_append_last(struct slot *s, char *line, size_t len);
bool slot_append_alone(char *line, size_t len);

/* Whoever wrote to it will not go on, and may have been amid anything: make it whole again. Its lines stay, also one that was put and not
 * counted yet; to those of calls in progress nobody comes back. Done again from the start where this is left, too. */
void slot_mend(struct slot *s);

/* How far it is to be filled this time, now that it is empty. */
void slot_set_limit(struct slot *s);

/* Append what the slot holds and make it one pad line again; calls in progress have their line in the .jsonl then.
 * False if that cannot be done now. */
bool slot_flush(struct slot *s);

/* Rights are about to be given up, that to lengthen a file perhaps: have the room now that would come later. */
void slot_secure(struct slot *s);

/* The process ends: from now on every line is appended at once; what the slots hold goes out; the live file goes. */
void slots_finish(void);
extern _Atomic bool slots_finishing;
static inline bool slots_are_finishing(void)
{
	return atomic_load_explicit(&slots_finishing, memory_order_relaxed);
}

/* Has another thread than this one recorded anything, or begun a call that it will? */
bool slots_have_others(int thread);

/* The thread's first call is about to be made: have its slot before, by which others see that it makes some. While it has none, it has begun
 * (1, then -1). */
void slots_make_ready(void);
void slots_begin(int more);

/* There is a trace: what was kept in memory until now goes out with the next line of its thread, or at the end. */
void slots_trace_begins(void);

/* Other threads may be at a system call of ours, to append what they hold: wait for them, not for long. */
void slots_quiesce(void);

/* In a fork's child: the parent's slots are not ours. Those of the thread that forked may be written to all the same, where a handler did. */
void slots_forked(int thread);

/* The same in a sandbox, where nothing else is done for it. */
void slots_leave_room(void);

#endif
