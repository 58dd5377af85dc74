/* session.c: which processes belong together. */
#include "viewer/load/session.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/base/map.h"
#include "viewer/base/mem.h"
#include "viewer/base/sort.h"
#include "viewer/load/landmarks.h"
#include "viewer/load/reached.h"
#include "viewer/load/refusals.h"
#include "viewer/model/lives.h"

enum {
	MACHINES = 64, /* of more, none is looked for that was there at the same time under the same name */
	WAIT_S = 600,  /* so long a server that was killed may have waited for its next client */
};

/* Sorting needs to know when a process's boot first appears. */
struct boot {
	const char *id;
	int64_t zero_ns;  /* the wall clock at time 0 of its monotonic clock */
	int64_t begun_ns; /* the wall clock at its first process */
};

struct ranked {
	struct process *proc;
	struct boot *boot;
	uint64_t until_ns; /* end of its life, as far as sessions are concerned */
	size_t session;
	bool listens, waits,
		exits; /* by its lines: it is a server; its last call has not returned; it says how it ended */
};

struct ranking {
	struct arena *arena;
	VEC(struct ranked *) list;
	struct map boots;
};

static bool same_boot(const void *value, const void *key)
{
	return strcmp(((const struct boot *)value)->id, key) == 0;
}

static int64_t wall_ns(const struct process *p)
{
	return p->realtime_s * 1000000000 + p->realtime_ns;
}

static struct boot *boot_of(struct ranking *r, const struct process *p)
{
	uint64_t hash = hash_string(0, p->boot);
	struct boot *b = map_find(&r->boots, hash, same_boot, p->boot);
	int64_t wall = wall_ns(p);

	if (!b) {
		b = arena_alloc(r->arena, sizeof *b);
		*b = (struct boot){.id = p->boot, .begun_ns = INT64_MAX};
		map_add(&r->boots, hash, b);
	}
	if (wall < b->begun_ns) {
		b->begun_ns = wall;
		b->zero_ns = wall - (int64_t)p->start_ns;
	}
	return b;
}

static bool starts_before(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->boot != y->boot && x->boot->begun_ns != y->boot->begun_ns)
		return x->boot->begun_ns < y->boot->begun_ns;
	if (x->boot != y->boot)
		return strcmp(x->boot->id, y->boot->id) < 0;
	return x->proc->start_ns < y->proc->start_ns;
}

static void rank_processes(struct ranking *r, struct trace *t)
{
	for (size_t i = 0; i < t->procs.count; i++) {
		struct ranked *item = arena_alloc(r->arena, sizeof *item);

		item->proc = t->procs.items[i];
		item->boot = boot_of(r, item->proc);
		vec_push(&r->list, item);
	}
	sort_stable(r->list.items, r->list.count, starts_before);
	for (size_t i = 0; i < r->list.count; i++) {
		t->procs.items[i] = r->list.items[i]->proc;
		t->procs.items[i]->index = (unsigned)i + 1;
	}
}

static void reach(struct ranking *r, const struct process *p, uint64_t until_ns)
{
	struct ranked *item = p ? r->list.items[p->index - 1] : NULL;

	if (item && item->until_ns < until_ns)
		item->until_ns = until_ns;
}

static void note_servers(struct ranking *r, const struct trace *t)
{
	for (size_t i = 0; i < t->landmarks.count; i++) {
		const struct event *e = t->landmarks.items[i];
		struct ranked *item = r->list.items[e->proc->index - 1];

		item->listens |= e->kind == EVENT_CALL && e->call == CALL_listen && !e->err;
		item->waits |= e->kind == EVENT_PENDING && !e->abandoned;
		item->exits |= e->kind == EVENT_EXIT;
	}
}

/* A server that was killed while it waited leaves no line that says when: its clients may have come, and hung, long after its last
 * one. It is taken to have lived until the next server began. */
static void let_servers_wait(struct ranking *r)
{
	uint64_t next_ns = UINT64_MAX;

	for (size_t i = r->list.count; i-- > 0;) {
		const struct ranked *item = r->list.items[i];
		uint64_t until_ns = item->proc->last_ns + WAIT_S * 1000000000ull;

		if (i + 1 < r->list.count && item->boot != r->list.items[i + 1]->boot)
			next_ns = UINT64_MAX;
		if (!item->listens)
			continue;
		if (item->waits && !item->exits && item->proc->ending == END_UNKNOWN)
			reach(r, item->proc, until_ns < next_ns ? until_ns : next_ns - 1);
		next_ns = item->proc->start_ns;
	}
}

