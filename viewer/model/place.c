/* place.c: where a socket can be reached. */
#include "viewer/model/place.h"

#include <string.h>

#include "viewer/base/map.h"

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool is_family(const struct address *a, const char *family, unsigned least)
{
	return strcmp(a->family, family) == 0 && a->raw_len >= least;
}

static const char *name_of(struct arena *a, const struct address *address, const struct process *p)
{
	const char *path = address->path;

	if (address->abstract)
		return arena_printf(a, "@%s", address->abstract);
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	return path[0] == '/' ? path : arena_printf(a, "%s/%s", p->cwd, path);
}

bool place_of(struct place *to, struct arena *a, const struct address *address, const struct process *p)
{
	*to = (struct place){.port = address ? address->port : 0};
	if (!address)
		return false;
	if (address->path || address->abstract)
		return to->name = name_of(a, address, p), true;
	if (address->is_short)
		return false;
	if (is_family(address, "AF_INET", 8)) {
		memcpy(to->host, mapped, sizeof mapped);
		memcpy(to->host + sizeof mapped, address->raw + 4, 4);
		return true;
	}
	if (!is_family(address, "AF_INET6", 24))
		return false;
	memcpy(to->host, address->raw + 8, sizeof to->host);
	return true;
}

bool place_same(const struct place *a, const struct place *b)
{
	if (a->name || b->name)
		return a->name && b->name && strcmp(a->name, b->name) == 0;
	return a->port == b->port && memcmp(a->host, b->host, sizeof a->host) == 0;
}

uint64_t place_hash(uint64_t seed, const struct place *p)
{
	return p->name ? hash_string(seed, p->name) : hash_bytes(hash_number(seed, p->port), p->host, sizeof p->host);
}

bool port_same(const void *value, const void *key)
{
	const struct port *a = value, *b = key;

	return a->number == b->number && strcmp(a->boot, b->boot) == 0;
}

uint64_t port_hash(const struct port *p)
{
	return hash_string(p->number, p->boot);
}

bool place_is_loopback(const struct place *p)
{
	static const uint8_t v6[16] = {[15] = 1};

	if (p->name)
		return false;
	return (memcmp(p->host, mapped, sizeof mapped) == 0 && p->host[12] == 127) || memcmp(p->host, v6, 16) == 0;
}

bool place_is_wildcard(const struct place *p)
{
	static const uint8_t none[16];

	if (p->name)
		return false;
	return memcmp(p->host, none, 16) == 0 ||
	       (memcmp(p->host, mapped, sizeof mapped) == 0 && memcmp(p->host + sizeof mapped, none, 4) == 0);
}

bool place_is_group(const struct place *p)
{
	static const uint8_t everybody[4] = {255, 255, 255, 255};
	const uint8_t *v4 = p->host + sizeof mapped;

	if (p->name)
		return false;
	if (memcmp(p->host, mapped, sizeof mapped) != 0)
		return p->host[0] == 0xff;
	return (v4[0] & 0xf0) == 224 || memcmp(v4, everybody, sizeof everybody) == 0;
}

bool place_is_shared(const struct place *p, const struct process *a, const struct process *b)
{
	bool machine = strcmp(a->boot, b->boot) == 0, net = !a->netns || !b->netns || a->netns == b->netns;

	if (p->name)
		return machine && (p->name[0] != '@' || net);
	return !place_is_loopback(p) || (machine && net);
}
