/* drafts: steps while they are put together: neighbouring transfers become one. */
#include "viewer/compare/drafts.h"

#include <stdlib.h>

#include "viewer/base/mem.h"

void drafts_begin(struct drafting *d, struct making *m)
{
	*d = (struct drafting){.m = m, .recv = SIZE_MAX};
	m->drafts.count = 0;
	buf_clear(&m->data);
}

static struct draft *last(struct drafting *d)
{
	return d->m->drafts.count ? &d->m->drafts.items[d->m->drafts.count - 1] : NULL;
}

/* The last draft's bytes are complete. */
static void settle_data(struct drafting *d)
{
	struct acts *acts = d->m->c->acts;
	struct draft *draft = last(d);
	struct buf *data = &d->m->data;

	if (!draft || (draft->act.verb != VERB_SEND && draft->act.verb != VERB_RECV) || draft->act.err)
		return;
	if (acts->payload == PAYLOAD_NONE || (draft->act.verb == VERB_RECV && !d->counts_recv)) {
		draft->act.number = -1;
		buf_clear(data);
		return;
	}
	if (data->bytes)
		bytes_without_ports(data, d->ports, acts->limit, &draft->act.number);
	if (acts->payload != PAYLOAD_LEN && data->len) {
		draft->act.data = intern_bytes(&acts->text, data->bytes, data->len);
		draft->act.data_len = data->len;
	}
	buf_clear(data);
}

static void push(struct drafting *d, struct act act, const struct event *event, uint64_t bytes)
{
	struct draft draft = {.act = act, .calls = 1, .bytes = bytes, .event = event};

	settle_data(d);
	vec_push(&d->m->drafts, draft);
}

static bool is_same(const struct act *a, const struct act *b)
{
	return a->verb == b->verb && a->call == b->call && a->number == b->number && a->what == b->what &&
	       a->err == b->err;
}

void draft_add(struct drafting *d, struct act act, const struct event *event)
{
	struct draft *before = last(d);

	d->recv = SIZE_MAX;
	if (before && act.err && is_same(&before->act, &act)) {
		before->calls++; /* tried again, with the same result */
		return;
	}
	push(d, act, event, 0);
}

/* All bytes up to here were recorded, so what follows adjoins. */
static void add_data(struct drafting *d, const struct event *e, uint64_t len)
{
	struct buf *data = &d->m->data;
	const struct draft *draft = last(d);
	uint64_t limit = d->m->c->acts->limit, known = e->data_len < len ? e->data_len : len;
	char *bytes;

	if (draft->bytes - len != data->len || data->len >= limit || !e->data_len)
		return;
	bytes = mem_resize(NULL, e->data_len);
	event_data(e, bytes);
	buf_put(data, bytes, known);
	free(bytes);
}

/* A trace may claim more than there is; what is put in for ports is added to it. */
static int64_t count_of(uint64_t len)
{
	const int64_t most = INT64_MAX / 2;

	return len < (uint64_t)most ? (int64_t)len : most;
}

static void grow(struct draft *draft, uint64_t len)
{
	if (draft->act.number >= 0)
		draft->act.number = count_of((uint64_t)draft->act.number + len);
	draft->bytes += len;
	draft->calls++;
}

void draft_send(struct drafting *d, const struct event *e)
{
	struct draft *before = last(d);
	uint64_t len = (uint64_t)e->ret;

	if (before && before->act.verb == VERB_SEND && !before->act.err && !d->records)
		grow(before, len);
	else
		push(d, (struct act){.verb = VERB_SEND, .number = count_of(len)}, e, len);
	add_data(d, e, len);
}

void draft_recv(struct drafting *d, const struct event *e, uint64_t len, uint32_t turn)
{
	struct draft *before = last(d);

	if (d->recv != SIZE_MAX && turn == d->recv_turn && turn != UINT32_MAX) {
		grow(&d->m->drafts.items[d->recv], len);
		return;
	}
	if (before && before->act.verb == VERB_RECV && !before->act.err && !d->records) {
		grow(before, len);
	} else {
		push(d, (struct act){.verb = VERB_RECV, .number = count_of(len)}, e, len);
		before = last(d);
	}
	d->recv = d->m->drafts.count - 1;
	d->recv_turn = turn;
	if (d->counts_recv)
		add_data(d, e, len);
}

/* The order of options that are set one after the other is no difference. */
static bool is_before(const struct draft *a, const struct draft *b)
{
	return a->act.verb == VERB_OPTION && b->act.verb == VERB_OPTION && strcmp(a->act.what, b->act.what) < 0;
}

static void sort_options(struct drafting *d)
{
	struct draft *items = d->m->drafts.items;

	for (size_t i = 1; i < d->m->drafts.count; i++)
		for (size_t k = i; k && is_before(&items[k], &items[k - 1]); k--) {
			struct draft swap = items[k];

			items[k] = items[k - 1];
			items[k - 1] = swap;
		}
}

struct canon_row drafts_end(struct drafting *d)
{
	struct canon *c = d->m->c;
	struct canon_row row = {.first = c->steps.count, .count = (uint32_t)d->m->drafts.count};

	settle_data(d);
	sort_options(d);
	for (size_t i = 0; i < d->m->drafts.count; i++) {
		const struct draft *draft = &d->m->drafts.items[i];
		struct canon_step step = {
			.act = acts_number(c->acts, &draft->act),
			.calls = draft->calls,
			.bytes = draft->bytes,
			.event = draft->event,
		};

		vec_push(&c->steps, step);
	}
	return row;
}
