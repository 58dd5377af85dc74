/* compare: two traces, and in what they really differ. */
#include "viewer/compare/compare.h"

#include <inttypes.h>
#include <stdlib.h>

#include "viewer/compare/asides.h"
#include "viewer/compare/differences.h"
#include "viewer/compare/making.h"
#include "viewer/compare/roles.h"

enum { ROW_SHOWN = 6 };

struct comparing {
	struct comparison *c;
	struct pairs pairs;
	struct edits edits;
	bool *broken;    /* by listener of A: nobody reaches it in one of the runs, which its own steps explain */
	bool *other_way; /* by listener of A: its clients are served in another way */
	bool role_missing;
};

/* Listeners */

static bool matters_for_clients(enum verb verb)
{
	return verb == VERB_SOCKET || verb == VERB_BIND || verb == VERB_LISTEN || verb == VERB_ACCEPT;
}

/* Only the first of what keeps clients away is told: no listen, so accept fails, so nothing is closed. */
static void tell_listener(struct comparing *g, size_t i, const struct canon_listener *a, const struct canon_listener *b)
{
	struct found f = {.a = &a->own, .b = &b->own, .listener = a->name};
	bool apart = !a->conns != !b->conns;

	g->edits.items.count = 0;
	edits_of_rows(&g->edits, &a->own, &b->own, SIDE_SERVER);
	for (size_t k = 0; k < g->edits.items.count; k++) {
		const struct edit *edit = &g->edits.items.items[k];

		if (g->broken[i] && !g->c->options.strict) {
			g->c->followed++;
			continue;
		}
		difference_of_edit(g->c, &g->edits, edit, &f);
		g->broken[i] |= apart && matters_for_clients(edit_act(&g->edits, edit)->verb);
	}
}

static void tell_serving(struct comparing *g, size_t i, const struct canon_listener *a, const struct canon_listener *b)
{
	struct comparison *c = g->c;
	struct difference *d;

	if (a->serving == SERVING_UNKNOWN || b->serving == SERVING_UNKNOWN)
		return;
	if (a->serving == b->serving && (a->serving != SERVING_PROCS || a->procs == b->procs))
		return;
	g->other_way[i] = true;
	d = difference_add(c, CLASS_CONCURRENCY,
			   arena_printf(c->arena, "the server serves %s, where it was %s", serving_words(b->serving),
					serving_words(a->serving)));
	if (a->serving == b->serving && d)
		d->message = arena_printf(c->arena, "the server accepts in %u processes, where it was %u", b->procs,
					  a->procs);
	if (!d)
		return;
	d->listener = a->name;
	d->role = "server";
	d->a.step = serving_words(a->serving);
	d->b.step = serving_words(b->serving);
	vec_push(&d->hunk, ((struct hunk_line){'-', d->a.step, NULL}));
	vec_push(&d->hunk, ((struct hunk_line){'+', d->b.step, NULL}));
}

static void tell_lone_listener(struct comparing *g, const struct canon *canon, const struct canon_listener *l,
			       bool in_a)
{
	struct comparison *c = g->c;
	struct difference *d;

	if (g->role_missing) {
		c->followed++;
		return;
	}
	d = difference_add(
		c, CLASS_ROLE,
		arena_printf(c->arena, in_a ? "the listener %s is missing" : "there is a listener too many", l->name));
	if (!d)
		return;
	d->role = "server";
	d->listener = in_a ? l->name : NULL;
	difference_row(c, d, in_a ? '-' : '+', canon, &l->own, l->name, ROW_SHOWN);
	difference_site(c, in_a ? &d->a : &d->b, canon->trace, l->sock->made);
	(in_a ? &d->a : &d->b)->step = d->hunk.count ? d->hunk.items[0].text : NULL;
}

static void compare_listeners(struct comparing *g)
{
	struct canon *a = g->c->a, *b = g->c->b;

	for (size_t i = 0; i < a->listeners.count; i++) {
		size_t j = g->pairs.to_b[i];

		if (j == SIZE_MAX) {
			tell_lone_listener(g, a, &a->listeners.items[i], true);
			continue;
		}
		tell_listener(g, i, &a->listeners.items[i], &b->listeners.items[j]);
		tell_serving(g, i, &a->listeners.items[i], &b->listeners.items[j]);
	}
	for (size_t j = 0; j < b->listeners.count; j++)
		if (g->pairs.to_a[j] == SIZE_MAX)
			tell_lone_listener(g, b, &b->listeners.items[j], false);
}

/* Connections */

static size_t listener_of(const struct comparing *g, const struct conn_pair *p)
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
	size_t listener = listener_of(g, p);

	if (listener != SIZE_MAX && g->broken[listener])
		return true;
	return (did_not_connect(p->a) || did_not_connect(p->b)) && any_broken(g);
}

static size_t conns_to(const struct canon *c, size_t listener)
{
	size_t count = 0;

	for (size_t i = 0; i < c->conns.count; i++)
		count += c->conns.items[i].listener == listener;
	return count;
}

static const char *listener_name(const struct comparing *g, const struct conn_pair *p)
{
	size_t listener = listener_of(g, p);

	return listener == SIZE_MAX ? NULL : g->c->a->listeners.items[listener].name;
}

static size_t all_like(const struct comparing *g, const struct conn_pair *p)
{
	return p->a ? conns_to(g->c->a, p->a->listener) : conns_to(g->c->b, p->b->listener);
}

static bool depends_on_serving(const struct edits *e, const struct edit *edit)
{
	enum verb verb = edit_act(e, edit)->verb;

	return verb == VERB_MAKER_CLOSE || verb == VERB_LISTENER_CLOSE;
}

