/* call_rows: every event of a trace as plain data. */
#include "viewer/scene/call_rows.h"

#include "viewer/scene/choice.h"
#include "viewer/scene/diagram.h"
#include "viewer/scene/words.h"

enum {
	HOLDERS_LOOKED_AT = 64, /* of a socket: more processes than that are a crowd, in which nobody looks for one */
	LINEAGE_MOST = 8,
	CAUSES_MOST = 16,
};

static bool is_event(const void *value, const void *key)
{
	return *(struct event *const *)value == key;
}

static bool is_made_by(const void *value, const void *key)
{
	return ((const struct sock *)value)->made == key;
}

static uint64_t hash_event(const struct event *e)
{
	return hash_number(0, (uintptr_t)e);
}

void call_rows_begin(struct call_rows *c, struct trace *t)
{
	struct choice all;

	*c = (struct call_rows){.trace = t};
	choice_all(&all, t);
	c->zero_ns = all.zero_ns;
	choice_free(&all);
	for (size_t i = 0; i < t->events.count; i++)
		map_add(&c->numbers, hash_event(t->events.items[i]), &t->events.items[i]);
	for (size_t i = 0; i < t->socks.count; i++)
		if (t->socks.items[i]->made)
			map_add(&c->made, hash_event(t->socks.items[i]->made), t->socks.items[i]);
}

void call_rows_end(struct call_rows *c)
{
	map_free(&c->numbers);
	map_free(&c->made);
}

size_t call_rows_number(const struct call_rows *c, const struct event *e)
{
	struct event **place = e ? map_find(&c->numbers, hash_event(e), is_event, e) : NULL;

	return place ? (size_t)(place - c->trace->events.items) + 1 : 0;
}

/* The descriptor that the call acted on. NULL: none, or too many to look through. */
static const struct descriptor *descriptor_of(const struct event *e)
{
	const struct descriptor *d = e->socket ? e->socket->descriptors : NULL;

	for (unsigned i = 0; d && i < HOLDERS_LOOKED_AT; i++, d = d->next)
		if (d->proc == e->proc && d->fd == e->fd && d->born_ns <= e->t_ns && e->t_ns <= d->gone_ns)
			return d;
	return NULL;
}

static void add_lineage(const struct call_rows *c, struct call_row *row)
{
	const struct descriptor *d = descriptor_of(row->event);

	for (unsigned i = 0; d && i < LINEAGE_MOST; i++, d = d->from) {
		size_t number = call_rows_number(c, d->born);

		if (number && d->born != row->event)
			vec_push(&row->lineage, number);
	}
}

/* Of a read that took what several writes wrote, each of them. */
static void add_causes(const struct call_rows *c, struct call_row *row)
{
	struct transfers taken = event_is_read(row->event) ? transfers_of(row->event) : (struct transfers){0};
	const struct event *last = NULL;

	for (size_t i = 0; i < taken.count && row->causes.count < CAUSES_MOST; i++) {
		size_t number = taken.items[i].write != last ? call_rows_number(c, taken.items[i].write) : 0;

		last = taken.items[i].write;
		if (number)
			vec_push(&row->causes, number);
	}
	if (!row->causes.count && call_rows_number(c, row->event->cause))
		vec_push(&row->causes, call_rows_number(c, row->event->cause));
}

size_t call_rows_listener(const struct call_rows *c, const struct sock *s)
{
	return s && (s->listener || s->serves) ? call_rows_number(c, s->made) : 0;
}

void call_row_fill(const struct call_rows *c, size_t number, struct call_row *row)
{
	const struct event *e = c->trace->events.items[number - 1];
	const struct sock *made = map_find(&c->made, hash_event(e), is_made_by, e);

	*row = (struct call_row){
		.event = e,
		.at_ns = e->t_ns > c->zero_ns ? e->t_ns - c->zero_ns : 0,
		.phrase = phrase_event(c->trace, e, PART_WHOLE),
		.payload = words_payload(c->trace->arena, e),
		.source = words_site(c->trace, e),
		.conn = e->conn ? e->conn->id : 0,
		.failed = event_failed(e),
		.listener = call_rows_listener(c, made ? made : e->socket),
		.box = diagram_box(e, made),
	};
	add_causes(c, row);
	add_lineage(c, row);
}

void call_row_free(struct call_row *row)
{
	vec_free(&row->causes);
	vec_free(&row->lineage);
}
