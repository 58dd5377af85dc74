/* stats: a trace in numbers. */
#include "viewer/scene/stats.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/map.h"
#include "viewer/base/mem.h"
#include "viewer/base/sort.h"
#include "viewer/scene/series.h"
#include "viewer/scene/shapes.h"
#include "viewer/scene/words.h"

/* What a call does, looked up once a call and not once an event. */
enum { MOVES_IN = 1, MOVES_OUT = 2, COUNTS_BYTES = 4 };

/* A row and what its latencies are found from. */
struct tally {
	struct stats_call row;
	struct quantiles latencies;
};

struct counter {
	struct trace *trace;
	struct stats *stats;
	uint8_t moves[CALL_COUNT];
	struct tally calls[CALL_COUNT];
	struct tally arrival; /* of bytes that a read waited for */
	struct map unknown;   /* struct tally by name: of calls that have no row */
	VEC(struct tally *) unknown_list;
	struct stats_proc *procs; /* by process's index - 1 */
	struct map errors;        /* struct stats_error by call and error */
	VEC(struct stats_error *) error_list;
	struct shapes *shapes;
};

const char *stats_outcome(enum outcome outcome)
{
	static const char *const words[] = {
		[CONN_OPEN] = "open",     [CONN_CLOSED] = "closed",   [CONN_REFUSED] = "refused",
		[CONN_FAILED] = "failed", [CONN_PENDING] = "pending", [CONN_NOT_ACCEPTED] = "not accepted",
	};

	return words[outcome];
}

struct stats_latency stats_latency(struct quantiles *q)
{
	return (struct stats_latency){
		.count = q->count,
		.p50_ns = quantiles_at(q, 500),
		.p95_ns = quantiles_at(q, 950),
		.p99_ns = quantiles_at(q, 990),
		.max_ns = q->most,
		.total_ns = q->total,
	};
}

static enum stats_group group_of(const struct call_desc *desc, unsigned moves)
{
	return (desc->flags & CALL_BLOCKS) && !(moves & MOVES_OUT) ? STATS_WAIT : STATS_WORK;
}

static void look_up_calls(struct counter *c)
{
	for (unsigned id = 0; id < CALL_COUNT; id++) {
		const struct event e = {.kind = EVENT_CALL, .call = id};

		c->moves[id] = (event_is_read(&e) ? MOVES_IN : 0) | (event_is_write(&e) ? MOVES_OUT : 0) |
			       (call_table[id].result == RESULT_BYTES ? COUNTS_BYTES : 0);
		c->calls[id].row.name = call_table[id].name;
		c->calls[id].row.group = group_of(&call_table[id], c->moves[id]);
	}
}

static bool same_call(const void *value, const void *key)
{
	return strcmp(((const struct tally *)value)->row.name, key) == 0;
}

static struct tally *call_of(struct counter *c, const struct event *e)
{
	uint64_t hash;
	struct tally *call;

	if (e->call < CALL_COUNT)
		return &c->calls[e->call];
	hash = hash_string(0, event_call_name(e));
	call = map_find(&c->unknown, hash, same_call, event_call_name(e));
	if (call)
		return call;
	call = arena_alloc(c->trace->arena, sizeof *call);
	call->row = (struct stats_call){.name = event_call_name(e), .group = STATS_WAIT};
	map_add(&c->unknown, hash, call);
	vec_push(&c->unknown_list, call);
	return call;
}

static bool same_error(const void *value, const void *key)
{
	const struct event *a = ((const struct stats_error *)value)->first, *b = key;

	return a->call == b->call && strcmp(a->err, b->err) == 0 &&
	       (a->call < CALL_COUNT || strcmp(event_call_name(a), event_call_name(b)) == 0);
}

static void count_error(struct counter *c, const struct event *e)
{
	uint64_t hash = hash_string(e->call, e->err);
	struct stats_error *error = map_find(&c->errors, hash, same_error, e);

	if (!error) {
		error = arena_alloc(c->trace->arena, sizeof *error);
		error->first = e;
		map_add(&c->errors, hash, error);
		vec_push(&c->error_list, error);
	}
	error->count++;
}

/* From the write's entry to the return of the read that had been waiting for it. */
static void count_arrival(struct counter *c, const struct event *e)
{
	const struct event *write = e->cause;

	if (write && write->t_ns >= e->t_ns && event_end_ns(e) >= write->t_ns)
		quantiles_add(&c->arrival.latencies, event_end_ns(e) - write->t_ns);
}

static void count_bytes(struct counter *c, const struct event *e, struct stats_call *row)
{
	unsigned moves = e->call < CALL_COUNT ? c->moves[e->call] : 0;
	struct stats_proc *p = &c->procs[e->proc->index - 1];

	if (!(moves & COUNTS_BYTES) || e->ret <= 0)
		return;
	row->bytes += (uint64_t)e->ret;
	if (moves & MOVES_OUT)
		p->written += (uint64_t)e->ret;
	if (!(moves & MOVES_IN))
		return;
	p->read += (uint64_t)e->ret;
	count_arrival(c, e);
}

static void count_call(struct counter *c, const struct event *e)
{
	struct tally *call = call_of(c, e);
	struct stats_proc *p = &c->procs[e->proc->index - 1];
	bool failed = e->err && event_failed(e), not_yet = e->err && !failed;

	c->stats->calls_made.slots[series_slot(e->t_ns - c->trace->start_ns, c->stats->duration_ns)]++;
	call->row.returned++;
	call->row.failed += failed;
	call->row.not_yet += not_yet;
	p->calls++;
	p->failed += failed;
	if (!not_yet)
		quantiles_add(&call->latencies, e->dt_ns);
	if (e->err)
		count_error(c, e);
	else
		count_bytes(c, e, &call->row);
}

