/* overview_activity: which phases and which processes were busy when. */
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/scene/overview.h"

enum { PROCS_MOST = 8 };

static const char *const phase_names[] = {
	[PHASE_START_SERVER] = "1 Start server", [PHASE_START_CLIENT] = "2 Start client",
	[PHASE_EXCHANGE] = "3 Exchange data",    [PHASE_DISCONNECT] = "4 Disconnect client",
	[PHASE_DROP] = "5 Drop client",
};

/* Which activity a process's calls count for: by its index; processes of one name and role share one. */
struct groups {
	unsigned *of_process;
	size_t *members; /* by activity */
};

static void add(struct activity *a, const struct event *e, unsigned slot)
{
	a->calls[slot]++;
	a->total++;
	a->failed += event_failed(e);
}

static bool alike(const struct process *p, const struct process *q)
{
	return p->role == q->role && strcmp(p->name ? p->name : "", q->name ? q->name : "") == 0;
}

static const char *many_words(struct arena *a, const struct process *first, size_t members)
{
	const char *name = first->name ? escape_string(a, first->name) : "?";

	if (members == 1)
		return arena_printf(a, "P%u %s", first->index, name);
	return arena_printf(a, "%zu %s", members, name);
}

/* The last activity is everybody's for whom no other is left. */
static struct groups find_groups(struct overview *o, struct trace *t)
{
	const struct process *first[PROCS_MOST];
	struct groups g = {.of_process = arena_alloc(t->arena, (t->procs.count + 1) * sizeof *g.of_process),
			   .members = arena_alloc(t->arena, PROCS_MOST * sizeof *g.members)};

	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];
		unsigned k = 0;

		while (k < o->procs.count && !alike(first[k], p) && k + 1 < PROCS_MOST)
			k++;
		if (k == o->procs.count) {
			struct activity none = {.total = 0};

			first[k] = p;
			vec_push(&o->procs, none);
		}
		g.of_process[p->index] = k;
		g.members[k]++;
	}
	for (size_t k = 0; k < o->procs.count; k++)
		o->procs.items[k].name = k + 1 == PROCS_MOST && g.members[k] > 1
						 ? arena_printf(t->arena, "%zu others", g.members[k])
						 : many_words(t->arena, first[k], g.members[k]);
	return g;
}

static void leave_out_idle(struct overview *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->procs.count; i++)
		if (o->procs.items[i].total)
			o->procs.items[kept++] = o->procs.items[i];
	o->procs.count = kept;
}

void overview_activity(struct overview *o, struct trace *t, const struct choice *choice)
{
	struct groups g = find_groups(o, t);

	for (unsigned phase = PHASE_START_SERVER; phase <= PHASE_DROP; phase++) {
		struct activity a = {.name = phase_names[phase]};

		vec_push(&o->phases, a);
	}
	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];
		uint64_t at_ns = choice_told_ns(e);
		unsigned slot;

		if (e->kind != EVENT_CALL || !choice_has_time(choice, at_ns) || !choice_has(choice, e))
			continue;
		slot = axis_slot(&o->axis, at_ns);
		add(&o->procs.items[g.of_process[e->proc->index]], e, slot);
		if (e->phase != PHASE_NONE)
			add(&o->phases.items[e->phase - 1], e, slot);
	}
	leave_out_idle(o);
}
