/* doubt.c: which of the ends that were left alone may be each other's, though nothing tells whether they are. */
#include "viewer/model/halves.h"

enum who { EVERYBODY, NAMELESS, NAMED };

/* When the first of some at a door asked, and the last of them was taken in. */
struct span {
	const struct door *door;
	enum who who;
	const struct half *named; /* NAMED: who all have that client */
	uint64_t first_ns, last_ns;
};

struct doubts {
	struct arena *arena;
	struct map spans;
};

static bool same_span(const void *value, const void *key)
{
	const struct span *a = value, *b = key;

	return a->door == b->door && a->who == b->who && (a->who != NAMED || half_same_client(a->named, b->named));
}

static struct span *span_of(struct doubts *d, const struct door *door, enum who who, const struct half *h)
{
	struct span key = {door, who, h, UINT64_MAX, 0}, *s;
	uint64_t hash = hash_number((uintptr_t)door, who);

	if (who == NAMED)
		hash = hash_number(place_hash(hash, &h->client), h->pid);
	s = map_find(&d->spans, hash, same_span, &key);
	if (s)
		return s;
	s = arena_alloc(d->arena, sizeof *s);
	*s = key;
	map_add(&d->spans, hash, s);
	return s;
}

static void widen(struct span *s, uint64_t first_ns, uint64_t last_ns)
{
	s->first_ns = first_ns < s->first_ns ? first_ns : s->first_ns;
	s->last_ns = last_ns > s->last_ns ? last_ns : s->last_ns;
}

static void note(struct doubts *d, const struct door *door, const struct half *h, uint64_t asked_ns, uint64_t taken_ns)
{
	enum who named = h->named ? NAMED : NAMELESS;

	widen(span_of(d, door, EVERYBODY, h), asked_ns, taken_ns);
	widen(span_of(d, door, named, h), asked_ns, taken_ns);
	widen(span_of(d, door->all, EVERYBODY, h), asked_ns, taken_ns);
	widen(span_of(d, door->all, named, h), asked_ns, taken_ns);
}

static void add_others(struct doubts *d, struct span *to, const struct door *door, const struct half *h)
{
	const struct span *nameless = span_of(d, door, h->named ? NAMELESS : EVERYBODY, h), *named;

	widen(to, nameless->first_ns, nameless->last_ns);
	if (!h->named)
		return;
	named = span_of(d, door, NAMED, h);
	widen(to, named->first_ns, named->last_ns);
}

/* When the first asked, and the last was taken in, of those who may be the end's other one. */
static struct span others_of(struct doubts *d, const struct door *door, const struct half *h)
{
	struct span others = {.first_ns = UINT64_MAX};

	add_others(d, &others, door->unknown ? door : door->all, h);
	if (door->unknown)
		add_others(d, &others, door->unknown, h);
	return others;
}

static void note_callers(struct doubts *d, const struct door *door)
{
	for (size_t i = 0; i < door->callers.count; i++)
		if (!door->callers.items[i]->joined)
			note(d, door, door->callers.items[i], door->callers.items[i]->made->t_ns, 0);
}

/* One that was taken in may be anybody who had asked by then. */
static void doubt_taken(struct doubts *d, const struct door *door)
{
	for (size_t i = 0; i < door->taken.count; i++) {
		const struct half *taken = door->taken.items[i];

		if (taken->joined || half_taken_ns(taken) < others_of(d, door, taken).first_ns)
			continue;
		taken->conn->undecided = true;
		note(d, door, taken, UINT64_MAX, half_taken_ns(taken));
	}
}

static void doubt_callers(struct doubts *d, const struct door *door)
{
	for (size_t i = 0; i < door->callers.count; i++) {
		const struct half *caller = door->callers.items[i];

		if (!caller->joined && caller->made->t_ns <= others_of(d, door, caller).last_ns)
			caller->conn->undecided = true;
	}
}

void doors_doubt(const struct doors *doors, struct arena *scratch)
{
	struct doubts d = {.arena = scratch};

	for (size_t i = 0; i < doors->list.count; i++)
		note_callers(&d, doors->list.items[i]);
	for (size_t i = 0; i < doors->list.count; i++)
		doubt_taken(&d, doors->list.items[i]);
	for (size_t i = 0; i < doors->list.count; i++)
		doubt_callers(&d, doors->list.items[i]);
	map_free(&d.spans);
}
