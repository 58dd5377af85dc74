/* listeners.h: who listened at an address, one after the other, and whom of them a connect found there. */
#ifndef MODEL_LISTENERS_H
#define MODEL_LISTENERS_H

#include "viewer/base/arena.h"
#include "viewer/model/sock.h"

/* Somebody who listens at an address of a machine. */
struct listening {
	const char *boot, *host; /* host NULL: not known */
	uint64_t netns;
	uint16_t port;
	uint64_t from_ns;   /* 0: before anything was seen of it */
	uint64_t left_ns;   /* when the last who had it let go; UINT64_MAX: nobody did */
	bool left_is_known; /* else they were killed, nobody knows when: left_ns is what they are seen to do last */
	bool is_complete;   /* all that it accepted is recorded */
	bool may_share;     /* its address, with others who may, too: SO_REUSEPORT */
	bool is_v6_only;    /* of IPv6's wildcard: IPv4's clients do not reach it */
	void *who;          /* the caller's */
};

struct listeners;
struct listeners *listeners_new(struct arena *scratch);
void listeners_free(struct listeners *l);

/* It listens from now on. This, and what is asked of connects, in order of time. */
void listeners_add(struct listeners *l, const struct listening *new);

/* The latest that may have been there when a connect came that was not refused; NULL. Who is seen to have left was not; of who was killed
 * nobody knows when, and that he was reached tells that he lived, unless another had taken his place by then, which they did not share, or
 * answered though he accepted nobody any more. */
const struct listening *listeners_find(struct listeners *l, const struct event *connect, bool was_answered);

/* Whether it was not there any more when that connect came: the same rule, for one. */
bool listening_has_left(const struct listening *s, const struct event *connect, bool was_answered);

/* Of a socket that connected: bytes, which only who accepted it sends. Of its further connects: the attempt before it is over, and what
 * comes then is no answer to that; else it asks how that goes. */
bool listening_is_answer(const struct event *e);
bool listening_is_asked_anew(const struct event *connect);

/* What is known of a socket that listens. Its descriptors must be known, and who has it unrecorded. */
struct listening listening_of(struct sock *s);

/* An option that is set before it listens: what of it counts here. */
void listening_note_option(struct listening *l, const struct event *e);

/* The latest that is seen to have been there, and was gone when a connect was refused; NULL. */
const struct listening *listeners_missed(const struct listeners *l, const struct event *connect);

/* Whether somebody has listened at that port of that machine. */
bool listeners_had(const struct listeners *l, const char *boot, uint16_t port);

#endif
