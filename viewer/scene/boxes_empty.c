/* boxes_empty: why a box of the lesson's diagram has no call. */
#include "viewer/scene/boxes.h"
#include "viewer/scene/words.h"

const struct sock *boxes_door(const struct conn *c)
{
	bool unconnected = c->kind == CONN_DATAGRAM || c->kind == CONN_PAIR;

	return unconnected && c->ends[SIDE_SERVER].sock ? c->ends[SIDE_SERVER].sock : c->listener;
}

bool boxes_seen(const struct subject *s, enum side side)
{
	enum one_sided why = s->conn && !s->socks[side] ? s->conn->one_sided : BOTH_SIDES;

	return s->procs[side] && why != ONE_LACKS_CALLS && why != ONE_NOT_KNOWN && why != ONE_PERHAPS_ACCEPTED;
}

static const char *unseen_words(const struct subject *s, enum side side)
{
	if (side == SIDE_SERVER && s->kind == CONN_KERNEL)
		return "the kernel";
	if (s->procs[side] && s->procs[side]->lost)
		return "its calls are missing";
	return s->conn ? words_stranger(s->conn) : "not traced";
}

void boxes_empty(const struct subject *s, struct box *b, bool could_be_known, const char *why)
{
	b->state = could_be_known ? BOX_MISSING : BOX_UNTRACED;
	b->fact = could_be_known ? why : unseen_words(s, b->side);
}

/* Why it has no steps that make a connection. NULL: it has. */
static const char *needs_none(const struct subject *s)
{
	static const char *const words[] = {
		[CONN_STREAM] = NULL,
		[CONN_DATAGRAM] = "datagrams need none",
		[CONN_SEQPACKET] = NULL,
		[CONN_PAIR] = "socketpairs need none",
		[CONN_KERNEL] = "the kernel needs none",
	};

	return words[s->kind];
}

void boxes_unconnected(const struct subject *s, struct box *b, bool could_be_known, const char *why)
{
	if (needs_none(s))
		boxes_empty(s, b, true, needs_none(s));
	else
		boxes_empty(s, b, could_be_known, why);
}
