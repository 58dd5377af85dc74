/* shapes: connections grouped by the calls that their ends made. */
#include "viewer/scene/shapes.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/base/buf.h"
#include "viewer/base/escape.h"
#include "viewer/base/map.h"
#include "viewer/base/mem.h"
#include "viewer/base/sort.h"
#include "viewer/scene/words.h"

/* Kept of an end; so many calls that repeat are looked for. */
enum { ITEMS_MOST = 24, PERIOD_MOST = 6 };

enum how { HOW_WELL, HOW_EOF, HOW_FAILED, HOW_OPEN };

/* A call, or the last of several that repeat. */
struct item {
	uint8_t call; /* enum call_id */
	uint8_t how;
	bool repeats;   /* it alone */
	uint8_t period; /* so many items up to this one repeat together; 0: they do not */
};

_Static_assert(CALL_COUNT < 256, "item.call is a byte");

struct outline_of_end {
	uint8_t count;
	bool cut; /* there was more */
	struct item items[ITEMS_MOST];
};

struct shapes {
	const struct trace *trace;
	struct outline_of_end (*ends)[2]; /* by connection's number - 1 */
	struct map known;
	VEC(struct known_shape *) list;
};

/* What a shape is equal by. */
struct shape_key {
	const struct outline_of_end *ends;
	bool traced[2], undecided;
	enum outcome outcome;
};

struct known_shape {
	struct shape_key key;
	struct stats_shape shape;
	struct quantiles durations;
};

struct shapes *shapes_new(const struct trace *t)
{
	struct shapes *s = mem_zeroed(sizeof *s);

	s->trace = t;
	s->ends = mem_zeroed(mem_product(t->conns.count + 1, sizeof *s->ends));
	return s;
}

/* Options and questions are no part of a shape. */
static bool shapes_it(const struct event *e)
{
	const struct call_desc *desc;

	if ((e->kind != EVENT_CALL && e->kind != EVENT_PENDING) || e->call >= CALL_COUNT)
		return false;
	desc = &call_table[e->call];
	return (desc->flags & CALL_IO) || e->call == CALL_connect || e->call == CALL_shutdown ||
	       e->call == CALL_socketpair || e->call == CALL_sendfile || e->call == CALL_sendfile64 ||
	       e->call == CALL_splice || event_is_accept(e) || event_is_close(e);
}

static bool same_call(const struct item *a, const struct item *b)
{
	return a->call == b->call && a->how == b->how;
}

static bool same_calls(const struct item *a, const struct item *b, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!same_call(&a[i], &b[i]))
			return false;
	return true;
}

static void merge(struct item *into, const struct item *from, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		into[i].repeats |= from[i].repeats;
		if (from[i].period > into[i].period)
			into[i].period = from[i].period;
	}
}

/* Where the last calls are the same as those before them, one of both goes. */
static void fold(struct outline_of_end *o)
{
	for (unsigned period = 1; period <= PERIOD_MOST && 2 * period <= o->count; period++) {
		struct item *last = &o->items[o->count - period], *before = last - period;

		if (!same_calls(before, last, period))
			continue;
		merge(before, last, period);
		if (period == 1)
			before->repeats = true;
		else if (period > before[period - 1].period)
			before[period - 1].period = (uint8_t)period;
		o->count = (uint8_t)(o->count - period);
		return;
	}
}

void shapes_add(struct shapes *s, const struct event *e)
{
	struct outline_of_end *o;
	enum how how = HOW_WELL;

	if (e->side == SIDE_NONE || !shapes_it(e) || e->abandoned)
		return;
	if (e->err && !event_failed(e) && e->call != CALL_connect)
		return; /* nothing happened yet */
	if (e->kind == EVENT_PENDING)
		how = HOW_OPEN;
	else if (event_failed(e))
		how = HOW_FAILED;
	else if (e->conn->ends[e->side].eof_seen == e)
		how = HOW_EOF;
	o = &s->ends[e->conn->id - 1][e->side];
	if (o->cut)
		return;
	if (o->count == ITEMS_MOST) {
		o->cut = true;
		return;
	}
	o->items[o->count++] = (struct item){.call = (uint8_t)e->call, .how = (uint8_t)how};
	fold(o);
}

static bool same_end(const struct outline_of_end *a, const struct outline_of_end *b)
{
	return a->count == b->count && a->cut == b->cut && memcmp(a->items, b->items, a->count * sizeof *a->items) == 0;
}

static bool same_shape(const void *value, const void *key)
{
	const struct shape_key *a = &((const struct known_shape *)value)->key, *b = key;

	return a->outcome == b->outcome && a->traced[0] == b->traced[0] && a->traced[1] == b->traced[1] &&
	       a->undecided == b->undecided && same_end(&a->ends[0], &b->ends[0]) && same_end(&a->ends[1], &b->ends[1]);
}

