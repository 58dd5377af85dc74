/* overview_tracks: the chosen connections as lines; those that went alike are folded into one. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/map.h"
#include "viewer/base/quantiles.h"
#include "viewer/base/sort.h"
#include "viewer/scene/shapes.h"
#include "viewer/scene/track.h"
#include "viewer/scene/words.h"

enum {
	ALONE_MOST = 12, /* connections in trouble of the same kind that each have a line */
	KINDS_MOST = 40, /* of connections without trouble: the most frequent are drawn */
};

/* Connections of one shape, between programs of the same names, in the same trouble. */
struct kind {
	unsigned shape;
	const struct sock *listener;
	const char *names[2];
	const char *trouble; /* NULL: none */
	const char *to;
	bool scattered;    /* to more than one address */
	unsigned to_first; /* the first connection that goes there, or so many that pairs stand last */
	VEC(const struct conn *) conns;
};

struct kinds {
	struct trace *trace;
	struct shapes *shapes;
	struct stats stats; /* what the shapes are told in; not used */
	struct map known;
	VEC(struct kind *) list;
};

static const char *name_of(const struct conn *c, enum side side)
{
	const struct process *p = c->ends[side].proc;

	return p && p->name ? p->name : "";
}

static bool same_kind(const void *value, const void *key)
{
	const struct kind *a = value, *b = key;

	return a->shape == b->shape && a->listener == b->listener && strcmp(a->names[0], b->names[0]) == 0 &&
	       strcmp(a->names[1], b->names[1]) == 0 && !a->trouble == !b->trouble &&
	       (!a->trouble || strcmp(a->trouble, b->trouble) == 0);
}

static struct kind *kind_of(struct kinds *kinds, const struct conn *c)
{
	struct kind key = {
		.shape = shapes_example(kinds->shapes, kinds->trace->arena, c),
		.listener = c->listener,
		.names = {name_of(c, SIDE_CLIENT), name_of(c, SIDE_SERVER)},
		.trouble = track_trouble(kinds->trace->arena, c),
	};
	uint64_t hash =
		hash_number(hash_string(hash_string(key.shape, key.names[0]), key.trouble), (uintptr_t)key.listener);
	struct kind *kind = map_find(&kinds->known, hash, same_kind, &key);

	if (kind)
		return kind;
	kind = arena_alloc(kinds->trace->arena, sizeof *kind);
	*kind = key;
	map_add(&kinds->known, hash, kind);
	vec_push(&kinds->list, kind);
	return kind;
}

static void find_kinds(struct kinds *kinds, const struct choice *choice)
{
	struct trace *t = kinds->trace;

	kinds->shapes = shapes_new(t);
	for (size_t i = 0; i < t->events.count; i++)
		if (t->events.items[i]->conn)
			shapes_add(kinds->shapes, t->events.items[i]);
	for (size_t i = 0; i < t->conns.count; i++)
		if (choice_has_conn(choice, t->conns.items[i]))
			vec_push(&kind_of(kinds, t->conns.items[i])->conns, t->conns.items[i]);
}

static void free_kinds(struct kinds *kinds)
{
	kinds->stats.arena = kinds->trace->arena;
	shapes_finish(kinds->shapes, &kinds->stats);
	vec_free(&kinds->stats.shapes);
	for (size_t i = 0; i < kinds->list.count; i++)
		vec_free(&kinds->list.items[i]->conns);
	vec_free(&kinds->list);
	map_free(&kinds->known);
}

static uint64_t duration_of(const struct conn *c)
{
	return c->ended_ns > c->begun_ns ? c->ended_ns - c->begun_ns : 0;
}

static const struct conn *slowest(const struct kind *k)
{
	const struct conn *slowest = k->conns.items[0];

	for (size_t i = 1; i < k->conns.count; i++)
		if (duration_of(k->conns.items[i]) > duration_of(slowest))
			slowest = k->conns.items[i];
	return slowest;
}

static void add_alone(struct overview *o, struct kinds *kinds, const struct kind *k, const struct conn *c,
		      const char *text)
{
	struct track track = track_of(&o->axis, kinds->trace, c);

	track.to = k->to;
	track.text = text;
	/* Where it went says more than the program's name. */
	if (k->scattered && c->ends[SIDE_CLIENT].proc)
		track.client = arena_printf(kinds->trace->arena, "P%u %s", c->ends[SIDE_CLIENT].proc->index,
					    words_end(kinds->trace->arena, c, SIDE_SERVER));
	track.tone = k->trouble ? TONE_BAD : TONE_PLAIN;
	vec_push(&o->tracks, track);
}

/* The connections of a kind from that index on, without the one that has a line of its own. */
static void add_folded(struct overview *o, const struct kind *k, size_t from, const struct conn *except)
{
	struct quantiles durations = {0};
	struct track track = {
		.conn = k->conns.items[0]->id,
		.to = k->to,
		.tone = k->trouble ? TONE_BAD : TONE_WAIT,
		.text = k->trouble,
	};

	for (size_t i = 0; i < k->conns.count; i++) {
		quantiles_add(&durations, duration_of(k->conns.items[i]));
		if (i >= from && k->conns.items[i] != except)
			track_add_like(&track, &o->axis, k->conns.items[i]);
	}
	track.p50_ns = quantiles_at(&durations, 500);
	track.p95_ns = quantiles_at(&durations, 950);
	quantiles_free(&durations);
	vec_push(&o->tracks, track);
}

