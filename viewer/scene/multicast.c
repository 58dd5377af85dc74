/* multicast: the addresses in options of multicast, recorded as raw bytes or as an int. */
#include "viewer/scene/multicast.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a group the first member of an ip_mreq or ipv6_mreq; an interface is an in_addr, which the shim takes for an int. */
static const struct {
	const char *option;
	int family;
	unsigned len;
	bool is_group;
} options[] = {
	{"IP_ADD_MEMBERSHIP", AF_INET, 4, true},     {"IP_DROP_MEMBERSHIP", AF_INET, 4, true},
	{"IPV6_ADD_MEMBERSHIP", AF_INET6, 16, true}, {"IPV6_DROP_MEMBERSHIP", AF_INET6, 16, true},
	{"IP_MULTICAST_IF", AF_INET, 4, false},
};

static bool read_raw(const char *raw, unsigned char *to, unsigned len)
{
	static const char before[] = "{\"raw\":\"";

	if (strncmp(raw, before, sizeof before - 1) != 0)
		return false;
	raw += sizeof before - 1;
	for (unsigned i = 0; i < len; i++)
		if (sscanf(raw + 2 * i, "%2hhx", &to[i]) != 1)
			return false;
	return true;
}

/* In the order in which its bytes stood in memory: the shim runs on little-endian machines only. */
static bool read_number(const char *text, unsigned char *to, unsigned len)
{
	char *end;
	long long number = strtoll(text, &end, 10);

	for (unsigned i = 0; i < len; i++)
		to[i] = (unsigned char)((unsigned long long)number >> 8 * i);
	return end != text && !*end;
}

static bool read_value(const struct event *e, bool is_group, unsigned char *to, unsigned len)
{
	const char *value = event_arg_text(e, "optval");

	if (!value)
		value = event_text(e, "optval");
	return value && (is_group ? read_raw(value, to, len) : read_number(value, to, len));
}

/* With an ip_mreqn the interface's address is not where an in_addr has it. */
static bool has_room_for_more(const struct event *e, unsigned len)
{
	int64_t optlen;

	return event_arg_int(e, "optlen", &optlen) && optlen > (int64_t)len;
}

struct multicast multicast_of(struct arena *a, const struct event *e)
{
	const char *name = event_arg_text(e, "optname");
	struct multicast found = {0};
	unsigned char bytes[16];
	char words[INET6_ADDRSTRLEN];
	size_t i = 0, count = sizeof options / sizeof options[0];

	while (name && i < count && strcmp(options[i].option, name) != 0)
		i++;
	if (!name || i == count || !read_value(e, options[i].is_group, bytes, options[i].len))
		return found;
	if (!options[i].is_group && has_room_for_more(e, options[i].len))
		return found;
	found.words = inet_ntop(options[i].family, bytes, words, sizeof words) ? arena_string(a, words) : NULL;
	found.is_group = options[i].is_group;
	return found;
}
