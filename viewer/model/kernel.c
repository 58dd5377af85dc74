/* kernel.c: netlink sockets: the kernel answers. netlink(7). */
#include "viewer/model/steps.h"

static bool speaks(const struct event *e)
{
	return e->kind == EVENT_CALL && !e->err && (event_is_read(e) || event_is_write(e));
}

static bool has_netlink(const struct trace *t)
{
	for (size_t i = 0; i < t->socks.count; i++)
		if (text_is(t->socks.items[i]->family, "AF_NETLINK"))
			return true;
	return false;
}

void build_kernel(struct build *b)
{
	if (!has_netlink(b->t))
		return;
	for (size_t i = 0; i < b->t->events.count; i++) {
		struct event *e = b->t->events.items[i];
		struct conn *c;

		if (!e->socket || e->socket->conn || !text_is(e->socket->family, "AF_NETLINK") || !speaks(e))
			continue;
		c = arena_alloc(b->t->arena, sizeof *c);
		c->begun_ns = e->t_ns;
		c->ends[SIDE_CLIENT] = (struct end){
			.proc = e->proc, .sock = e->socket, .fd = e->fd, .made = e, .addr = e->socket->local};
		c->ends[SIDE_SERVER] = (struct end){.fd = -1, .addr = e->addr};
		e->socket->conn = c;
		vec_push(&b->t->conns, c);
	}
}
