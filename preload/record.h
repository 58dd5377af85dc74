/*
 * record.h: record one call, from its entry to its return.
 *
 * The recorder knows nothing of wrappers: whoever sees a call begin and end (a wrapper, a hooked system call site)
 * gives it the call's id and its arguments as words.
 */
#ifndef PRELOAD_RECORD_H
#define PRELOAD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/fdtable.h"
#include "trace/calls.h"

/* A call that a wrapper is about to make: libc's system call for it is not recorded once more. */
struct expected {
	uintptr_t frame; /* the wrapper's; 0: none is expected, or it has been made */
	int call;
	int args[3]; /* the lower halves */
};

struct addr_room;

enum { FRAME_HELD = 64 }; /* bytes */

/* A call in progress. It lies on the caller's stack; nothing need be undone if that is unwound. */
struct frame {
	const long *args;
	uint64_t t_ns;
	uint64_t sock;
	uint64_t serial;         /* of its pending line, 0 if it has none */
	struct memo *memo;       /* that its pending line was written with, NULL none; see memo_is_still */
	uint64_t memo_changes;
	uint64_t pc;
	const void *callers; /* the frame of the function that made it: see stack.h; NULL unknown */
	uint64_t made_sock[2], made_ino[2];
	int made[2]; /* new descriptors, -1 none */
	int fd;      /* -1 none */
	uint32_t fd_flags;
	int refs;       /* of close: how many other descriptors mean its socket */
	unsigned forks; /* shim.forks as it begins: a fork within libc returns in two processes */
	int child;      /* pid of the vfork child that made this call, else 0 */
	int in_len;     /* the length that a value-result argument had, INT_MIN if there is none */
	int msg_flags;  /* MSG_*, 0 where the call has none */
	uint16_t call;
	const char *
		untraced; /* of a call that starts a program, set by its wrapper: why that goes untraced, NULL if it does not */
	const char *from; /* of a call that libc makes: the function that the program called; NULL unknown */
	uint8_t from_len;
	const char *via; /* the symbol or entry the program used, where it is not the call's own; NULL */
	bool takes;      /* of dup2, where it copies no socket: one is at the number that it takes */
	bool stays;      /* what it sends can be read in place afterwards */
	uint8_t held_len, held_rooms;
	uint8_t sets_unread;   /* of `sets` a bit each: it could not be read */
	char held[FRAME_HELD]; /* see given_hold */
	unsigned long
		sets[3][2]; /* select: what was asked of descriptors 0 to 127, before the kernel answers in its place */
	long timeout[2];    /* select: as passed, before the kernel subtracts; -1: for ever */
	const struct addr_room *peer; /* of accept, set by its wrapper: our room for the peer, NULL where it has none */
	struct expected outer; /* what was expected before, by the call that this one's handler has interrupted */
	bool expects;          /* this one's system call, and so has put aside `outer` */
	bool begun;            /* not returned yet: the kernel may not have looked at any pointer */
	bool late;             /* whether it is of interest shows only when it has returned */
	bool accepted;         /* succeeded: the kernel has read and written all that the pointers mean */
};

/*
 * The call begins. False: it is of no interest, the caller just makes it and forgets the frame. args has
 * call_table[call].nargs words and must live until record_leave.
 */
bool record_enter(struct frame *f, enum call_id call, const long *args, const void *pc);

/* The same for a call that came in another way: `via` stands in its lines. */
bool record_enter_via(struct frame *f, enum call_id call, const long *args, const void *pc, const char *via);

/* The same for whoever is not a wrapper, and has filled in `from` and `callers`: what libc does to make the call is not expected to be seen. */
bool record_begin(struct frame *f, enum call_id call, const long *args, const void *pc, const char *via);

/* It has returned `ret`; err is the errno it set, read only where ret says that it failed. errno stays as it is. */
void record_leave(struct frame *f, long ret, int err);

/* For rows that take any descriptor: is this one, or was it, a socket? */
static inline bool record_watches(int fd)
{
	return fd_flags(fd) != 0;
}

/* The call is about this descriptor: fills in the frame. False if it is no socket now. */
bool record_act_on(struct frame *f, int fd);

/* To whoever makes the call: the socket that a descriptor is, 0 if it is none; the first descriptor at or above `from` that is one, -1 if
 * there is none. */
uint64_t record_sock_of(const struct frame *f, int fd);
int record_next_socket(const struct frame *f, int from);

/* Is there a failure in this result? */
static inline bool record_failed_by(enum result_kind result, long ret)
{
	switch (result) {
	case RESULT_EAI:
	case RESULT_ERRNO:
		return ret != 0;
	case RESULT_POINTER:
		return ret == 0;
	case RESULT_BEFORE:
		return false;
	default:
		return ret == -1;
	}
}
bool record_failed(enum call_id call, long ret);

#endif