static void compare_pair(struct comparing *g, const struct conn_pair *p)
{
	size_t listener = listener_of(g, p);
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
			.listener = listener_name(g, p),
			.times = p->times,
			.of = all_like(g, p),
		};
		difference_of_edit(g->c, &g->edits, edit, f);
	}
	if (!g->edits.items.count)
		g->c->equal += p->times;
}

static const char *lone_message(struct comparing *g, const struct conn_pair *p, const char *listener)
{
	const struct canon_conn *conn = p->a ? p->a : p->b;
	const char *what = conn->conn ? "connection" : "socket", *to = conn->conn && listener ? " to " : "";

	if (p->times == 1)
		return arena_printf(g->c->arena, "a %s%s%s is %s", what, to, *to ? listener : "",
				    p->a ? "missing" : "one too many");
	return arena_printf(g->c->arena, "%zu %ss%s%s are %s", p->times, what, to, *to ? listener : "",
			    p->a ? "missing" : "too many");
}

static void compare_lone(struct comparing *g, const struct conn_pair *p)
{
	struct comparison *c = g->c;
	const struct canon *canon = p->a ? c->a : c->b;
	const struct canon_conn *conn = p->a ? p->a : p->b;
	const char *listener = listener_name(g, p);
	enum side side = conn->ends[SIDE_CLIENT].count ? SIDE_CLIENT : SIDE_SERVER;
	struct difference *d;

	if (g->role_missing && !c->options.strict) {
		c->followed++;
		return;
	}
	d = difference_add(c, conn->conn ? CLASS_CONNECTION : CLASS_STEP, lone_message(g, p, listener));
	if (!d)
		return;
	d->listener = listener;
	d->end = side;
	d->role = side == SIDE_CLIENT ? "client" : "server";
	d->times = p->times;
	d->of = all_like(g, p);
	(p->a ? &d->a : &d->b)->conn = conn->conn ? conn->conn->id : 0;
	difference_row(c, d, p->a ? '-' : '+', canon, &conn->ends[side], listener, ROW_SHOWN);
	if (conn->ends[side].count) {
		const struct canon_step *first = &canon->steps.items[conn->ends[side].first];

		difference_site(c, p->a ? &d->a : &d->b, canon->trace, first->event);
		(p->a ? &d->a : &d->b)->step = d->hunk.items[0].text;
	}
}

static void compare_conns(struct comparing *g)
{
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

/* The whole */

static void take_doubts(struct comparison *c, const struct canon *canon, const char *name)
{
	for (size_t i = 0; i < canon->doubts.count; i++)
		vec_push(&c->doubts, arena_printf(c->arena, "%s: %s", name, canon->doubts.items[i]));
}

static void count_unseen(struct comparison *c)
{
	const struct acts *acts = &c->acts;

	if (acts->payload == PAYLOAD_LEN || acts->payload == PAYLOAD_NONE)
		return;
	for (size_t i = 0; i < c->a->steps.count; i++) {
		const struct act *act = acts->list.items[c->a->steps.items[i].act];

		if (act->verb == VERB_SEND && act->number > 0 && (uint64_t)act->number > act->data_len)
			c->unseen += (uint64_t)act->number - act->data_len;
	}
}

static bool comes_before(const struct difference *a, const struct difference *b)
{
	if (a->counts != b->counts)
		return a->counts;
	return a->class < b->class;
}

/* By class; within one as they were found. They are few. */
static void sort_differences(struct comparison *c)
{
	struct difference *d = c->differences.items;

	for (size_t i = 1; i < c->differences.count; i++) {
		struct difference moved = d[i];
		size_t k = i;

		for (; k && comes_before(&moved, &d[k - 1]); k--)
			d[k] = d[k - 1];
		d[k] = moved;
	}
}

static void judge(struct comparison *c)
{
	bool different = false;

	for (size_t i = 0; i < c->differences.count; i++) {
		different |= c->differences.items[i].counts;
		c->counts[c->differences.items[i].class]++;
	}
	c->verdict = c->doubts.count ? VERDICT_INCONCLUSIVE : different ? VERDICT_DIFFERENT : VERDICT_SAME;
}

static void find_differences(struct comparison *c)
{
	struct comparing g = {.c = c, .edits = {.a = c->a, .b = c->b}};

	g.broken = arena_alloc(c->arena, c->a->listeners.count + 1);
	g.other_way = arena_alloc(c->arena, c->a->listeners.count + 1);
	pairs_find(&g.pairs, c->a, c->b);
	g.role_missing = roles_compare(c);
	compare_listeners(&g);
	compare_conns(&g);
	asides_compare(c, &g.pairs);
	edits_free(&g.edits);
	pairs_free(&g.pairs);
}

struct comparison *compare(struct trace *a, struct trace *b, const struct compare_options *options)
{
	struct arena *arena = arena_new();
	struct comparison *c = arena_alloc(arena, sizeof *c);
	uint64_t limit_a = canon_limit(a), limit_b = canon_limit(b);

	*c = (struct comparison){.arena = arena, .options = *options};
	acts_begin(&c->acts, arena, options->payload);
	c->acts.limit = limit_a < limit_b ? limit_a : limit_b;
	c->a = canon_new(a, &c->acts);
	c->b = canon_new(b, &c->acts);
	c->conns[0] = c->a->conns.count;
	c->conns[1] = c->b->conns.count;
	take_doubts(c, c->a, "A");
	take_doubts(c, c->b, "B");
	find_differences(c);
	count_unseen(c);
	sort_differences(c);
	judge(c);
	return c;
}

void comparison_free(struct comparison *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->differences.count; i++)
		vec_free(&c->differences.items[i].hunk);
	vec_free(&c->differences);
	vec_free(&c->doubts);
	canon_free(c->a);
	canon_free(c->b);
	acts_end(&c->acts);
	arena_free(c->arena);
}
