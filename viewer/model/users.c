/* users: which of the processes that had an end of a connection it belongs to. */
#include <unistd.h>

#include "viewer/model/steps.h"
#include "viewer/model/users.h"

static struct user *user_of(struct users *users, struct process *p)
{
	for (size_t i = users->list.count; i-- > 0;)
		if (users->list.items[i].proc == p)
			return &users->list.items[i];
	vec_push(&users->list, ((struct user){.proc = p, .fd = -1}));
	return &users->list.items[users->list.count - 1];
}

/* A program that was begun with it as its standard input and the like: who did that may be a vfork child. */
static bool is_begun_with(const struct event *e)
{
	return e->kind == EVENT_INHERIT && text_is(e->via, "exec") && e->fd <= STDERR_FILENO && e->socket &&
	       e->fd != e->socket->made_fd;
}

static bool is_placed(const struct event *e)
{
	bool is_dup = e->call == CALL_dup || e->call == CALL_dup2 || e->call == CALL_dup3;

	return is_begun_with(e) || (e->kind == EVENT_CALL && is_dup);
}

static enum use use_of(const struct event *e, bool moved)
{
	if (moved)
		return USE_MOVED;
	if ((e->kind == EVENT_CALL || e->kind == EVENT_PENDING) &&
	    (flow_is_read(e) || flow_is_write(e) || e->call == CALL_shutdown))
		return USE_TRIED;
	return is_placed(e) ? USE_PLACED : USES;
}

void users_note(struct users *users, const struct event *e, bool moved)
{
	enum use use = use_of(e, moved);
	struct user *u;

	if (e->more->pid || e->fd < 0)
		return;
	u = user_of(users, e->proc);
	if (use < USES)
		u->uses[use]++;
	if (use < USES || u->fd < 0)
		u->fd = e->fd;
}

static const struct user *busiest(const struct users *users, enum use use)
{
	const struct user *best = NULL;

	for (size_t i = 0; i < users->list.count; i++) {
		const struct user *u = &users->list.items[i];

		if (u->uses[use] > (best ? best->uses[use] : 0))
			best = u;
	}
	return best;
}

static void give(struct end *end, struct process *p, int fd)
{
	end->proc = p;
	end->fd = fd;
}

/* What a process put in its place is for the program that it becomes. */
static const struct descriptor *of_next_image(const struct end *end)
{
	const struct descriptor *lowest = NULL;

	for (const struct descriptor *d = end->sock->descriptors; d; d = d->next)
		if (d->proc->image_of == end->proc && (!lowest || d->fd < lowest->fd))
			lowest = d;
	return lowest;
}

static void hand_to_images(struct end *end)
{
	const struct descriptor *d;

	while ((d = of_next_image(end)))
		give(end, d->proc, d->fd);
}

/* When the process closed its last; UINT64_MAX: not at all. */
static uint64_t closed_ns(const struct sock *s, const struct process *p)
{
	uint64_t latest_ns = 0;

	for (const struct descriptor *d = s->descriptors; d; d = d->next) {
		if (d->proc != p)
			continue;
		if (!d->closed)
			return UINT64_MAX;
		if (d->gone_ns > latest_ns)
			latest_ns = d->gone_ns;
	}
	return latest_ns;
}

static bool is_recorded_whole(const struct process *p)
{
	return p->ending != END_LEFT && !p->lost && p->libc_calls;
}

/* Of a pair who had it when its maker had none any more. Of a server's connection who may have used it unrecorded, where somebody must have
 * answered: of all others it is known that they did nothing with it, as a helper that was made for something else. */
static bool may_serve(const struct descriptor *d, const struct end *end, const struct end *other,
		      uint64_t made_until_ns)
{
	if (d->closed || d->gone_ns <= made_until_ns)
		return false;
	return end->made->call == CALL_socketpair || (!is_recorded_whole(d->proc) && other->read);
}

/* The first of them. */
static void give_to_heir(struct end *end, const struct end *other)
{
	uint64_t until_ns = closed_ns(end->sock, end->proc);
	const struct descriptor *heir = NULL;

	for (const struct descriptor *d = end->sock->descriptors; d; d = d->next)
		if (may_serve(d, end, other, until_ns) && (!heir || d->born_ns <= heir->born_ns))
			heir = d;
	if (heir)
		give(end, heir->proc, heir->fd);
}

void users_choose(const struct users *users, struct end *end, const struct end *other)
{
	const struct event *made = end->made;
	const struct user *best = busiest(users, USE_MOVED);

	if (best) {
		give(end, best->proc, best->fd);
		return;
	}
	if (!made || !end->sock || (made->call != CALL_socketpair && !event_is_accept(made)))
		return;
	if ((best = busiest(users, USE_TRIED))) {
		give(end, best->proc, best->fd);
	} else if ((best = busiest(users, USE_PLACED))) {
		give(end, best->proc, best->fd);
		hand_to_images(end);
	} else {
		give_to_heir(end, other);
	}
}
