/* calls: the calls that rules go through: by name, by time, by thread. */
#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"
#include "viewer/base/sort.h"
#include "viewer/check/rule.h"

const enum call_id rule_accepts[] = {CALL_accept, CALL_accept4, CALL_UNKNOWN};
const enum call_id rule_reads[] = {CALL_read,    CALL_readv,    CALL_recv,    CALL_recvfrom,
				   CALL_recvmsg, CALL_recvmmsg, CALL_preadv2, CALL_UNKNOWN};
const enum call_id rule_writes[] = {CALL_write,    CALL_writev,   CALL_send,     CALL_sendto,     CALL_sendmsg,
				    CALL_sendmmsg, CALL_pwritev2, CALL_sendfile, CALL_sendfile64, CALL_UNKNOWN};
const enum call_id rule_waits[] = {CALL_poll,       CALL_ppoll,       CALL_select,       CALL_pselect,
				   CALL_epoll_wait, CALL_epoll_pwait, CALL_epoll_pwait2, CALL_UNKNOWN};

struct calls rule_calls(const struct inspection *in, enum call_id call)
{
	return (struct calls){in->of[call].events.items, in->of[call].events.count};
}

static bool begins_before(const void *a, const void *b)
{
	return ((const struct event *)a)->t_ns < ((const struct event *)b)->t_ns;
}

struct calls rule_keep(struct inspection *in, struct call_list *list)
{
	vec_push(&in->lists, *list);
	return (struct calls){list->events.items, list->events.count};
}

/* A list that was asked for before; NULL: none was. */
static const struct call_list *find_list(const struct inspection *in, const enum call_id *ids, bool by_thread)
{
	for (size_t i = 0; i < in->lists.count; i++)
		if (in->lists.items[i].ids == ids && !in->lists.items[i].begins == !by_thread)
			return &in->lists.items[i];
	return NULL;
}

struct calls rule_calls_of(struct inspection *in, const enum call_id *ids)
{
	const struct call_list *known = find_list(in, ids, false);
	struct call_list all = {.ids = ids};

	if (known)
		return (struct calls){known->events.items, known->events.count};
	for (; *ids != CALL_UNKNOWN; ids++)
		for (size_t i = 0; i < in->of[*ids].events.count; i++)
			vec_push(&all.events, in->of[*ids].events.items[i]);
	sort_stable(all.events.items, all.events.count, begins_before);
	return rule_keep(in, &all);
}

static bool has_lower_tid(const void *a, const void *b)
{
	return ((const struct event *)a)->tid < ((const struct event *)b)->tid;
}

/* Where each process's calls begin: behind those of all before it. */
static size_t *count_begins(struct inspection *in, struct calls calls)
{
	size_t procs = in->t->procs.count, *begins = arena_alloc(in->t->arena, (procs + 2) * sizeof *begins);

	for (size_t i = 0; i < calls.count; i++)
		begins[calls.items[i]->proc->index + 1]++;
	for (size_t i = 1; i <= procs + 1; i++)
		begins[i] += begins[i - 1];
	return begins;
}

struct thread_calls rule_calls_by_thread(struct inspection *in, const enum call_id *ids)
{
	const struct call_list *known = find_list(in, ids, true);
	struct call_list sorted = {.ids = ids};
	struct calls calls;
	size_t *next;

	if (known)
		return (struct thread_calls){known->events.items, known->begins};
	calls = rule_calls_of(in, ids);
	sorted.begins = count_begins(in, calls);
	next = mem_resize(NULL, mem_product(in->t->procs.count + 1, sizeof *next));
	memcpy(next, sorted.begins, (in->t->procs.count + 1) * sizeof *next);
	sorted.events.items = mem_resize(NULL, mem_product(calls.count, sizeof *calls.items));
	sorted.events.count = sorted.events.room = calls.count;
	for (size_t i = 0; i < calls.count; i++)
		sorted.events.items[next[calls.items[i]->proc->index]++] = calls.items[i];
	free(next);
	for (size_t i = 1; i <= in->t->procs.count; i++)
		sort_stable(sorted.events.items + sorted.begins[i], sorted.begins[i + 1] - sorted.begins[i],
			    has_lower_tid);
	rule_keep(in, &sorted);
	return (struct thread_calls){sorted.events.items, sorted.begins};
}

struct calls rule_calls_by(struct thread_calls calls, const struct process *p)
{
	size_t begin = calls.begins[p->index];

	return (struct calls){calls.items + begin, calls.begins[p->index + 1] - begin};
}

static bool stands_before(const struct event *e, uint32_t tid, uint64_t from_ns)
{
	return e->tid < tid || (e->tid == tid && e->t_ns < from_ns);
}

/* Where the thread's begin that began then or later; others' if it has none. */
static size_t first_at(struct thread_calls calls, const struct event *e, uint64_t from_ns)
{
	size_t from = calls.begins[e->proc->index], to = calls.begins[e->proc->index + 1];

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (stands_before(calls.items[middle], e->tid, from_ns))
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static const struct event *thread_call_at(struct thread_calls calls, const struct event *e, size_t at)
{
	return at < calls.begins[e->proc->index + 1] && calls.items[at]->tid == e->tid ? calls.items[at] : NULL;
}

const struct event *rule_thread_first(struct thread_calls calls, const struct event *e, uint64_t from_ns)
{
	return thread_call_at(calls, e, first_at(calls, e, from_ns));
}

const struct event *rule_thread_next(struct thread_calls calls, const struct event *after)
{
	size_t at = first_at(calls, after, event_end_ns(after));
	const struct event *next = thread_call_at(calls, after, at);

	/* A call that took no time stands at its own end. */
	return next == after ? thread_call_at(calls, after, at + 1) : next;
}
