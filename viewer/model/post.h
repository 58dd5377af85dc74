/* post.h: datagrams on their way: the sockets, where they can be reached, what waits there. For datagrams.c. */
#ifndef MODEL_POST_H
#define MODEL_POST_H

#include "viewer/model/messages.h"
#include "viewer/model/place.h"
#include "viewer/model/steps.h"

enum {
	POST_WINDOW = 128,     /* messages of others that one may overtake in a queue */
	POST_FRUITLESS = 1000, /* searches of a whole queue that may find nothing */
};

/* A conversation, by side. */
struct channel {
	struct conn *conn;
	struct party *parties[2]; /* NULL: not traced, or not known yet */
	struct place to;          /* where the client sends */
	bool group;               /* which is a group: its messages stay for others when one has received them */
	bool member;              /* with one that received what was sent to a group */
};

/* One that received what was sent to a group. */
struct taker {
	const struct party *party;
	struct taker *next;
};

/* A message on its way; channel NULL: taken. */
struct sent {
	struct channel *channel;
	enum side from;
	size_t index; /* in that end's `sent` */
	struct taker *takers;
};

/* Sent to a group: whoever is in it receives it. */
static inline bool sent_to_group(const struct sent *s)
{
	return s->channel->group && s->from == SIDE_CLIENT;
}

struct sent_queue {
	VEC(struct sent) list;
	size_t head;
	unsigned fruitless;
};

/* A datagram socket. */
struct party {
	struct sock *sock;
	const struct process *proc;
	struct place local;
	bool has_local, bound;
	bool anywhere; /* bound to a wildcard: whatever of its addresses is told later, groups reach it */
	const struct address *local_address, *remote_address; /* remote: of connect */
	const struct event *connect;
	struct channel *latest; /* NULL: none yet */
	bool has_several;       /* channels */
	struct sent_queue inbox;
	struct party *older; /* at the same port or name */
};

struct post {
	struct build *b;
	struct map parties;  /* struct party, by socket */
	struct map doors;    /* struct door: the sockets at a port or name, and what is sent there to nobody known */
	struct map channels; /* struct route */
	struct map owned;    /* of owners.c */
	struct map sayings, once; /* of strangers.c */
	VEC(struct sent_queue *) queues;
};

/* parties.c: the party of a socket, made if need be for that process; or NULL. */
struct party *party_of(struct post *p, struct sock *s, const struct process *proc);
struct party *party_known(const struct post *p, const struct sock *s);

/* From now on it can be reached at that address, if that says where. */
void party_settle(struct post *p, struct party *party, const struct address *address);

/* From now on it is not known where. */
void party_leave(struct post *p, struct party *party);

/* Whether what is sent to that place can come to it. */
bool party_can_be_reached(const struct party *party, const struct place *to, const struct process *from);

/* Whose place that certainly is: a wildcard has all addresses of its machine, but which are they? NULL: nobody's. */
struct party *party_at(struct post *p, const struct place *to, const struct event *sent);

/* What is sent to a port or name behind which nobody is known. */
struct sent_queue *door_queue(struct post *p, const struct place *at);

/* owners.c: take down the port that a call tells to be its socket's own; the sockets that told a port, at any time. NULL: none. */
void owners_note(struct post *p, const struct event *e);
const struct owner *owners_of(const struct post *p, uint16_t port);

/* Whether another one than this had the port of a received message at some time since the other sent what may be that message:
 * it is the other's. */
bool owners_exclude(const struct message *received, const struct sock *sender, const struct event *sent);

/* strangers.c: take down, for all calls, what was said. All ports that were told are known by then. */
void strangers_note(struct post *p, struct event *e);

/* Whether somebody untraced may have said that to a port, as well as a traced socket that never told its own: from that port (0: not told). */
bool strangers_may_say(struct post *p, const struct message *m, uint16_t from, uint16_t to);

/* groups.c: one of a group receives what another has sent to it, `from` there (NULL: not said). */
void group_take(struct post *p, struct party *receiver, struct sent *s, const struct message *m,
		const struct place *from, const struct address *address);

/* channels.c: a channel that begins with a call of one side; the channel over which a socket talks with a
 * place (NULL: none); that is this one from now on; who is at its end. */
struct channel *channel_new(struct post *p, struct party *party, enum side side, struct event *e,
			    const struct address *other);
struct channel *channel_with(const struct post *p, const struct party *party, const struct place *place);
void channel_set(struct post *p, const struct party *party, const struct place *place, struct channel *channel);
void channel_set_end(struct channel *ch, enum side side, struct party *party, struct event *e);

/* A call that is of a channel, if of none yet; that was received over it. */
void channel_claim(const struct channel *ch, enum side side, struct event *e);
void channel_received(struct channel *ch, enum side side, const struct message *m);

/* datagrams.c: where a sender can be reached is known now. */
void channel_locate(struct post *p, struct party *sender, const struct address *address);

/* queue.c: the message that was received, from that place (NULL: not said), over that channel (NULL: any). NULL: none. Those
 * that it has overtaken by far were lost. */
struct sent *queue_find(struct sent_queue *q, const struct party *receiver, const struct message *m,
			const struct place *from, const struct channel *over);

#endif
