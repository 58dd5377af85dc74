/* compare_conns: the differences of connections that stand for each other. */
#include "viewer/compare/comparing.h"

size_t comparing_listener(const struct comparing *g, const struct conn_pair *p)
{
	if (p->a && p->a->listener != SIZE_MAX)
		return p->a->listener;
	return p->b && p->b->listener != SIZE_MAX ? g->pairs.to_a[p->b->listener] : SIZE_MAX;
}

static bool did_not_connect(const struct canon_conn *c)
{
	return c && c->conn && (c->conn->outcome == CONN_REFUSED || c->conn->outcome == CONN_FAILED);
}

static bool any_broken(const struct comparing *g)
{
	for (size_t i = 0; i < g->c->a->listeners.count; i++)
		if (g->broken[i])
			return true;
	return false;
}

/* The listener's difference says why. */
static bool is_explained(const struct comparing *g, const struct conn_pair *p)
{
	size_t listener = comparing_listener(g, p);

	if (listener != SIZE_MAX && g->broken[listener])
		return true;
	return (did_not_connect(p->a) || did_not_connect(p->b)) && any_broken(g);
}

static size_t like_index(const struct canon *c, const struct canon_conn *conn)
{
	size_t listener = conn->listener == SIZE_MAX ? c->listeners.count : conn->listener;

	return listener * KINDS + (size_t)(kind_of(conn) + 1);
}

static void count_like(struct comparing *g, unsigned run, const struct canon *c)
{
	g->like[run] = arena_alloc(g->c->arena, (c->listeners.count + 1) * KINDS * sizeof *g->like[run]);
	for (size_t i = 0; i < c->conns.count; i++)
		g->like[run][like_index(c, &c->conns.items[i])]++;
}

const char *comparing_listener_name(const struct comparing *g, const struct conn_pair *p)
{
	size_t listener = comparing_listener(g, p);

	return listener == SIZE_MAX ? NULL : g->c->a->listeners.items[listener].name;
}

size_t comparing_like(const struct comparing *g, const struct conn_pair *p)
{
	return p->a ? g->like[0][like_index(g->c->a, p->a)] : g->like[1][like_index(g->c->b, p->b)];
}

static bool depends_on_serving(const struct edits *e, const struct edit *edit)
{
	enum verb verb = edit_act(e, edit)->verb;

	return verb == VERB_MAKER_CLOSE || verb == VERB_LISTENER_CLOSE;
}

static void compare_pair(struct comparing *g, const struct conn_pair *p)
{
	size_t listener = comparing_listener(g, p);
	struct found *f = arena_alloc(g->c->arena, sizeof *f);

	edits_of_conns(&g->edits, p->a, p->b);
	for (size_t i = 0; i < g->edits.items.count; i++) {
		const struct edit *edit = &g->edits.items.items[i];
		bool served = listener != SIZE_MAX && g->other_way[listener] && depends_on_serving(&g->edits, edit);

		if ((edit->follows || served) && !g->c->options.strict) {
			g->c->followed++;
			continue;
		}
		*f = (struct found){
			.a = &p->a->ends[edit->side],
			.b = &p->b->ends[edit->side],
			.in_a = p->a,
			.in_b = p->b,
			.listener = comparing_listener_name(g, p),
			.times = p->times,
			.of = comparing_like(g, p),
		};
		difference_of_edit(g->c, &g->edits, edit, f);
	}
	if (!g->edits.items.count)
		g->c->equal += p->times;
}

void compare_conns(struct comparing *g)
{
	count_like(g, 0, g->c->a);
	count_like(g, 1, g->c->b);
	for (size_t i = 0; i < g->pairs.conns.count; i++) {
		const struct conn_pair *p = &g->pairs.conns.items[i];

		if (p->equal)
			g->c->equal += p->times;
		else if (is_explained(g, p) && !g->c->options.strict)
			g->c->followed++;
		else if (p->a && p->b)
			compare_pair(g, p);
		else
			compare_lone(g, p);
	}
}
