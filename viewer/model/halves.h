/* halves.h: ends of connections whose other one is not known, and the doors where they may have met it. For nameless.c. */
#ifndef MODEL_HALVES_H
#define MODEL_HALVES_H

#include "viewer/model/place.h"
#include "viewer/model/steps.h"

/* The first bytes that an end sent, or got. */
struct first {
	const struct event *event; /* NULL: none */
	const char *bytes;         /* so many of them were recorded */
	uint32_t len;
};

struct half {
	struct conn *conn;
	struct event *made; /* connect, accept */
	struct first sent, got;
	struct place called; /* the address that it called, or was called at; port 0: not known */
	struct place client; /* where it connected from; port 0: not known */
	uint32_t pid;        /* Unix: the process that connected; 0: not known */
	bool named;          /* one of the two is known in full */
	bool boxed;          /* made in a sandbox */
	bool joined;
};

/* Where a port is listened at, or a Unix listener: who asked there, and who was taken in. One without either is of those in a
 * network, or of Unix sockets on a machine, of whom it is not known. */
struct door {
	const char *boot;
	uint64_t netns;
	uint16_t port;
	const struct sock *listener;
	bool is_unix, is_all;
	struct door *unknown; /* of the same network, where nobody knows the port; NULL: this is that */
	struct door *all;     /* which stands for all of the network, and has nobody of its own */
	uint64_t
		unrecorded_ns; /* since when somebody may accept here of whom no record tells; UINT64_MAX: nobody may */
	VEC(struct half *) callers, taken;
};

struct doors {
	VEC(struct door *) list;
	struct map known;
};

/* All of the connections found so far. They live in b->scratch; the caller calls doors_free. */
void doors_find(struct doors *doors, struct build *b);
void doors_free(struct doors *doors);

/* When somebody had been taken in. */
static inline uint64_t half_taken_ns(const struct half *taken)
{
	return event_end_ns(taken->made);
}

/* Whether they may have the same client, as far as they name it. */
bool half_same_client(const struct half *a, const struct half *b);

/* doubt.c: mark as undecided those left alone that may be each other's. */
void doors_doubt(const struct doors *doors, struct arena *scratch);

#endif