static void count_event(struct counter *c, const struct event *e)
{
	if (e->kind == EVENT_CALL)
		count_call(c, e);
	else if (e->kind == EVENT_PENDING && !e->abandoned && !event_replaces_program(e))
		call_of(c, e)->row.open++;
	if (e->conn)
		shapes_add(c->shapes, e);
}

static void add_row(struct counter *c, struct tally *call)
{
	struct stats *s = c->stats;

	if (call->row.returned || call->row.open) {
		call->row.name = escape_string(s->arena, call->row.name);
		call->row.latency = stats_latency(&call->latencies);
		vec_push(&s->rows, call->row);
	}
	quantiles_free(&call->latencies);
}

static void tell_calls(struct counter *c)
{
	struct stats *s = c->stats;

	for (enum stats_group group = STATS_WORK; group <= STATS_WAIT; group++)
		for (unsigned id = 0; id < CALL_COUNT; id++)
			if (c->calls[id].row.group == group)
				add_row(c, &c->calls[id]);
	for (size_t i = 0; i < c->unknown_list.count; i++)
		add_row(c, c->unknown_list.items[i]);
	for (size_t i = 0; i < s->rows.count; i++) {
		s->calls += s->rows.items[i].returned;
		s->failed += s->rows.items[i].failed;
		s->not_yet += s->rows.items[i].not_yet;
		s->open += s->rows.items[i].open;
	}
}

/* What no single call can tell. */
static void tell_between(struct counter *c)
{
	struct tally queue = {.row = {STATS_BETWEEN, .name = "in the backlog"}};

	for (size_t i = 0; i < c->trace->conns.count; i++)
		if (c->trace->conns.items[i]->queued_ns)
			quantiles_add(&queue.latencies, c->trace->conns.items[i]->queued_ns);
	queue.row.returned = queue.latencies.count;
	c->arrival.row = (struct stats_call){STATS_BETWEEN, .name = "write to read"};
	c->arrival.row.returned = c->arrival.latencies.count;
	add_row(c, &queue);
	add_row(c, &c->arrival);
}

static bool more_errors(const void *a, const void *b)
{
	const struct stats_error *x = a, *y = b;

	return x->not_yet != y->not_yet ? y->not_yet : x->count > y->count;
}

static void tell_errors(struct counter *c)
{
	struct arena *a = c->trace->arena;

	for (size_t i = 0; i < c->error_list.count; i++) {
		struct stats_error *error = c->error_list.items[i];
		const struct event *e = error->first;

		error->call = escape_string(a, event_call_name(e));
		error->err = escape_string(a, e->err);
		error->meaning = words_error(e->call, e->err);
		error->not_yet = !event_failed(e);
		error->source = words_site(c->trace, e);
		error->proc = e->proc->index;
		error->conn = e->conn ? e->conn->id : 0;
		error->at_ns = e->t_ns - c->trace->start_ns;
	}
	sort_stable(c->error_list.items, c->error_list.count, more_errors);
	for (size_t i = 0; i < c->error_list.count; i++)
		vec_push(&c->stats->errors, *c->error_list.items[i]);
}

static bool busier(const void *a, const void *b)
{
	return ((const struct stats_proc *)a)->calls > ((const struct stats_proc *)b)->calls;
}

static void tell_procs(struct counter *c)
{
	struct trace *t = c->trace;
	VEC(struct stats_proc *) list = {0};

	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *proc = t->procs.items[i];
		struct stats_proc *p = &c->procs[i];

		p->index = proc->index;
		p->who = words_process(t->arena, proc);
		p->role = role_name(proc->role);
		c->stats->lost += proc->lost;
		vec_push(&list, p);
	}
	sort_stable(list.items, list.count, busier);
	for (size_t i = 0; i < list.count; i++)
		vec_push(&c->stats->procs, *list.items[i]);
	vec_free(&list);
}

static void tell_warnings(struct stats *s, const struct trace *t)
{
	for (size_t i = 0; i < t->warnings.count; i++)
		vec_push(&s->warnings, escape_string(s->arena, t->warnings.items[i]));
}

struct stats *stats_new(struct trace *t)
{
	struct stats *s = arena_alloc(t->arena, sizeof *s);
	struct counter *c = mem_zeroed(sizeof *c);

	s->arena = t->arena;
	s->when = words_clock(t->arena, t);
	s->duration_ns = t->end_ns - t->start_ns;
	s->conns = t->conns.count;
	s->older_sessions = t->sessions > 1 ? t->sessions - 1 : 0;
	*c = (struct counter){.trace = t, .stats = s, .shapes = shapes_new(t)};
	c->procs = mem_zeroed(mem_product(t->procs.count + 1, sizeof *c->procs));
	look_up_calls(c);
	for (size_t i = 0; i < t->events.count; i++)
		count_event(c, t->events.items[i]);
	for (size_t i = 0; i < t->conns.count; i++)
		s->outcomes[t->conns.items[i]->outcome]++;
	tell_calls(c);
	tell_between(c);
	tell_errors(c);
	tell_procs(c);
	tell_warnings(s, t);
	shapes_finish(c->shapes, s);
	series_peak(&s->calls_made, s->duration_ns);
	series_socks(s, t);
	vec_free(&c->unknown_list);
	vec_free(&c->error_list);
	map_free(&c->unknown);
	map_free(&c->errors);
	free(c->procs);
	free(c);
	return s;
}

void stats_free(struct stats *s)
{
	if (!s)
		return;
	vec_free(&s->warnings);
	vec_free(&s->rows);
	vec_free(&s->errors);
	vec_free(&s->shapes);
	vec_free(&s->procs);
}
