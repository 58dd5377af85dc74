/* watching: which listeners a process waits for in one call together with what their clients send. */
#include <limits.h>
#include <stdlib.h>

#include "viewer/compare/making.h"

/* A descriptor's number in a process, through which a listener was had at some time. */
struct watched {
	const struct process *proc;
	int fd;
	bool polled; /* it was seen in a set of several that a call waited for */
};

static bool same_watched(const void *value, const void *key)
{
	const struct watched *a = value, *b = key;

	return a->proc == b->proc && a->fd == b->fd;
}

static uint64_t hash_of(const struct process *p, int fd)
{
	return hash_number(hash_number(0, (uintptr_t)p), (uint64_t)fd);
}

static struct watched *watched_at(const struct watching *w, const struct process *p, int fd)
{
	struct watched key = {.proc = p, .fd = fd};

	return map_find(&w->known, hash_of(p, fd), same_watched, &key);
}

static void expect_listener(struct watching *w, struct arena *a, const struct sock *listener)
{
	for (const struct descriptor *d = listener->descriptors; d; d = d->next) {
		struct watched *new;

		if (watched_at(w, d->proc, d->fd))
			continue;
		new = arena_alloc(a, sizeof *new);
		*new = (struct watched){.proc = d->proc, .fd = d->fd};
		map_add(&w->known, hash_of(d->proc, d->fd), new);
		w->unseen++;
	}
}

/* poll's and select's sets hold the numbers of descriptors, and in the case of poll nothing else that is a number. */
static void note_set(struct watching *w, const struct event *e, const char *set)
{
	if (!set || !strchr(set, ','))
		return;
	for (const char *at = set; *at; at++) {
		struct watched *seen;
		char *end;
		long fd;

		if (*at < '0' || *at > '9')
			continue;
		fd = strtol(at, &end, 10);
		seen = fd <= INT_MAX ? watched_at(w, e->proc, (int)fd) : NULL;
		if (seen && !seen->polled) {
			seen->polled = true;
			w->unseen--;
		}
		at = end - 1;
	}
}

static bool is_poll(const struct event *e)
{
	return e->call == CALL_poll || e->call == CALL_ppoll || e->call == CALL_select || e->call == CALL_pselect;
}

static void note_poll(struct watching *w, const struct event *e)
{
	int64_t count;

	if (!e->args_at || (e->call == CALL_poll && event_arg_int(e, "nfds", &count) && count < 2))
		return;
	note_set(w, e, event_arg_text(e, "fds"));
	note_set(w, e, event_arg_text(e, "readfds"));
}

static bool same_pointer(const void *value, const void *key)
{
	return value == key;
}

static bool is_epolled(const struct watching *w, const struct sock *listener)
{
	return map_find(&w->epolled, hash_number(0, (uintptr_t)listener), same_pointer, listener) != NULL;
}

/* Who waits for a connection with epoll waits for its listener there too. */
static void note_epoll(struct watching *w, const struct event *e)
{
	struct sock *listener = e->socket ? e->socket->accepted_from : NULL;

	if (listener && !is_epolled(w, listener))
		map_add(&w->epolled, hash_number(0, (uintptr_t)listener), listener);
}

void watching_find(struct watching *w, const struct canon *c)
{
	for (size_t i = 0; i < c->listeners.count; i++)
		expect_listener(w, c->arena, c->listeners.items[i].sock);
	for (size_t i = 0; i < c->trace->events.count; i++) {
		const struct event *e = c->trace->events.items[i];

		if (e->call == CALL_epoll_ctl)
			note_epoll(w, e);
		else if (is_poll(e) && w->unseen)
			note_poll(w, e);
	}
}

/* One process that was seen to do it is enough. */
bool watching_has(const struct watching *w, const struct sock *listener)
{
	for (const struct descriptor *d = listener->descriptors; d; d = d->next)
		if (watched_at(w, d->proc, d->fd)->polled)
			return true;
	return is_epolled(w, listener);
}

void watching_free(struct watching *w)
{
	map_free(&w->known);
	map_free(&w->epolled);
}
