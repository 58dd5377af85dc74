/* packets.h: the packets that a kernel would have sent for the calls of a trace. For pcapng.c. */
#ifndef EXPORT_PACKETS_H
#define EXPORT_PACKETS_H

#include "viewer/base/arena.h"
#include "viewer/base/vec.h"
#include "viewer/model/model.h"
#include "viewer/scene/choice.h"

enum packet_kind {
	PACKET_SYN,
	PACKET_SYN_ACK,
	PACKET_ACK,
	PACKET_REFUSAL, /* a reset for an answer to a SYN */
	PACKET_DATA,    /* all that a call moved: more than one segment where it is much */
	PACKET_DATAGRAM,
	PACKET_FIN,
	PACKET_RST,
};

enum { PACKET_NO_BYTES = ~0U };

struct packet {
	uint64_t at_ns;
	const struct conn *conn;
	const struct event *event; /* the call that it is known by: of who sent it, else of who received it; NULL */
	uint32_t len;              /* of the data */
	uint32_t data_at; /* where that begins in the event's recorded bytes; PACKET_NO_BYTES: they are others */
	enum packet_kind kind : 8;
	enum side from : 8;
};

struct packets {
	struct arena *arena;
	VEC(struct packet *) list; /* by time */
	size_t kernel;             /* connections left out: to the kernel */
	size_t other;              /* neither TCP nor UDP nor Unix sockets */
};

/* Of the chosen connections. Start with {0}; packets_free gives them back. */
void packets_find(struct packets *p, struct trace *t, const struct choice *choice);
void packets_free(struct packets *p);

/* Whether it goes as datagrams. */
bool packets_are_datagrams(const struct conn *c);

/* Whether it is of Unix sockets. */
bool packets_are_local(const struct conn *c);

#endif
