/* wire.h: the bytes of IP packets, from version 4 or 6 on. For pcapng.c. */
#ifndef EXPORT_WIRE_H
#define EXPORT_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "viewer/base/buf.h"
#include "viewer/model/place.h"

/* The most data of one packet; what its IP and TCP or UDP headers take at most. */
enum { WIRE_DATA_MOST = 65475, WIRE_DATAGRAM_MOST = 65507, WIRE_HEADERS_MOST = 80 };

/* TCP's bits. */
enum { WIRE_FIN = 1, WIRE_SYN = 2, WIRE_RST = 4, WIRE_PSH = 8, WIRE_ACK = 16 };

struct wire {
	const struct place *from, *to;
	bool udp;
	uint32_t seq, ack;    /* of TCP */
	uint8_t flags;        /* of TCP; a SYN carries the usual options */
	const uint8_t *bytes; /* the first `known` of `len` bytes of data */
	uint32_t known, len;
};

/* Append the packet as far as its bytes are known. Returns the length of the whole. Checksums take what is not known for
 * zeros. */
uint32_t wire_put(struct buf *out, const struct wire *w);

#endif
