/* addr.h: socket addresses as JSON. */
#ifndef PRELOAD_ADDR_H
#define PRELOAD_ADDR_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/json.h"

enum { ADDR_ROOM = 128 }; /* sizeof(struct sockaddr_storage) */

/* How much of an address of that length is looked at. */
static inline uint32_t addr_shown(int32_t len)
{
	return len < 0 ? 0 : len < ADDR_ROOM ? len : ADDR_ROOM;
}

/* Room for an address that a call stores, and for its length. */
struct addr_room {
	uint32_t len;
	char bytes[ADDR_ROOM];
};

/* An address object. bytes holds the first `have` of the `len` bytes that were passed or returned. */
void addr_put(struct json *j, const void *bytes, uint32_t have, uint32_t len);

/* `,"local":{...}` and `,"peer":{...}` as the kernel has them, where it has them. */
void addr_put_ends(struct json *j, int fd);
bool addr_put_local(struct json *j, int fd);
bool addr_put_peer(struct json *j, int fd);

/* What socket(2) was asked for in its third argument: a family's protocol by name. Packet sockets have it in the network's byte order. */
void addr_put_protocol(struct json *j, int family, int protocol);

#endif
