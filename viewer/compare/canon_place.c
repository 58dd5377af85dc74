/* place: an address without what differs from run to run. */
#include "viewer/compare/making.h"

static bool is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 || strncmp(host, "::ffff:127.", 11) == 0;
}

enum { WITH_PORT, WITH_EPHEMERAL, FORMS };

static const char *const any[FORMS] = {"ANY PORT", "ANY EPHEMERAL"};
static const char *const loopback[FORMS] = {"LOOPBACK PORT", "LOOPBACK EPHEMERAL"};
static const char *const other[FORMS] = {"OTHER PORT", "OTHER EPHEMERAL"};

static const char *place(const struct address *a, bool has_port)
{
	int form = has_port ? WITH_PORT : WITH_EPHEMERAL;

	if (!a)
		return "NOWHERE";
	if (a->path)
		return "PATH";
	if (a->abstract)
		return "ABSTRACT";
	if (!a->host)
		return a->family ? a->family : "UNKNOWN";
	if (host_is_wildcard(a->host))
		return any[form];
	return is_loopback(a->host) ? loopback[form] : other[form];
}

const char *canon_place_of(const struct address *a)
{
	return place(a, a && a->port);
}

const char *canon_place_of_listener(const struct address *a)
{
	return place(a, true);
}
