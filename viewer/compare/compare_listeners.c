/* compare_listeners: what was done with the listeners, and how each serves its clients. */
#include "viewer/compare/comparing.h"

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
		g->broken[i] |= apart && matters_for_clients(edit_act(&g->edits, edit)->verb) &&
				!g->c->options.ignored[edit->class];
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
			   arena_printf(c->arena, "the server serves %s instead of %s", serving_words(b->serving),
					serving_words(a->serving)));
	if (a->serving == b->serving && d)
		d->message =
			arena_printf(c->arena, "the server accepts in %u processes instead of %u", b->procs, a->procs);
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

void compare_listeners(struct comparing *g)
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
