/* membership: the group that a socket joins or leaves: the first member of an ip_mreq or ipv6_mreq, recorded as raw bytes. */
#include "viewer/scene/membership.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *option;
	int family;
	unsigned len;
} options[] = {
	{"IP_ADD_MEMBERSHIP", AF_INET, 4},
	{"IP_DROP_MEMBERSHIP", AF_INET, 4},
	{"IPV6_ADD_MEMBERSHIP", AF_INET6, 16},
	{"IPV6_DROP_MEMBERSHIP", AF_INET6, 16},
};

static bool read_bytes(const struct event *e, unsigned char *to, unsigned len)
{
	static const char before[] = "{\"raw\":\"";
	const char *raw = event_arg_text(e, "optval");

	if (!raw || strncmp(raw, before, sizeof before - 1) != 0)
		return false;
	raw += sizeof before - 1;
	for (unsigned i = 0; i < len; i++)
		if (sscanf(raw + 2 * i, "%2hhx", &to[i]) != 1)
			return false;
	return true;
}

const char *membership_words(struct arena *a, const struct event *e)
{
	const char *name = event_arg_text(e, "optname");
	unsigned char bytes[16];
	char words[INET6_ADDRSTRLEN];
	size_t i = 0, count = sizeof options / sizeof options[0];

	while (name && i < count && strcmp(options[i].option, name) != 0)
		i++;
	if (!name || i == count || !read_bytes(e, bytes, options[i].len))
		return NULL;
	return inet_ntop(options[i].family, bytes, words, sizeof words) ? arena_string(a, words) : NULL;
}
