/* outline: processes, their descriptors below them, copies and accepted connections below what they came from. */
#include "viewer/scene/outline.h"

#include "viewer/base/map.h"

enum { CHILDREN_SHOWN = 40 };

struct planted {
	const void *what; /* a process or a descriptor */
	struct outline_node *node;
};

struct planter {
	struct trace *trace;
	struct map nodes;
	unsigned *open; /* by process's index: descriptors that nothing closed */
};

static bool same(const void *value, const void *key)
{
	return ((const struct planted *)value)->what == key;
}

static struct outline_node *node_of(const struct planter *p, const void *what)
{
	const struct planted *found =
		what ? map_find(&p->nodes, hash_number(0, (uint64_t)(uintptr_t)what), same, what) : NULL;

	return found ? found->node : NULL;
}

static struct outline_node *plant(struct planter *p, struct outline_node *below, const void *what)
{
	struct arena *a = p->trace->arena;
	struct outline_node *node = arena_alloc(a, sizeof *node);
	struct planted *entry = arena_alloc(a, sizeof *entry);

	if (below->last_child)
		below->last_child->next = node;
	else
		below->children = node;
	below->last_child = node;
	*entry = (struct planted){what, node};
	map_add(&p->nodes, hash_number(0, (uint64_t)(uintptr_t)what), entry);
	return node;
}

static void plant_descriptor(struct planter *p, const struct descriptor *d)
{
	bool near = d->from && d->from->proc == d->proc;
	struct outline_node *below = near ? node_of(p, d->from) : NULL, *node;

	if (!below)
		below = node_of(p, d->proc);
	if (!below)
		return;
	node = plant(p, below, d);
	node->kind = OUTLINE_DESCRIPTOR;
	outline_descriptor(p->trace, node, d);
}

static void plant_process(struct planter *p, struct outline_node *root, const struct process *proc)
{
	const struct process *above = proc->image_of ? proc->image_of : proc->parent;
	struct outline_node *below = node_of(p, above), *node = plant(p, below ? below : root, proc);

	node->kind = OUTLINE_PROCESS;
	outline_process(p->trace, node, proc, p->open[proc->index]);
}

/* A server of ten thousand clients: the first, and how many more. */
static void shorten(struct planter *p, struct outline_node *node)
{
	size_t count = 0;

	for (struct outline_node *child = node->children, *next; child; child = next) {
		size_t more = 0;

		next = child->next;
		shorten(p, child);
		if (++count < CHILDREN_SHOWN || !next)
			continue;
		for (struct outline_node *n = next; n; n = n->next)
			more++;
		child->next = arena_alloc(p->trace->arena, sizeof *child);
		child->next->kind = OUTLINE_MORE;
		child->next->text = arena_printf(p->trace->arena, "and %zu more (--every shows all)", more);
		child->next->tone = TONE_WAIT;
		return;
	}
}

struct outline *outline_new(struct trace *t, const struct outline_options *options)
{
	struct planter p = {.trace = t};
	struct outline *o = arena_alloc(t->arena, sizeof *o);

	p.open = arena_alloc(t->arena, (t->procs.count + 1) * sizeof *p.open);
	for (size_t i = 0; i < t->descriptors.count; i++)
		p.open[t->descriptors.items[i]->proc->index] += !t->descriptors.items[i]->closed;
	for (size_t i = 0; i < t->procs.count; i++)
		plant_process(&p, &o->root, t->procs.items[i]);
	for (size_t i = 0; i < t->descriptors.count; i++)
		plant_descriptor(&p, t->descriptors.items[i]);
	if (!options->every)
		shorten(&p, &o->root);
	map_free(&p.nodes);
	return o;
}
