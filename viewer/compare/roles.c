/* roles: whether each run has clients, servers and proxies. */
#include "viewer/compare/roles.h"

#include "viewer/base/escape.h"
#include "viewer/compare/differences.h"

/* First processes of each role. */
struct parts {
	const struct process *client, *server, *proxy;
};

enum { SERVES = 1, CONNECTS = 2 };

static void mark(unsigned char *marks, const struct process *p, unsigned char what)
{
	if (p)
		marks[p->index] |= what;
}

static bool is_pair(const struct canon_conn *c)
{
	return c->conn->kind == CONN_PAIR;
}

static struct parts find_parts(const struct canon *c)
{
	unsigned char *marks = arena_alloc(c->arena, c->trace->procs.count + 2);
	struct parts parts = {0};

	for (size_t i = 0; i < c->listeners.count; i++)
		mark(marks, c->listeners.items[i].own.proc, SERVES);
	for (size_t i = 0; i < c->conns.count; i++) {
		const struct canon_conn *conn = &c->conns.items[i];

		if (!conn->conn || is_pair(conn))
			continue;
		mark(marks, conn->ends[SIDE_SERVER].proc, SERVES);
		if (conn->ends[SIDE_CLIENT].proc != conn->ends[SIDE_SERVER].proc)
			mark(marks, conn->ends[SIDE_CLIENT].proc, CONNECTS);
	}
	for (size_t i = 0; i < c->trace->procs.count; i++) {
		const struct process *p = c->trace->procs.items[i];

		if (marks[p->index] == (SERVES | CONNECTS) && !parts.proxy)
			parts.proxy = p;
		if (marks[p->index] & SERVES && !parts.server)
			parts.server = p;
		if (marks[p->index] & CONNECTS && !parts.client)
			parts.client = p;
	}
	return parts;
}

static bool tell_role(struct comparison *c, const char *role, const struct process *a, const struct process *b)
{
	struct difference *d;
	const char *words;

	if (!a == !b)
		return false;
	d = difference_add(c, CLASS_ROLE,
			   arena_printf(c->arena, a ? "there is no %s" : "there is a %s, where there was none", role));
	if (!d)
		return false;
	d->role = role;
	words = arena_printf(c->arena, "%s (%s)", role, escape_string(c->arena, (a ? a : b)->name));
	vec_push(&d->hunk, ((struct hunk_line){a ? '-' : '+', words, NULL}));
	(a ? &d->a : &d->b)->step = words;
	return true;
}

bool roles_compare(struct comparison *c)
{
	struct parts a = find_parts(c->a), b = find_parts(c->b);
	bool missing = tell_role(c, "server", a.server, b.server);

	missing |= tell_role(c, "client", a.client, b.client);
	if (!missing)
		missing = tell_role(c, "proxy", a.proxy, b.proxy);
	return missing;
}
