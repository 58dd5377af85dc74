/* fates: what became of each process's descriptors of each socket. */
#include "viewer/compare/making.h"

struct thread {
	const struct process *proc;
	uint32_t tid;
	uint64_t last_ns;
};

static uint64_t hash_pair(const void *a, const void *b)
{
	return hash_number((uintptr_t)a, (uintptr_t)b);
}

static bool same_holder(const void *value, const void *key)
{
	const struct holding *a = value, *b = key;

	return a->proc == b->proc && a->sock == b->sock;
}

static bool same_thread(const void *value, const void *key)
{
	const struct thread *t = value;
	const struct event *e = key;

	return t->proc == e->proc && t->tid == e->tid;
}

/* Who ended by itself has left open what it did not close; what was open at an exec may have gone on in the next image. */
static enum fate fate_of(const struct descriptor *d)
{
	if (d->closed)
		return FATE_CLOSED;
	return d->proc->ending == END_EXIT ? FATE_LEFT : FATE_UNKNOWN;
}

static bool is_later(const struct event *e, const struct event *than)
{
	return !than || event_end_ns(e) > event_end_ns(than);
}

static void add(struct fates *f, const struct descriptor *d)
{
	struct holding key = {.proc = d->proc, .sock = d->sock};
	uint64_t hash = hash_pair(d->proc, d->sock);
	struct holding *h = map_find(&f->by_holder, hash, same_holder, &key);
	enum fate fate = fate_of(d);

	if (!h) {
		h = arena_alloc(f->arena, sizeof *h);
		*h = key;
		h->fate = FATE_CLOSED;
		h->forked = d->born && d->born->kind == EVENT_INHERIT;
		map_add(&f->by_holder, hash, h);
	}
	if (fate != FATE_CLOSED)
		h->fate = fate;
	else if (is_later(d->closed, h->closed))
		h->closed = d->closed;
}

static void note_thread(struct fates *f, const struct event *e)
{
	uint64_t hash = hash_number((uintptr_t)e->proc, e->tid);
	struct thread *t = map_find(&f->threads, hash, same_thread, e);

	if (!t) {
		t = arena_alloc(f->arena, sizeof *t);
		*t = (struct thread){.proc = e->proc, .tid = e->tid};
		map_add(&f->threads, hash, t);
	}
	if (!e->abandoned)
		t->last_ns = e->t_ns;
}

void fates_find(struct fates *f, const struct trace *t)
{
	f->arena = arena_new();
	for (size_t i = 0; i < t->descriptors.count; i++)
		add(f, t->descriptors.items[i]);
	for (size_t i = 0; i < t->events.count; i++)
		if (t->events.items[i]->proc->ending != END_EXIT)
			note_thread(f, t->events.items[i]);
}

void fates_free(struct fates *f)
{
	map_free(&f->by_holder);
	map_free(&f->threads);
	arena_free(f->arena);
}

const struct holding *fates_of(const struct fates *f, const struct process *p, const struct sock *s)
{
	struct holding key = {.proc = p, .sock = s};

	return p && s ? map_find(&f->by_holder, hash_pair(p, s), same_holder, &key) : NULL;
}

bool fates_went_on(const struct fates *f, const struct event *e)
{
	const struct thread *t = map_find(&f->threads, hash_number((uintptr_t)e->proc, e->tid), same_thread, e);

	return t && t->last_ns > e->t_ns;
}
