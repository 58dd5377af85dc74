/* unrecorded.c: since when somebody may accept from a listener of whom no record tells. */
#include <limits.h>
#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/model/passing.h"
#include "viewer/model/steps.h"

/* Where somebody unrecorded got what a process had, by time. A program gets only what its exec leaves open. */
struct leaks {
	VEC(const struct event *) children, programs;
};

/* How often a socket was sent in messages, and received. */
struct passage {
	const struct sock *sock;
	uint64_t first_ns; /* when it was sent */
	size_t sent, received;
};

/* What was said of numbers, by time: shall an exec close them? Those that begin with the same bits, all but so many: a range is a few
 * such blocks. */
struct orders {
	const struct process *proc;
	uint64_t block;
	unsigned bits;
	VEC(const struct event *) list;
};

struct search {
	struct build *b;
	struct leaks *leaks; /* by process, by index */
	struct map passages; /* by socket */
	struct map orders;   /* by process and block */
	uint64_t sizes;      /* of all these blocks: a bit each, 1 << bits */
};

static void note_from(struct sock *s, uint64_t ns)
{
	s->unrecorded_ns = ns < s->unrecorded_ns ? ns : s->unrecorded_ns;
}

/* Children and programs */

static bool starts_untraced(const struct event *e)
{
	bool starts = e->kind == EVENT_CALL ? !e->err : e->kind == EVENT_PENDING && !e->abandoned;

	return starts && e->call < CALL_COUNT && call_table[e->call].flags & CALL_PROC &&
	       line_has(e, "\"untraced\":");
}

/* Who is born with a socket has a file that says so. */
static bool leaves_no_file(const struct search *s, const struct event *e)
{
	const struct process *child;

	if (e->call == CALL_vfork)
		return false;
	child = lives_find_next(&s->b->lives, e->proc->boot, (uint32_t)e->ret, e->t_ns);
	return !child || child->parent != e->proc;
}

static void look_for_leak(struct search *s, const struct event *e)
{
	struct leaks *l = &s->leaks[e->proc->index];

	if (event_is_fork(e)) {
		if (starts_untraced(e) || leaves_no_file(s, e))
			vec_push_in(s->b->scratch, &l->children, e);
	} else if (starts_untraced(e)) {
		vec_push_in(s->b->scratch, &l->programs, e);
	}
}

static uint64_t time_of(const void *event)
{
	return ((const struct event *)event)->t_ns;
}

/* The first at that time or later, and not behind the other, which may be its own; UINT64_MAX: none. */
static uint64_t first_within(const struct event **by_time, size_t count, uint64_t from_ns, uint64_t to_ns)
{
	size_t first = count ? sort_below(by_time, count, time_of, from_ns) : 0;

	return first < count && by_time[first]->t_ns <= to_ns ? by_time[first]->t_ns : UINT64_MAX;
}

static bool args_have(const struct event *e, const char *flag)
{
	return e->args_at && memmem(event_args(e), e->args_len, flag, strlen(flag));
}

static bool same_orders(const void *value, const void *key)
{
	const struct orders *a = value, *b = key;

	return a->proc == b->proc && a->block == b->block && a->bits == b->bits;
}

static uint64_t orders_hash(const struct orders *o)
{
	return hash_number(hash_number(o->proc->index, o->bits), o->block);
}

static struct orders *find_orders(const struct search *s, const struct process *p, uint64_t block, unsigned bits)
{
	const struct orders key = {.proc = p, .block = block, .bits = bits};

	return map_find(&s->orders, orders_hash(&key), same_orders, &key);
}

static void add_order(struct search *s, const struct event *e, uint64_t block, unsigned bits)
{
	struct orders *o = find_orders(s, e->proc, block, bits);

	if (!o) {
		o = arena_alloc(s->b->scratch, sizeof *o);
		*o = (struct orders){.proc = e->proc, .block = block, .bits = bits};
		map_add(&s->orders, orders_hash(o), o);
		s->sizes |= UINT64_C(1) << bits;
	}
	vec_push_in(s->b->scratch, &o->list, e);
}

/* Python says it by ioctl, where others do by fcntl. */
static bool says_of_exec(const struct event *e)
{
	if (e->call == CALL_fcntl || e->call == CALL_fcntl64)
		return text_is(event_arg_text(e, "cmd"), "F_SETFD");
	return e->call == CALL_ioctl && (args_have(e, "\"FIOCLEX\"") || args_have(e, "\"FIONCLEX\""));
}

static bool says_of_range(const struct event *e)
{
	return e->call == CALL_close_range && args_have(e, "\"CLOSE_RANGE_CLOEXEC\"");
}

static void note_range(struct search *s, const struct event *e)
{
	int64_t first, last;

	if (!event_arg_int(e, "first", &first) || !event_arg_int(e, "last", &last) || first < 0)
		return;
	last = last < INT_MAX ? last : INT_MAX;
	for (unsigned bits; first <= last; first += INT64_C(1) << bits) {
		for (bits = 0; first % (INT64_C(2) << bits) == 0 && first + (INT64_C(2) << bits) - 1 <= last;)
			bits++;
		add_order(s, e, (uint64_t)first >> bits, bits);
	}
}

static void note_order(struct search *s, const struct event *e)
{
	if (e->kind != EVENT_CALL || e->err)
		return;
	if (!e->more->pid && says_of_range(e))
		note_range(s, e);
	else if (e->fd >= 0 && says_of_exec(e))
		add_order(s, e, (uint64_t)e->fd, 0);
}

