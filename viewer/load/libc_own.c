/* libc_own: what the C library does for itself: the sockets that a look-up of a name needs, the questions that stdio asks. */
#include "viewer/load/libc_own.h"

#include <string.h>

#include "viewer/base/map.h"
#include "viewer/model/thread_map.h"

struct own {
	struct map socks;   /* made by libc, or within a look-up */
	struct map threads; /* of each thread its latest look-up */
	struct arena *scratch;
};

static bool is_by_libc(const struct event *e)
{
	return (e->kind == EVENT_CALL || e->kind == EVENT_PENDING) && event_libc_for(e);
}

static bool is_lookup(const struct event *e)
{
	bool is_call = e->kind == EVENT_CALL || e->kind == EVENT_PENDING;

	return is_call && (e->call == CALL_getaddrinfo || e->call == CALL_getnameinfo || e->call == CALL_gethostbyname);
}

/* One that never returned lasts to the end of what the thread is seen to do. */
static bool is_within(const struct event *e, const struct event *lookup)
{
	return e->kind != EVENT_EXIT && e->kind != EVENT_LOST && e->t_ns >= lookup->t_ns &&
	       (lookup->kind == EVENT_PENDING || event_end_ns(e) <= event_end_ns(lookup));
}

struct place {
	const char *boot;
	uint64_t cookie;
};

static bool is_same(const void *value, const void *key)
{
	const struct place *a = value, *b = key;

	return a->cookie == b->cookie && a->boot == b->boot;
}

static bool has(const struct own *o, const struct event *e, uint64_t cookie)
{
	struct place p = {e->proc->boot, cookie};

	return cookie && map_find(&o->socks, hash_number(0, cookie), is_same, &p);
}

static void note_made(struct own *o, const struct event *e)
{
	bool makes = e->call == CALL_socket || e->call == CALL_socketpair || event_is_accept(e);

	for (int i = 0; i < 2; i++) {
		uint64_t cookie = makes ? e->more->made[i].sock : 0;
		struct place *p;

		if (!cookie || has(o, e, cookie))
			continue;
		p = arena_alloc(o->scratch, sizeof *p);
		*p = (struct place){e->proc->boot, cookie};
		map_add(&o->socks, hash_number(0, cookie), p);
	}
}

static bool asks_only(const struct event *e)
{
	return e->call == CALL_fcntl || e->call == CALL_ioctl || e->call == CALL_poll;
}

static bool begins_own(const struct event *e)
{
	return (e->call == CALL_socket || asks_only(e)) && is_by_libc(e);
}

static bool is_own(struct own *o, const struct event *e)
{
	const struct thread *thread = thread_find(&o->threads, e);
	const struct event *lookup = thread ? thread->value : NULL;
	bool within = lookup && is_within(e, lookup);

	if (is_lookup(e)) {
		/* One within another is the other's. */
		if (!within)
			thread_add(o->scratch, &o->threads, e)->value = (void *)e;
		return within;
	}
	if (within || begins_own(e)) {
		note_made(o, e);
		return true;
	}
	return has(o, e, e->sock);
}

/* What begins something of libc's own is a landmark: without one there is none. */
static bool has_any(const struct trace *t)
{
	for (size_t i = 0; i < t->landmarks.count; i++)
		if (is_lookup(t->landmarks.items[i]) || begins_own(t->landmarks.items[i]))
			return true;
	return false;
}

/* Returns how many events are the program's. */
static size_t leave_out(struct event **events, size_t count)
{
	struct own o = {.scratch = arena_new()};
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!is_own(&o, events[i]))
			events[kept++] = events[i];
	map_free(&o.socks);
	map_free(&o.threads);
	arena_free(o.scratch);
	return kept;
}

void libc_own_leave_out(struct trace *t)
{
	if (!has_any(t))
		return;
	t->events.count = leave_out(t->events.items, t->events.count);
	t->landmarks.count = leave_out(t->landmarks.items, t->landmarks.count);
}
