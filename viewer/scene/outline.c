/* outline: processes, their descriptors below them, copies and accepted connections below what they came from. */
#include "viewer/scene/outline.h"

#include <string.h>

#include "viewer/base/map.h"
#include "viewer/scene/words.h"

enum { CHILDREN_SHOWN = 40 };

struct planted {
	const void *what; /* a process or a descriptor */
	struct outline_node *node;
};

struct planter {
	struct trace *trace;
	struct map nodes;
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

static const char *state_words(struct arena *a, const struct descriptor *d)
{
	const struct sock *s = d->sock;

	if (s->listener)
		return arena_printf(a, " listening %s", words_address(a, s->local));
	if (s->conn)
		return arena_printf(a, " %s", words_conn(a, s->conn));
	return s->local ? arena_printf(a, " %s", words_address(a, s->local)) : "";
}

static const char *birth_words(struct arena *a, const struct descriptor *d)
{
	if (d->from && d->from->proc != d->proc)
		return arena_printf(a, "from P%u's %d by %s", d->from->proc->index, d->from->fd,
				    d->born && d->born->kind == EVENT_INHERIT && d->born->via ? d->born->via : "fork");
	if (!d->born)
		return d->from ? "inherited" : "it had it from the start";
	if (d->born->kind == EVENT_INHERIT)
		return arena_printf(a, "it had it from the start (%s)", d->born->via ? d->born->via : "inherited");
	if (d->from && !event_is_accept(d->born))
		return arena_printf(a, "%s of %d", event_call_name(d->born), d->from->fd);
	return event_call_name(d->born);
}

static const char *end_words(const struct descriptor *d)
{
	if (!d->closed)
		return d->proc->ending == END_RUNNING ? "still open" : "open at the end";
	if (d->closed == d->sock->closed)
		return "closed, the last copy";
	return "closed";
}

/* Of a connection's end, where it began: bytes that it moved by no recorded call. */
static const char *unseen_words(struct arena *a, const struct descriptor *d)
{
	const struct conn *c = d->sock->conn;
	const struct end *end = c ? &c->ends[c->ends[SIDE_SERVER].sock == d->sock ? SIDE_SERVER : SIDE_CLIENT] : NULL;
	bool began = !d->from || (d->born && event_is_accept(d->born));

	return began && end && (end->wrote_unseen || end->read_unseen) ? words_unseen(a, c) : NULL;
}

static void plant_descriptor(struct planter *p, const struct descriptor *d)
{
	struct arena *a = p->trace->arena;
	bool near = d->from && d->from->proc == d->proc;
	struct outline_node *below = near ? node_of(p, d->from) : NULL, *node;
	const char *unseen;

	if (!below)
		below = node_of(p, d->proc);
	if (!below)
		return;
	node = plant(p, below, d);
	node->text = arena_printf(a, "%d  %s%s", d->fd, words_socket_kind(a, d->sock->family, d->sock->type),
				  state_words(a, d));
	unseen = unseen_words(a, d);
	node->note = arena_printf(a, "%s; %s%s%s", birth_words(a, d), end_words(d), unseen ? "; " : "",
				  unseen ? unseen : "");
	node->source = d->born && d->born->kind == EVENT_CALL ? words_site(p->trace, d->born) : NULL;
	node->tone = d->sock->listener ? TONE_STRONG : d->sock->conn ? TONE_LINK : TONE_PLAIN;
	node->note_tone = d->closed ? TONE_DIM : TONE_WAIT;
}

static void plant_process(struct planter *p, struct outline_node *root, const struct process *proc)
{
	struct arena *a = p->trace->arena;
	const struct process *above = proc->image_of ? proc->image_of : proc->parent;
	struct outline_node *below = node_of(p, above), *node = plant(p, below ? below : root, proc);
	const char *how = proc->image_of ? "exec: " : proc->parent ? "fork: " : "";
	const char *role = proc->role == ROLE_NONE ? "" : role_name(proc->role);

	node->text = arena_printf(a, "%sP%u %s%s%s", how, proc->index, words_process(a, proc), *role ? "  " : "", role);
	node->note = arena_printf(a, "%s: %s", words_ending(a, proc), words_argv(a, proc));
	node->tone = TONE_STRONG;
	node->note_tone = proc->ending == END_SIGNAL || proc->ending == END_UNKNOWN ? TONE_BAD : TONE_DIM;
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
		child->next->text = arena_printf(p->trace->arena, "and %zu more", more);
		child->next->tone = TONE_WAIT;
		return;
	}
}

struct outline *outline_new(struct trace *t)
{
	struct planter p = {.trace = t};
	struct outline *o = arena_alloc(t->arena, sizeof *o);

	for (size_t i = 0; i < t->procs.count; i++)
		plant_process(&p, &o->root, t->procs.items[i]);
	for (size_t i = 0; i < t->descriptors.count; i++)
		plant_descriptor(&p, t->descriptors.items[i]);
	shorten(&p, &o->root);
	map_free(&p.nodes);
	return o;
}