static uint64_t hash_of(const struct shape_key *key)
{
	uint64_t hash = hash_number(0, key->outcome);

	for (unsigned side = 0; side < 2; side++)
		hash = hash_bytes(hash, key->ends[side].items, key->ends[side].count * sizeof(struct item));
	return hash;
}

static void put_item(struct buf *b, const struct item *item)
{
	static const char *const hows[] = {
		[HOW_WELL] = "", [HOW_EOF] = "=EOF", [HOW_FAILED] = "=failed", [HOW_OPEN] = "..."};

	buf_printf(b, "%s%s%s", call_table[item->call].name, hows[item->how], item->repeats ? "+" : "");
}

/* "connect (write read)+ close". Of groups within groups only the outer one is told. */
static const char *words_of(struct arena *a, const struct outline_of_end *o)
{
	struct buf b = {0};
	const char *words;

	for (unsigned i = 0; i < o->count; i++) {
		unsigned period = 0;

		for (unsigned end = i + 1; end < o->count && end < i + PERIOD_MOST; end++)
			if (o->items[end].period == end - i + 1)
				period = o->items[end].period;
		buf_puts(&b, i ? " " : "");
		if (!period) {
			put_item(&b, &o->items[i]);
			continue;
		}
		buf_puts(&b, "(");
		for (unsigned k = 0; k < period; k++) {
			buf_puts(&b, k ? " " : "");
			put_item(&b, &o->items[i + k]);
		}
		buf_puts(&b, ")+");
		i += period - 1;
	}
	buf_puts(&b, o->cut ? " and more" : "");
	words = arena_copy(a, b.bytes ? b.bytes : "", b.len);
	buf_free(&b);
	return words;
}

static struct known_shape *shape_of(struct shapes *s, struct arena *a, const struct conn *c)
{
	struct shape_key key = {
		.ends = s->ends[c->id - 1],
		.traced = {c->ends[0].proc != NULL, c->ends[1].proc || c->outcome == CONN_NOT_ACCEPTED},
		.undecided = c->undecided,
		.outcome = c->outcome,
	};
	uint64_t hash = hash_of(&key);
	struct known_shape *k = map_find(&s->known, hash, same_shape, &key);

	if (k)
		return k;
	k = arena_alloc(a, sizeof *k);
	k->key = key;
	k->shape.example = c->id;
	k->shape.stranger = words_stranger(c);
	k->shape.outcome = stats_outcome(c->outcome);
	k->shape.answered = c->outcome != CONN_REFUSED && c->outcome != CONN_FAILED;
	for (unsigned side = 0; side < 2; side++)
		k->shape.calls[side] = key.traced[side] ? words_of(a, &key.ends[side]) : NULL;
	map_add(&s->known, hash, k);
	vec_push(&s->list, k);
	return k;
}

unsigned shapes_example(struct shapes *s, struct arena *a, const struct conn *c)
{
	return shape_of(s, a, c)->shape.example;
}

/* What left a side: as it was written, or, where that was not seen, as the other side read it. */
static uint64_t sent_by(const struct conn *c, unsigned side)
{
	const struct end *from = &c->ends[side], *to = &c->ends[!side];
	uint64_t written = from->written + from->wrote_unseen, read = to->read + to->read_unseen;

	return written > read ? written : read;
}

static bool more_frequent(const void *a, const void *b)
{
	return ((const struct known_shape *)a)->shape.count > ((const struct known_shape *)b)->shape.count;
}

static void count_conn(struct known_shape *k, const struct conn *c)
{
	k->shape.count++;
	for (unsigned side = 0; side < 2; side++)
		k->shape.sent[side] += sent_by(c, side);
	if (c->ended_ns >= c->begun_ns)
		quantiles_add(&k->durations, c->ended_ns - c->begun_ns);
}

void shapes_finish(struct shapes *s, struct stats *stats)
{
	for (size_t i = 0; i < s->trace->conns.count; i++)
		count_conn(shape_of(s, stats->arena, s->trace->conns.items[i]), s->trace->conns.items[i]);
	sort_stable(s->list.items, s->list.count, more_frequent);
	for (size_t i = 0; i < s->list.count; i++) {
		struct known_shape *k = s->list.items[i];

		k->shape.duration = stats_latency(&k->durations);
		vec_push(&stats->shapes, k->shape);
		quantiles_free(&k->durations);
	}
	vec_free(&s->list);
	map_free(&s->known);
	free(s->ends);
	free(s);
}