/* A client that is refused tells whom it had looked for: that this one is there no more is what went wrong. One that is not found a server
 * that lived, though it may have been killed where nothing tells of it, or recorded no more. */
static void keep_with_client(void *to, const struct process *server, uint64_t t_ns)
{
	if (t_ns <= server->last_ns + WAIT_S * 1000000000ull)
		reach(to, server, t_ns);
}

/* A process lives until it is replaced by its next image, and for a session at least until its children have begun. */
static void find_lifetimes(struct ranking *r, struct trace *t)
{
	uint64_t now_ns = lives_now_ns();
	struct lives lives;

	lives_link(&lives, t);
	for (size_t i = 0; i < t->procs.count; i++) {
		struct process *p = t->procs.items[i];

		reach(r, p, p->ending == END_RUNNING ? now_ns : p->last_ns);
		reach(r, p->image_of, p->start_ns);
		reach(r, p->parent, p->start_ns);
	}
	lives_free(&lives);
	note_servers(r, t);
	let_servers_wait(r);
	refusals_find(t, keep_with_client, r);
	reached_find(t, keep_with_client, r);
}

static void number_sessions(struct ranking *r, struct trace *t)
{
	uint64_t until_ns = 0;

	for (size_t i = 0; i < r->list.count; i++) {
		struct ranked *item = r->list.items[i];
		bool apart = i == 0 || item->boot != r->list.items[i - 1]->boot || item->proc->start_ns > until_ns;

		if (apart)
			t->sessions++;
		if (apart || until_ns < item->until_ns)
			until_ns = item->until_ns;
		item->session = t->sessions;
	}
}

/* From its first process's start to the last one's end, by the wall clock. */
struct span {
	const struct boot *boot;
	int64_t from_ns, to_ns;
	bool kept;
};

/* An argument and a host that has processes in it. */
struct origin {
	unsigned argument;
	const char *host;
	size_t latest; /* session */
};

static bool same_origin(const void *value, const void *key)
{
	const struct origin *a = value, *b = key;

	return a->argument == b->argument && strcmp(a->host, b->host) == 0;
}

static void note_latest(struct ranking *r, struct map *origins, const struct ranked *item)
{
	struct origin key = {.argument = item->proc->argument, .host = item->proc->host ? item->proc->host : ""};
	uint64_t hash = hash_string(key.argument, key.host);
	struct origin *o = map_find(origins, hash, same_origin, &key);

	if (!o) {
		o = arena_alloc(r->arena, sizeof *o);
		*o = key;
		map_add(origins, hash, o);
	}
	if (o->latest < item->session)
		o->latest = item->session;
}

static int64_t wall_at(const struct boot *b, uint64_t t_ns)
{
	int64_t sum;

	return __builtin_add_overflow(b->zero_ns, t_ns, &sum) ? INT64_MAX : sum;
}

static void note_span(struct span *s, const struct ranked *item)
{
	int64_t from_ns = wall_at(item->boot, item->proc->start_ns), to_ns = wall_at(item->boot, item->until_ns);

	if (!s->boot || from_ns < s->from_ns)
		s->from_ns = from_ns;
	if (!s->boot || to_ns > s->to_ns)
		s->to_ns = to_ns;
	s->boot = item->boot;
}

static bool is_beside(const struct span *s, struct span *const *kept, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (kept[i]->boot != s->boot && s->from_ns <= kept[i]->to_ns && kept[i]->from_ns <= s->to_ns)
			return true;
	return false;
}

/* Machines may have the same name. */
static void keep_beside(struct span *spans, size_t count)
{
	struct span *kept[MACHINES];
	size_t n = 0;

	for (size_t i = 1; i <= count; i++) {
		if (spans[i].kept && n == MACHINES)
			return;
		if (spans[i].kept)
			kept[n++] = &spans[i];
	}
	for (size_t i = 1; i <= count; i++)
		spans[i].kept |= is_beside(&spans[i], kept, n);
}

