/* messages.h: the datagrams that a call sent or received. */
#ifndef MODEL_MESSAGES_H
#define MODEL_MESSAGES_H

#include "viewer/base/arena.h"
#include "viewer/model/model.h"

/* A socket that told a port to be its own, be it later. */
struct owner {
	const struct sock *sock;
	const struct process *proc;
	const struct owner *next; /* of the same port */
};

struct message {
	struct event *event;
	const struct address *address; /* to, or from whom; NULL: not said */
	uint32_t len;
	bool of_stranger; /* received, by strangers.c's word: only who is known to be at that address has sent it */
	const struct owner *owners; /* received: of the port that it came from */
};

struct messages {
	struct message *items;
	size_t count;
};

/* Of a sendmmsg or recvmmsg several, read out of its line; of other calls that moved bytes one; else none. They live in
 * the arena. */
struct messages messages_of(struct arena *a, struct event *e);

#endif
