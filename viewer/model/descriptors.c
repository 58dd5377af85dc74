/* descriptors.c: which descriptor came from which, and when a socket's last one went. */
#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/model/passing.h"
#include "viewer/model/steps.h"

/* What happens to descriptors, put in the order of its effect: a descriptor is born when its call returns, and
 * gone when close begins. */
enum act_kind { ACT_INHERIT, ACT_BIRTH, ACT_PASS, ACT_RECEIVE, ACT_CLOSE, ACT_CLOSE_RANGE, ACT_IMAGE_END };

struct act {
	uint64_t t_ns;
	enum act_kind kind;
	struct process *proc;
	const struct event *event;
};

/* A number in a process. */
struct slot {
	struct process *proc;
	int fd;
	struct descriptor *now; /* NULL: closed */
	struct slot *next;      /* of the same process */
};

/* A socket that was sent in a message: the latest time. */
struct passage {
	const struct sock *sock;
	const struct descriptor *from;
	uint64_t at_ns;
};

struct table {
	struct build *b;
	struct map slots;
	struct map passages;   /* by socket */
	struct slot **of_proc; /* by the process's index */
	uint64_t *exec_ns;     /* by index: when this image's sockets were handed over by the one before; 0 */
	VEC(struct act *) acts;
};

static bool same_slot(const void *value, const void *key)
{
	const struct slot *a = value, *b = key;

	return a->proc == b->proc && a->fd == b->fd;
}

static struct slot *slot_of(struct table *t, struct process *p, int fd)
{
	struct slot key = {.proc = p, .fd = fd};
	uint64_t hash = hash_number(p->index, (uint64_t)fd);
	struct slot *s = map_find(&t->slots, hash, same_slot, &key);

	if (s)
		return s;
	s = arena_alloc(t->b->scratch, sizeof *s);
	*s = key;
	s->next = t->of_proc[p->index];
	t->of_proc[p->index] = s;
	map_add(&t->slots, hash, s);
	return s;
}

/* The number is free again, whatever took it: no later than t_ns, not before held_ns. */
static struct descriptor *release(struct slot *s, const struct event *by, uint64_t t_ns, uint64_t held_ns)
{
	struct descriptor *d = s->now;

	if (!d)
		return NULL;
	s->now = NULL;
	d->gone = by;
	d->gone_ns = t_ns;
	if (held_ns > d->sock->held_ns)
		d->sock->held_ns = held_ns;
	if (--d->sock->open == 0)
		d->sock->gone = by;
	return d;
}

static void close_slot(struct slot *s, const struct event *by, uint64_t t_ns)
{
	struct descriptor *d = release(s, by, t_ns, t_ns);

	if (!d)
		return;
	d->closed = by;
	if (d->sock->open == 0)
		d->sock->closed = by;
}

static void give_birth(struct table *t, struct slot *s, struct sock *sock, const struct act *act,
		       const struct descriptor *from)
{
	struct descriptor *d;

	if (s->now && s->now->sock == sock)
		return; /* told twice: a fork's inherit and the image's own */
	close_slot(s, act->event, act->t_ns);
	d = arena_alloc(t->b->t->arena, sizeof *d);
	*d = (struct descriptor){.proc = s->proc,
				 .sock = sock,
				 .fd = s->fd,
				 .born = act->event,
				 .born_ns = act->t_ns,
				 .gone_ns = UINT64_MAX,
				 .from = from,
				 .next = sock->descriptors};
	vec_push(&t->b->t->descriptors, d);
	sock->descriptors = d;
	s->now = d;
	sock->open++;
	sock->gone = sock->closed = NULL;
}

static struct descriptor *now_of(struct table *t, struct process *p, int fd, const struct sock *sock)
{
	struct descriptor *d = p && fd >= 0 ? slot_of(t, p, fd)->now : NULL;

	return d && (!sock || d->sock == sock) ? d : NULL;
}

static void inherit(struct table *t, const struct act *act)
{
	const struct event *e = act->event;
	struct process *giver = e->proc->image_of ? e->proc->image_of : e->proc->parent;
	struct descriptor *from;

	if (e->via && strcmp(e->via, "fork") != 0 && strcmp(e->via, "exec") != 0)
		giver = NULL; /* untraced, received */
	from = now_of(t, giver, e->fd, e->socket);
	if (from && giver == e->proc->image_of)
		from->handed_on = true;
	give_birth(t, slot_of(t, e->proc, e->fd), e->socket, act, from);
}

/* Whoever in another process has that number for that socket: the pidfd is not in the trace. */
static const struct descriptor *other_process_has(const struct event *e, const struct sock *s)
{
	int64_t fd;

	if (e->call != CALL_pidfd_getfd || !event_arg_int(e, "targetfd", &fd))
		return NULL;
	for (const struct descriptor *d = s->descriptors; d; d = d->next)
		if (d->fd == fd && !d->gone && d->proc != e->proc)
			return d;
	return NULL;
}

