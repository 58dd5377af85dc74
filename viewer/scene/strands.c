/* strands: who has a place beside the others in a lane: threads, and processes that live at the same time. */
#include "viewer/scene/strands.h"

#include "viewer/base/sort.h"

/* A thread in its lane, from its first step to its last. */
struct speaker {
	unsigned lane, strand;
	uint64_t from_ns, to_ns;
	bool is_main; /* the first of its process: it stays until that ends */
};

/* The strands of a lane while they are given away: until when each is taken. */
struct taken {
	uint64_t *until_ns;
	unsigned count;
	bool too_many;
};

struct speakers {
	VEC(struct speaker *) list;
};

static struct speaker *new_speaker(struct ladder *l, const struct step *s, unsigned lane)
{
	struct speaker *new = arena_alloc(l->arena, sizeof *new);
	bool is_main = s->event->tid == s->event->proc->pid;

	/* Who returns first has begun before what is told. */
	*new = (struct speaker){
		.lane = lane, .from_ns = s->part == PART_RETURN ? s->event->t_ns : s->at_ns, .is_main = is_main};
	return new;
}

static bool begins_before(const void *a, const void *b)
{
	return ((const struct speaker *)a)->from_ns < ((const struct speaker *)b)->from_ns;
}

/* In the order in which they begin. */
static void find_speakers(struct strands *all, struct ladder *l, const struct steps *steps,
			  const struct lane_plan *plan, struct speakers *found)
{
	for (size_t i = 0; i < steps->list.count; i++) {
		const struct step *s = &steps->list.items[i];
		unsigned lane = plan->of_process[s->event->proc->index];
		struct speaker *speaker;
		struct thread *t;

		if (lane == LANE_NONE)
			continue;
		t = thread_add(l->arena, &all->speakers, s->event);
		if (!t->value) {
			t->value = new_speaker(l, s, lane);
			vec_push(&found->list, t->value);
		}
		speaker = t->value;
		speaker->to_ns = s->at_ns;
		if (speaker->is_main && s->event->proc->last_ns > speaker->to_ns)
			speaker->to_ns = s->event->proc->last_ns;
	}
	sort_stable(found->list.items, found->list.count, begins_before);
}

static void settle(struct speaker *s, struct taken *taken, unsigned most)
{
	while (s->strand < taken->count && taken->until_ns[s->strand] > s->from_ns)
		s->strand++;
	if (s->strand == most) {
		taken->too_many = true;
		return;
	}
	taken->until_ns[s->strand] = s->to_ns;
	if (s->strand == taken->count)
		taken->count++;
}

static void plan_lane(struct ladder *l, unsigned lane, const struct speakers *found, unsigned most)
{
	struct taken taken = {.until_ns = arena_alloc(l->arena, (most + 1) * sizeof *taken.until_ns)};

	for (size_t i = 0; i < found->list.count && !taken.too_many; i++)
		if (found->list.items[i]->lane == lane)
			settle(found->list.items[i], &taken, most);
	if (taken.count > 1 && !taken.too_many) {
		l->lanes.items[lane].strands = taken.count;
		l->lanes.items[lane].strand = arena_alloc(l->arena, taken.count * sizeof(struct strand));
		return;
	}
	for (size_t i = 0; i < found->list.count; i++)
		if (found->list.items[i]->lane == lane)
			found->list.items[i]->strand = 0;
}

void strands_plan(struct strands *s, struct ladder *l, const struct steps *steps, const struct lane_plan *plan,
		  unsigned most)
{
	struct speakers found = {0};

	find_speakers(s, l, steps, plan, &found);
	for (unsigned lane = 0; lane < l->lanes.count; lane++)
		plan_lane(l, lane, &found, most);
	vec_free(&found.list);
}

unsigned strands_of(const struct strands *s, const struct event *e)
{
	const struct thread *t = thread_find(&s->speakers, e);

	return t ? ((const struct speaker *)t->value)->strand : 0;
}

unsigned strands_of_process(const struct strands *s, const struct process *p)
{
	const struct event first = {.proc = (struct process *)p, .tid = p->pid};

	return strands_of(s, &first);
}

void strands_free(struct strands *s)
{
	map_free(&s->speakers);
}