/* The first, how many more, the slowest. Of those in trouble each, as far as that is bearable. */
static void add_kind(struct overview *o, struct kinds *kinds, const struct kind *k)
{
	size_t alone = k->trouble ? ALONE_MOST : 1, count = k->conns.count;
	const struct conn *last = k->trouble || count < 3 ? NULL : slowest(k);

	if (last == k->conns.items[0])
		last = NULL;
	if (count == alone + 1 || (!k->trouble && count == 2))
		alone = count;
	for (size_t i = 0; i < alone && i < count; i++)
		add_alone(o, kinds, k, k->conns.items[i], k->trouble);
	if (count > alone)
		add_folded(o, k, alone, last);
	if (last && count > alone)
		add_alone(o, kinds, k, last, "slowest");
}

static bool is_more_frequent(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	if (!x->trouble != !y->trouble)
		return x->trouble;
	return x->conns.count > y->conns.count;
}

/* "To P1 nginx at *:80"; where nobody is known there, the address, or how many there are. */
static const char *to_words(struct trace *t, struct kind *k)
{
	const struct conn *c = k->conns.items[0];
	const struct process *p = c->ends[SIDE_SERVER].proc;
	const char *where = words_end(t->arena, c, SIDE_SERVER);

	if (c->kind == CONN_PAIR)
		return "Within (socketpairs)";
	if (k->listener) {
		p = conn_reached(c) ? conn_reached(c) : p;
		where = k->listener->local ? words_address(t->arena, k->listener->local) : where;
	}
	if (p)
		return arena_printf(t->arena, "To P%u %s at %s", p->index,
				    p->name ? escape_string(t->arena, p->name) : "?", where);
	for (size_t i = 1; i < k->conns.count; i++)
		if (strcmp(words_end(t->arena, k->conns.items[i], SIDE_SERVER), where) != 0)
			return k->scattered = true, "To several addresses";
	return arena_printf(t->arena, "To %s", where);
}

static bool goes_before(const void *a, const void *b)
{
	return strcmp(((const struct kind *)a)->to, ((const struct kind *)b)->to) < 0;
}

static bool is_drawn_before(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	if (x->to_first != y->to_first)
		return x->to_first < y->to_first;
	return x->conns.items[0]->id < y->conns.items[0]->id;
}

static bool is_earlier(const void *a, const void *b)
{
	return ((const struct kind *)a)->conns.items[0]->id < ((const struct kind *)b)->conns.items[0]->id;
}

/* Those that go to the same place stand together, places and connections in order of time. */
static void put_in_order(struct kinds *kinds)
{
	struct kind **list = kinds->list.items;
	size_t count = kinds->list.count;

	for (size_t i = 0; i < count; i++)
		list[i]->to = to_words(kinds->trace, list[i]);
	sort_stable(list, count, is_earlier);
	sort_stable(list, count, goes_before);
	for (size_t i = 0; i < count; i++) {
		bool same = i && strcmp(list[i]->to, list[i - 1]->to) == 0;

		list[i]->to_first = same ? list[i - 1]->to_first : list[i]->conns.items[0]->id;
		if (!same && list[i]->conns.items[0]->kind == CONN_PAIR)
			list[i]->to_first = UINT_MAX;
	}
	sort_stable(list, count, is_drawn_before);
}

/* Kinds in trouble come first, and all of them are drawn: of the others the most frequent. */
static void leave_out_rare(struct overview *o, struct kinds *kinds)
{
	size_t drawn = 0, left_out = 0, conns = 0;

	sort_stable(kinds->list.items, kinds->list.count, is_more_frequent);
	while (drawn < kinds->list.count && (kinds->list.items[drawn]->trouble || drawn < KINDS_MOST))
		drawn++;
	for (size_t i = drawn; i < kinds->list.count; i++, left_out++) {
		conns += kinds->list.items[i]->conns.count;
		vec_free(&kinds->list.items[i]->conns);
	}
	kinds->list.count = drawn;
	put_in_order(kinds);
	if (left_out)
		vec_push(&o->preface.warnings, arena_printf(kinds->trace->arena,
							    "%zu connections of %zu more kinds, none in trouble, are "
							    "not drawn: `socktrace stats` counts them",
							    conns, left_out));
}

void overview_tracks(struct overview *o, struct trace *t, const struct choice *choice)
{
	struct kinds kinds = {.trace = t};

	find_kinds(&kinds, choice);
	leave_out_rare(o, &kinds);
	for (size_t i = 0; i < kinds.list.count; i++)
		add_kind(o, &kinds, kinds.list.items[i]);
	free_kinds(&kinds);
}
