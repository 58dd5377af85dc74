/* outline: processes, their descriptors below them, copies and accepted connections below what they came from. */
#include "viewer/scene/outline.h"

#include "viewer/base/map.h"

/* Whoever draws the tree goes down it by recursion: what is deeper stands beside its parent. */
enum { CHILDREN_SHOWN = 40, DEPTH_MOST = 100 };

struct planted {
	const void *what; /* a process or a descriptor */
	struct outline_node *node;
	struct planted *above; /* NULL: the root */
	unsigned depth;
};

struct planter {
	struct trace *trace;
	struct map nodes;
	struct planted root;
	unsigned *open; /* by process's index: descriptors that nothing closed */
};

static bool same(const void *value, const void *key)
{
	return ((const struct planted *)value)->what == key;
}

static struct planted *find(const struct planter *p, const void *what)
{
	return what ? map_find(&p->nodes, hash_number(0, (uint64_t)(uintptr_t)what), same, what) : NULL;
}

static struct outline_node *plant(struct planter *p, struct planted *above, const void *what)
{
	struct arena *a = p->trace->arena;
	struct planted *entry = arena_alloc(a, sizeof *entry);
	struct outline_node *node = arena_alloc(a, sizeof *node), *below;

	if (above->depth == DEPTH_MOST)
		above = above->above;
	below = above->node;
	if (below->last_child)
		below->last_child->next = node;
	else
		below->children = node;
	below->last_child = node;
	*entry = (struct planted){.what = what, .node = node, .above = above, .depth = above->depth + 1};
	map_add(&p->nodes, hash_number(0, (uint64_t)(uintptr_t)what), entry);
	return node;
}

static void plant_descriptor(struct planter *p, const struct descriptor *d)
{
	bool near = d->from && d->from->proc == d->proc;
	struct planted *above = near ? find(p, d->from) : NULL;
	struct outline_node *node;

	if (!above)
		above = find(p, d->proc);
	if (!above)
		return;
	node = plant(p, above, d);
	node->kind = OUTLINE_DESCRIPTOR;
	outline_descriptor(p->trace, node, d);
}

static void plant_process(struct planter *p, const struct process *proc)
{
	struct planted *above = find(p, proc->image_of ? proc->image_of : proc->parent);
	struct outline_node *node = plant(p, above ? above : &p->root, proc);

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

	p.root.node = &o->root;
	p.open = arena_alloc(t->arena, (t->procs.count + 1) * sizeof *p.open);
	for (size_t i = 0; i < t->descriptors.count; i++)
		p.open[t->descriptors.items[i]->proc->index] += !t->descriptors.items[i]->closed;
	for (size_t i = 0; i < t->procs.count; i++)
		plant_process(&p, t->procs.items[i]);
	for (size_t i = 0; i < t->descriptors.count; i++)
		plant_descriptor(&p, t->descriptors.items[i]);
	if (!options->every)
		shorten(&p, &o->root);
	map_free(&p.nodes);
	return o;
}