/* The latest session of each argument and host, and those of other machines at the same time. By session. */
static struct span *choose_latest(struct ranking *r, const struct trace *t)
{
	struct span *spans = arena_alloc(r->arena, (t->sessions + 1) * sizeof *spans);
	struct map origins = {0};

	for (size_t i = 0; i < r->list.count; i++) {
		note_latest(r, &origins, r->list.items[i]);
		note_span(&spans[r->list.items[i]->session], r->list.items[i]);
	}
	for (size_t i = 0; i < origins.room; i++)
		if (origins.slots[i].value)
			spans[((struct origin *)origins.slots[i].value)->latest].kept = true;
	if (r->boots.count > 1)
		keep_beside(spans, t->sessions);
	map_free(&origins);
	return spans;
}

static size_t count_left_out(const struct span *spans, size_t count)
{
	size_t left_out = 0;

	for (size_t i = 1; i <= count; i++)
		left_out += !spans[i].kept;
	return left_out;
}

/* index 0 marks a process that is left out. Returns how many events are kept. */
static size_t keep_events(struct event **events, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (events[i]->proc->index)
			events[kept++] = events[i];
	return kept;
}

static void leave_out_older(struct ranking *r, struct trace *t)
{
	const struct span *spans = choose_latest(r, t);
	size_t kept = 0;

	for (size_t i = 0; i < r->list.count; i++) {
		struct process *p = r->list.items[i]->proc;

		p->index = 0;
		if (!spans[r->list.items[i]->session].kept) {
			vec_free(&p->modules);
			continue;
		}
		r->list.items[kept] = r->list.items[i];
		t->procs.items[kept++] = p;
		p->index = (unsigned)kept;
	}
	if (kept < r->list.count) {
		t->events.count = keep_events(t->events.items, t->events.count);
		t->landmarks.count = keep_events(t->landmarks.items, t->landmarks.count);
	}
	t->procs.count = r->list.count = kept;
	t->sessions = 1 + count_left_out(spans, t->sessions);
}

static uint64_t moved(uint64_t t_ns, int64_t by_ns)
{
	int64_t sum;

	if (__builtin_add_overflow((int64_t)t_ns, by_ns, &sum) || sum < 0 || sum > INT64_MAX / 2)
		return t_ns;
	return (uint64_t)sum;
}

static void join_clocks(struct ranking *r, struct trace *t)
{
	int64_t zero_ns = r->list.count ? r->list.items[0]->boot->zero_ns : 0;

	for (size_t i = 0; i < r->list.count; i++) {
		struct process *p = r->list.items[i]->proc;
		int64_t by_ns = r->list.items[i]->boot->zero_ns - zero_ns;

		p->start_ns = moved(p->start_ns, by_ns);
		p->last_ns = moved(p->last_ns, by_ns);
	}
	for (size_t i = 0; i < t->events.count; i++) {
		struct event *e = t->events.items[i];

		e->t_ns = moved(e->t_ns, r->list.items[e->proc->index - 1]->boot->zero_ns - zero_ns);
	}
}

static uint64_t entry_ns(const void *event)
{
	return ((const struct event *)event)->t_ns;
}

static void find_span(struct trace *t)
{
	t->start_ns = t->procs.count ? UINT64_MAX : 0;
	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];

		if (p->start_ns < t->start_ns)
			t->start_ns = p->start_ns;
		if (p->last_ns > t->end_ns)
			t->end_ns = p->last_ns;
	}
}

void session_choose(struct trace *t, bool all)
{
	struct ranking r = {.arena = arena_new()};

	landmarks_find(t);
	rank_processes(&r, t);
	find_lifetimes(&r, t);
	number_sessions(&r, t);
	if (!all)
		leave_out_older(&r, t);
	if (r.boots.count > 1)
		join_clocks(&r, t);
	t->with_older = all && t->sessions > 1;
	if (all)
		t->sessions = 1;
	sort_by_number(t->events.items, t->events.count, entry_ns);
	sort_by_number(t->landmarks.items, t->landmarks.count, entry_ns);
	find_span(t);
	map_free(&r.boots);
	vec_free(&r.list);
	arena_free(r.arena);
}
