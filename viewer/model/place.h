/* place.h: where a socket can be reached, so that two spellings of one address compare as one. */
#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H

#include "viewer/base/arena.h"
#include "viewer/model/model.h"

/* An IP address and port, as IPv6 writes it (127.0.0.1 and ::ffff:127.0.0.1 are the same); else a Unix name. */
struct place {
	uint8_t host[16];
	uint16_t port;    /* host order */
	const char *name; /* '/' and a path, or '@' and an abstract name; NULL: IP */
};

/* A port of a machine, whoever of its network namespaces has it. */
struct port {
	const char *boot;
	uint16_t number;
};

/* The place an address means in a process, whose directory a relative path starts from (where it changed directories it
 * is not found). The name may live in the arena. False: it names none. */
bool place_of(struct place *to, struct arena *a, const struct address *address, const struct process *p);

bool place_same(const struct place *a, const struct place *b);
uint64_t place_hash(uint64_t seed, const struct place *p);

/* Of who begins with a struct port, for map_find. */
bool port_same(const void *value, const void *key);
uint64_t port_hash(const struct port *p);

bool place_is_loopback(const struct place *p);
bool place_is_wildcard(const struct place *p);
bool place_is_group(const struct place *p); /* multicast, or IPv4's broadcast: what is sent there many receive */

/* Whether two processes mean the same by it: a loopback address is another machine's in each network namespace, a path in
 * each machine, an abstract name in both. */
bool place_is_shared(const struct place *p, const struct process *a, const struct process *b);

#endif
