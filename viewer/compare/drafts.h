/* drafts.h: steps while they are put together: neighbouring transfers become one. */
#ifndef COMPARE_DRAFTS_H
#define COMPARE_DRAFTS_H

#include "viewer/compare/making.h"

struct draft {
	struct act act;
	uint32_t calls;
	uint64_t bytes;
	const struct event *event;
};

/* The row of steps that is being written. */
struct drafting {
	struct making *m;
	uint16_t ports[2]; /* that the program may have written into its bytes; 0: none */
	bool counts_recv;  /* what was received is not known from the other end */
	bool records;      /* each transfer is a message, which no other joins */
	size_t recv;       /* the draft that received bytes of the other end's turn join; SIZE_MAX: none */
	uint32_t recv_turn;
};

void drafts_begin(struct drafting *d, struct making *m);

/* A step that is one call; the act's strings must be words of the acts. event may be NULL. */
void draft_add(struct drafting *d, struct act act, const struct event *event);

/* Bytes that a call moved. len: how many of them belong to this step; is_whole: all of the call's. turn: which of its
 * turns the other end sent them in; UINT32_MAX: not known. */
void draft_send(struct drafting *d, const struct event *e);
void draft_recv(struct drafting *d, const struct event *e, uint64_t len, uint32_t turn);

/* Move the steps to canon->steps. */
struct canon_row drafts_end(struct drafting *d);

#endif