static void birth(struct table *t, const struct act *act)
{
	const struct event *e = act->event;
	const struct descriptor *from = now_of(t, e->proc, e->fd, e->socket);

	if ((e->call == CALL_dup2 || e->call == CALL_dup3) && e->ret != e->fd)
		close_slot(slot_of(t, e->proc, (int)e->ret), e, act->t_ns);
	for (size_t i = 0; i < 2; i++) {
		struct sock *s = build_sock(t->b, e->proc, e->more->made[i].sock);

		if (s && e->more->made[i].fd >= 0)
			give_birth(t, slot_of(t, e->proc, e->more->made[i].fd), s, act,
				   from ? from : other_process_has(e, s));
	}
}

static bool same_passage(const void *value, const void *key)
{
	return ((const struct passage *)value)->sock == key;
}

static struct passage *passage_of(struct table *t, const struct sock *s, bool add)
{
	uint64_t hash = hash_number(0, (uintptr_t)s);
	struct passage *p = map_find(&t->passages, hash, same_passage, s);

	if (p || !add)
		return p;
	p = arena_alloc(t->b->scratch, sizeof *p);
	p->sock = s;
	map_add(&t->passages, hash, p);
	return p;
}

static void pass(struct table *t, const struct act *act)
{
	const struct event *e = act->event;
	struct fdsocks passed = fdsocks_of(t->b->scratch, e, "passed");

	for (size_t i = 0; i < passed.count; i++) {
		struct sock *s = build_sock(t->b, e->proc, passed.items[i].sock);
		struct passage *p = s ? passage_of(t, s, true) : NULL;

		if (!p)
			continue;
		p->from = now_of(t, e->proc, passed.items[i].fd, s);
		p->at_ns = act->t_ns;
	}
}

/* The copy in the message holds the socket open from its sending on. */
static void receive(struct table *t, const struct act *act)
{
	const struct event *e = act->event;
	struct fdsocks received = fdsocks_of(t->b->scratch, e, "received");

	for (size_t i = 0; i < received.count; i++) {
		struct sock *s = build_sock(t->b, e->proc, received.items[i].sock);
		const struct passage *p = s ? passage_of(t, s, false) : NULL;
		struct slot *slot = slot_of(t, e->proc, received.items[i].fd);

		if (!s)
			continue;
		give_birth(t, slot, s, act, p ? p->from : NULL);
		if (p && slot->now->born == e)
			slot->now->born_ns = p->at_ns;
	}
}

/* All that the process had there, where its line had no room for each. */
static void close_all_between(struct table *t, const struct act *act)
{
	int64_t first = 0, last = INT64_MAX;

	if (!event_arg_int(act->event, "first", &first))
		event_arg_int(act->event, "lowfd", &first);
	event_arg_int(act->event, "last", &last);
	for (struct slot *s = t->of_proc[act->proc->index]; s; s = s->next)
		if (s->fd >= first && s->fd <= last)
			close_slot(s, act->event, act->t_ns);
}

static void close_range(struct table *t, const struct act *act)
{
	struct fdsocks closed = fdsocks_of(t->b->scratch, act->event, "closed");
	int64_t more;

	if (event_int(act->event, "closed_more", &more))
		close_all_between(t, act);
	for (size_t i = 0; i < closed.count; i++)
		if (now_of(t, act->proc, closed.items[i].fd, NULL))
			close_slot(slot_of(t, act->proc, closed.items[i].fd), act->event, act->t_ns);
}

/* Whether the trace has the end itself, and so its time. */
static bool ended_on_record(const struct process *p, const struct event *last)
{
	return p->ending == END_EXEC || last->kind == EVENT_EXIT;
}

/* An exec closes what it does not hand on; the end of a process is no close of the program's. */
static void end_image(struct table *t, const struct act *act)
{
	bool by_exec = act->proc->ending == END_EXEC && event_is_exec(act->event);
	uint64_t held_ns = ended_on_record(act->proc, act->event) ? act->t_ns : act->proc->last_ns;

	for (struct slot *s = t->of_proc[act->proc->index]; s; s = s->next) {
		struct descriptor *d = release(s, act->event, act->t_ns, held_ns);

		if (d && by_exec)
			d->closed = act->event;
	}
}

static void perform(struct table *t, const struct act *act)
{
	switch (act->kind) {
	case ACT_INHERIT:
		inherit(t, act);
		break;
	case ACT_BIRTH:
		birth(t, act);
		break;
	case ACT_CLOSE:
		if (now_of(t, act->proc, act->event->fd, act->event->socket))
			close_slot(slot_of(t, act->proc, act->event->fd), act->event, act->t_ns);
		break;
	case ACT_PASS:
		pass(t, act);
		break;
	case ACT_RECEIVE:
		receive(t, act);
		break;
	case ACT_CLOSE_RANGE:
		close_range(t, act);
		break;
	case ACT_IMAGE_END:
		end_image(t, act);
		break;
	}
}

