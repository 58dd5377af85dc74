/* columns: which side of the picture each process belongs on. */
#include "viewer/scene/columns.h"

enum { PROXIES_IN_A_ROW = 6 };

/* What each process did, by its index. */
struct deeds {
	bool listens;      /* has a listener; also one that others accept at: the parent of nginx's workers */
	bool holds_served; /* a connection that somebody accepted, whoever uses it */
	bool binds, pairs, connects_otherwise;
	bool has_end;
	enum side side; /* of the first connection that it has an end of */
	unsigned level; /* of a proxy: so many others lie before it */
};

static bool is_pair(const struct conn *c)
{
	const struct event *made = c->ends[SIDE_CLIENT].made;

	return made && made->call == CALL_socketpair;
}

static void note_end(struct deeds *deeds, const struct conn *c, enum side side)
{
	const struct process *p = c->ends[side].proc;

	if (!p)
		return;
	if (!deeds[p->index].has_end)
		deeds[p->index].side = side;
	deeds[p->index].has_end = true;
	if (is_pair(c))
		deeds[p->index].pairs = true;
	else
		deeds[p->index].connects_otherwise = true;
}

static struct deeds *find_deeds(struct trace *t)
{
	struct deeds *deeds = arena_alloc(t->arena, (t->procs.count + 1) * sizeof *deeds);

	for (size_t i = 0; i < t->descriptors.count; i++) {
		const struct descriptor *d = t->descriptors.items[i];

		if (d->sock->listener)
			deeds[d->proc->index].listens = true;
		if (d->sock->accepted_from)
			deeds[d->proc->index].holds_served = true;
	}
	for (size_t i = 0; i < t->conns.count; i++) {
		note_end(deeds, t->conns.items[i], SIDE_SERVER);
		note_end(deeds, t->conns.items[i], SIDE_CLIENT);
	}
	for (size_t i = 0; i < t->events.count; i++)
		if (t->events.items[i]->call == CALL_bind)
			deeds[t->events.items[i]->proc->index].binds = true;
	return deeds;
}

static bool is_proxy(const struct process *p)
{
	return p && p->role == ROLE_PROXY;
}

/* Push each proxy behind those that connect to it. Proxies in a circle are cut somewhere. */
static unsigned rank_proxies(struct deeds *deeds, const struct trace *t)
{
	unsigned most = 0;
	bool moved = true;

	for (unsigned round = 0; moved && round < PROXIES_IN_A_ROW; round++) {
		moved = false;
		for (size_t i = 0; i < t->conns.count; i++) {
			const struct process *from = t->conns.items[i]->ends[SIDE_CLIENT].proc;
			const struct process *to = t->conns.items[i]->ends[SIDE_SERVER].proc;
			unsigned level;

			if (!is_proxy(from) || !is_proxy(to) || from == to)
				continue;
			level = deeds[from->index].level + 1;
			if (level <= deeds[to->index].level || level >= PROXIES_IN_A_ROW)
				continue;
			deeds[to->index].level = level;
			most = level > most ? level : most;
			moved = true;
		}
	}
	return most;
}

static bool serves(const struct process *p, const struct deeds *d)
{
	if (p->role == ROLE_SERVER || p->role == ROLE_WORKER)
		return true;
	if (p->role == ROLE_CLIENT)
		return false;
	/* Somebody who bound, or tried to, wanted to be found. */
	return d->listens || (d->has_end ? d->side == SIDE_SERVER : d->binds || d->holds_served);
}

struct columns columns_find(struct trace *t)
{
	struct deeds *deeds = find_deeds(t);
	struct columns c = {.count = 3 + rank_proxies(deeds, t)};

	c.of_process = arena_alloc(t->arena, (t->procs.count + 1) * sizeof *c.of_process);
	c.only_pairs = arena_alloc(t->arena, (t->procs.count + 1) * sizeof *c.only_pairs);
	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];
		const struct deeds *d = &deeds[p->index];

		c.of_process[p->index] = is_proxy(p) ? 1 + d->level : serves(p, d) ? c.count - 1 : 0;
		c.only_pairs[p->index] = d->pairs && !d->connects_otherwise && !d->listens;
	}
	return c;
}