static const struct event *last_of(const struct orders *o, const struct descriptor *d, uint64_t by_ns)
{
	size_t count = o ? sort_below(o->list.items, o->list.count, time_of, by_ns) : 0;

	return count && o->list.items[count - 1]->t_ns >= d->born_ns ? o->list.items[count - 1] : NULL;
}

/* What it was told last before that time about an exec; NULL: nothing. */
static const struct event *last_told(const struct search *s, const struct descriptor *d, uint64_t by_ns)
{
	const struct event *told = NULL;

	for (unsigned bits = 0; d->fd >= 0 && s->sizes >> bits; bits++) {
		const struct orders *o = find_orders(s, d->proc, (uint64_t)d->fd >> bits, bits);
		const struct event *one = last_of(o, d, by_ns);

		if (one && (!told || one->t_ns > told->t_ns))
			told = one;
	}
	return told;
}

static bool tells_to_close(const struct event *told)
{
	return args_have(told, "\"FD_CLOEXEC\"") || args_have(told, "\"FIOCLEX\"") || says_of_range(told);
}

static bool is_born_closing(const struct descriptor *d)
{
	return args_have(d->born, "\"SOCK_CLOEXEC\"") || args_have(d->born, "\"O_CLOEXEC\"") ||
	       args_have(d->born, "\"F_DUPFD_CLOEXEC\"") || args_have(d->born, "\"MSG_CMSG_CLOEXEC\"");
}

/* From when on an exec closes it; UINT64_MAX: none does, as far as is known. A child has what its parent had. */
static uint64_t closing_from_ns(const struct search *s, const struct descriptor *d)
{
	const struct event *told = last_told(s, d, d->gone_ns);

	while (!told && text_is(d->born->via, "fork") && d->from) {
		told = last_told(s, d->from, d->born_ns);
		d = d->from;
	}
	if (told)
		return tells_to_close(told) ? told->t_ns : UINT64_MAX;
	return is_born_closing(d) ? d->born_ns : UINT64_MAX;
}

static void look_at_holder(struct search *s, const struct descriptor *d)
{
	const struct leaks *l = &s->leaks[d->proc->index];
	uint64_t program_ns = first_within(l->programs.items, l->programs.count, d->born_ns, d->gone_ns);

	if (d->proc->lost)
		note_from(d->sock, d->born_ns);
	note_from(d->sock, first_within(l->children.items, l->children.count, d->born_ns, d->gone_ns));
	if (program_ns < UINT64_MAX && program_ns < closing_from_ns(s, d))
		note_from(d->sock, program_ns);
}

/* Gifts: who gave it may have it still */

static bool is_from_outside(const struct event *inherit)
{
	const struct process *p = inherit->proc;

	return text_is(inherit->via, "untraced") || text_is(inherit->via, "received") || (!p->parent && !p->image_of);
}

static bool same_passage(const void *value, const void *key)
{
	return ((const struct passage *)value)->sock == key;
}

static struct passage *passage_of(struct search *s, struct sock *sock)
{
	uint64_t hash = hash_number(0, (uintptr_t)sock);
	struct passage *p = map_find(&s->passages, hash, same_passage, sock);

	if (p)
		return p;
	p = arena_alloc(s->b->scratch, sizeof *p);
	p->sock = sock;
	map_add(&s->passages, hash, p);
	return p;
}

static void count_passing(struct search *s, const struct event *e)
{
	bool receives = flow_is_read(e);
	struct fdsocks carried = fdsocks_of(s->b->scratch, e, receives ? "received" : "passed");

	for (size_t i = 0; i < carried.count; i++) {
		struct sock *sock = build_sock(s->b, e->proc, carried.items[i].sock);
		struct passage *p = sock && sock->listener ? passage_of(s, sock) : NULL;

		if (!p)
			continue;
		if (receives)
			p->received++;
		else if (!p->sent++)
			p->first_ns = e->t_ns;
	}
}

/* Each message is received once. */
static void look_at_passage(struct search *s, struct sock *listener)
{
	const struct passage *p = passage_of(s, listener);

	if (p->received > p->sent)
		note_from(listener, 0);
	else if (p->sent > p->received)
		note_from(listener, p->first_ns);
}

static void look_at(struct search *s, const struct event *e)
{
	if (e->kind == EVENT_INHERIT && e->socket && is_from_outside(e))
		note_from(e->socket, 0);
	else if (e->kind == EVENT_CALL && passing_may_carry(e) && !e->err && !flow_is_aside(e))
		count_passing(s, e);
	else
		look_for_leak(s, e);
	note_order(s, e);
}

void build_unrecorded(struct build *b)
{
	struct search s = {.b = b};

	s.leaks = arena_alloc(b->scratch, (b->t->procs.count + 1) * sizeof *s.leaks);
	for (size_t i = 0; i < b->t->landmarks.count; i++)
		look_at(&s, b->t->landmarks.items[i]);
	for (size_t i = 0; i < b->t->socks.count; i++) {
		struct sock *sock = b->t->socks.items[i];

		if (!sock->listener)
			continue;
		look_at_passage(&s, sock);
		for (const struct descriptor *d = sock->descriptors; d; d = d->next)
			look_at_holder(&s, d);
	}
	map_free(&s.passages);
	map_free(&s.orders);
}