static void plan(struct table *t, enum act_kind kind, uint64_t t_ns, struct process *p, const struct event *e)
{
	struct act *act = arena_alloc(t->b->scratch, sizeof *act);

	*act = (struct act){.t_ns = t_ns, .kind = kind, .proc = p, .event = e};
	vec_push(&t->acts, act);
}

/* A child has its parent's descriptors as of the fork, though its file tells later. */
static uint64_t inherited_ns(struct table *t, const struct event *e)
{
	const struct process *p = e->proc;
	uint64_t left_ns = t->b->left_ns[p->index];

	if (p->image_of && t->exec_ns[p->image_of->index] < e->t_ns)
		t->exec_ns[p->image_of->index] = e->t_ns;
	return left_ns && left_ns < e->t_ns ? left_ns : e->t_ns;
}

static bool has_number(const struct event *e)
{
	return e->ret >= 0 && e->ret <= INT32_MAX;
}

/* close lets go of the descriptor whatever else it answers (EINTR, EIO). */
static bool was_not_open(const struct event *close)
{
	return close->err && strcmp(close->err, "EBADF") == 0;
}

static void plan_event(struct table *t, struct event *e)
{
	bool dups_over = (e->call == CALL_dup2 || e->call == CALL_dup3) && has_number(e) && !e->err;

	if (e->more->pid)
		return; /* a vfork child's descriptors are its own */
	if (e->kind == EVENT_INHERIT && e->socket)
		plan(t, ACT_INHERIT, inherited_ns(t, e), e->proc, e);
	else if (e->kind == EVENT_CALL && (e->more->made[0].sock || dups_over))
		plan(t, ACT_BIRTH, event_end_ns(e), e->proc, e);
	else if (e->kind == EVENT_CALL && event_is_close(e) && e->socket && !was_not_open(e))
		plan(t, ACT_CLOSE, e->t_ns, e->proc, e);
	else if (e->kind == EVENT_CALL && (e->call == CALL_close_range || e->call == CALL_closefrom))
		plan(t, ACT_CLOSE_RANGE, e->t_ns, e->proc, e);
	else if (e->kind == EVENT_CALL && passing_may_carry(e) && !e->err)
		plan(t, flow_is_read(e) ? ACT_RECEIVE : ACT_PASS, flow_is_read(e) ? event_end_ns(e) : e->t_ns, e->proc,
		     e);
}

/* An image ends with its process, or when the next one has taken stock. What ended in an exec that goes untraced
 * lives on. Who was killed waiting may have had his sockets long after he began to wait: up to his parent's wait at the
 * latest, and where nobody waited for him longer than all whose end is known. */
static void plan_end(struct table *t, struct process *p)
{
	const struct event *last = t->b->last[p->index];
	uint64_t t_ns = p->last_ns;

	if (!last || p->ending == END_RUNNING)
		return;
	if (p->ending == END_LEFT)
		return;
	if (!ended_on_record(p, last) && t->b->dead_ns[p->index] > t_ns)
		t_ns = t->b->dead_ns[p->index];
	if (t->exec_ns[p->index] > t_ns)
		t_ns = t->exec_ns[p->index];
	plan(t, ACT_IMAGE_END, t_ns, p, last);
}

static bool acts_before(const void *a, const void *b)
{
	const struct act *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns;
	if (x->kind == ACT_IMAGE_END && y->kind == ACT_IMAGE_END)
		return x->proc->last_ns < y->proc->last_ns;
	return x->kind < y->kind;
}

/* An exec of a vfork child, which stands among its parent's calls, ends nothing of the parent's. */
static bool is_end(const struct event *closed, const struct event *gone)
{
	if (!gone || closed || gone->kind == EVENT_EXIT)
		return gone;
	return event_is_exec(gone) && !gone->more->pid && gone->proc->ending == END_EXEC;
}

bool descriptor_end_is_known(const struct descriptor *d)
{
	return is_end(d->closed, d->gone);
}

bool sock_end_is_known(const struct sock *s)
{
	return is_end(s->closed, s->gone);
}

void build_descriptors(struct build *b)
{
	struct table t = {.b = b};
	size_t procs = b->t->procs.count + 1;

	t.of_proc = arena_alloc(b->scratch, procs * sizeof *t.of_proc);
	t.exec_ns = arena_alloc(b->scratch, procs * sizeof *t.exec_ns);
	for (size_t i = 0; i < b->t->landmarks.count; i++)
		plan_event(&t, b->t->landmarks.items[i]);
	for (size_t i = 0; i < b->t->procs.count; i++)
		plan_end(&t, b->t->procs.items[i]);
	sort_stable(t.acts.items, t.acts.count, acts_before);
	for (size_t i = 0; i < t.acts.count; i++)
		perform(&t, t.acts.items[i]);
	vec_free(&t.acts);
	map_free(&t.slots);
	map_free(&t.passages);
}
