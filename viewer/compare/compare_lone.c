/* compare_lone: connections and sockets that only one run has. */
#include "viewer/compare/comparing.h"

static struct lone *lone_of(struct comparing *g, const struct conn_pair *p)
{
	struct lone key = {.in_a = p->a, .listener = comparing_listener(g, p), .kind = kind_of(p->a ? p->a : p->b)};

	for (size_t i = 0; i < g->lones.count; i++) {
		struct lone *l = &g->lones.items[i];

		if (l->in_a == key.in_a && l->listener == key.listener && l->kind == key.kind)
			return l;
	}
	key.difference = SIZE_MAX;
	vec_push(&g->lones, key);
	return &g->lones.items[g->lones.count - 1];
}

static const char *noun_of(int kind)
{
	switch (kind) {
	case -1:
		return "socket";
	case CONN_PAIR:
		return "socketpair";
	case CONN_DATAGRAM:
		return "exchange of datagrams";
	default:
		return "connection";
	}
}

static const char *lone_message(struct comparing *g, const struct lone *l, const char *listener)
{
	bool names_it = l->kind != -1 && listener;
	const char *to = names_it ? " to " : "", *name = names_it ? listener : "", *noun = noun_of(l->kind);

	if (l->count == 1)
		return arena_printf(g->c->arena, "a %s%s%s is %s", noun, to, name,
				    l->in_a ? "missing" : "one too many");
	if (l->kind == CONN_DATAGRAM)
		return arena_printf(g->c->arena, "%zu exchanges of datagrams%s%s are %s", l->count, to, name,
				    l->in_a ? "missing" : "too many");
	return arena_printf(g->c->arena, "%zu %ss%s%s are %s", l->count, noun, to, name,
			    l->in_a ? "missing" : "too many");
}

static void tell_example(struct comparing *g, struct difference *d, const struct conn_pair *p, const char *listener)
{
	const struct canon *canon = p->a ? g->c->a : g->c->b;
	const struct canon_conn *conn = p->a ? p->a : p->b;
	struct difference_side *told = p->a ? &d->a : &d->b;
	enum side side = conn->ends[SIDE_CLIENT].count ? SIDE_CLIENT : SIDE_SERVER;
	const struct canon_row *row = &conn->ends[side];

	d->listener = listener;
	d->end = side;
	d->role = side == SIDE_CLIENT ? "client" : "server";
	told->conn = conn->conn ? conn->conn->id : 0;
	difference_row(g->c, d, p->a ? '-' : '+', canon, row, listener, ROW_SHOWN);
	if (!row->count)
		return;
	difference_site(g->c, told, canon->trace, canon->steps.items[row->first].event);
	told->step = d->hunk.items[0].text;
}

void compare_lone(struct comparing *g, const struct conn_pair *p)
{
	const char *listener = comparing_listener_name(g, p);
	struct difference *d;
	struct lone *l;

	if (g->role_missing && !g->c->options.strict) {
		g->c->followed++;
		return;
	}
	l = lone_of(g, p);
	l->count += p->times;
	if (l->count == p->times) {
		d = difference_add(g->c, l->kind == -1 ? CLASS_STEP : CLASS_CONNECTION, NULL);
		if (!d)
			return;
		l->difference = g->c->differences.count - 1;
		d->of = comparing_like(g, p);
		tell_example(g, d, p, listener);
	}
	if (l->difference == SIZE_MAX)
		return;
	d = &g->c->differences.items[l->difference];
	d->times = l->count;
	d->message = lone_message(g, l, listener);
}
