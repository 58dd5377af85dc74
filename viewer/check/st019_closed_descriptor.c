/* st019: uses a descriptor that the program itself has closed, or closes it twice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

enum { SET_LEN = 1024 }; /* of a set's text: at most 128 numbers */

static const enum call_id uses[] = {CALL_close,   CALL_read,     CALL_write,      CALL_readv,   CALL_writev,
				    CALL_send,    CALL_recv,     CALL_sendto,     CALL_sendmsg, CALL_recvfrom,
				    CALL_recvmsg, CALL_shutdown, CALL_accept,     CALL_accept4, CALL_bind,
				    CALL_connect, CALL_listen,   CALL_setsockopt, CALL_UNKNOWN};

/* What closes a descriptor; fclose that of its stream. */
static const enum call_id enders[] = {CALL_close, CALL_fclose, CALL_UNKNOWN};

/* A close that succeeded, with the one before it of the same number in the same process. */
struct closed {
	const struct event *event;
	struct closed *before; /* NULL: none */
};

/* The last close of each number, as far as they have been gone through. */
struct history {
	struct inspection *in;
	struct calls closes;
	size_t next;
	struct map last;
};

static bool same_number(const void *value, const void *key)
{
	const struct event *a = ((const struct closed *)value)->event, *b = key;

	return a->proc == b->proc && a->fd == b->fd;
}

static struct closed *find_closed(const struct history *h, const struct event *e)
{
	return map_find(&h->last, hash_number(e->proc->index, (uint64_t)e->fd), same_number, e);
}

static void add_closed(struct history *h, const struct event *e)
{
	struct closed *last = find_closed(h, e), *c = arena_alloc(h->in->t->arena, sizeof *c);

	if (!last) {
		c->event = e;
		map_add(&h->last, hash_number(e->proc->index, (uint64_t)e->fd), c);
		return;
	}
	*c = *last;
	*last = (struct closed){.event = e, .before = c};
}

/* The process's own last close of that number, before the call began. Asked in order of time. */
static const struct closed *own_close(struct history *h, const struct event *e)
{
	struct closed *c;

	for (; h->next < h->closes.count && h->closes.items[h->next]->t_ns <= e->t_ns; h->next++)
		if (!h->closes.items[h->next]->err)
			add_closed(h, h->closes.items[h->next]);
	c = find_closed(h, e);
	while (c && event_end_ns(c->event) > e->t_ns)
		c = c->before;
	return c;
}

/* Who closes all numbers, to become a daemon or before an exec, does not ask which are open. */
static bool is_sweep(struct calls closes, size_t at)
{
	const struct event *e = closes.items[at];

	for (size_t i = at > 8 ? at - 8 : 0; i < closes.count && i < at + 8; i++) {
		const struct event *c = closes.items[i];

		if (c != e && c->proc == e->proc && c->tid == e->tid && c->pc == e->pc &&
		    (c->fd == e->fd + 1 || c->fd == e->fd - 1))
			return true;
	}
	return false;
}

static bool talks(const struct event *e)
{
	return event_is_read(e) || event_is_write(e);
}

/* The thread has talked on that socket. Its own calls there may be none but one. */
static bool thread_talked(const struct sock *s, const struct event *thread, const struct event *but, bool *touched)
{
	bool talked = false;

	*touched = false;
	for (size_t i = 0; i < s->events.count && s->events.items[i] != but; i++) {
		const struct event *e = s->events.items[i];

		if (e->proc != thread->proc || e->tid != thread->tid)
			continue;
		*touched = true;
		talked |= talks(e);
	}
	return talked;
}

/*
 * The call found its descriptor closed by another thread that had never had to do with that socket: it had talked on one of the
 * same number, closed that, and closed the number once more when it was this thread's.
 */
static bool is_stolen(const struct closed *c, const struct event *e)
{
	const struct event *again = c->event, *first = c->before ? c->before->event : NULL;
	bool touched;

	if (!first || first->tid != again->tid || again->tid == e->tid || !first->socket || !again->socket ||
	    first->socket == again->socket)
		return false;
	if (!thread_talked(first->socket, again, first, &touched))
		return false;
	return thread_talked(again->socket, e, again, &touched) &&
	       !thread_talked(again->socket, again, again, &touched) && !touched;
}

/*
 * The thread closed the number itself, but before that another one had closed it twice, the second time for a socket that it had
 * never had to do with. If this was the next connection, on its way to this thread, two were handed on under one number, and the
 * thread that is told EBADF is not to blame. If it was a connection that the other turned away, it is.
 */
static bool may_be_of_two(const struct closed *c, const struct event *e)
{
	enum { FAR = 16 }; /* closes of that number */
	bool touched;

	if (c->event->tid != e->tid)
		return false;
	for (int i = 0; i < FAR && c->before; i++, c = c->before) {
		const struct event *again = c->event, *first = c->before->event;

		if (again->tid == e->tid || first->tid != again->tid || !again->socket ||
		    first->socket == again->socket)
			continue;
		thread_talked(again->socket, again, again, &touched);
		if (!touched)
			return true;
	}
	return false;
}

static void report_stolen(struct inspection *in, const struct closed *c)
{
	const char *ago = words_duration(in->t->arena, c->event->t_ns - c->before->event->t_ns);

	rule_report(in, GRADE_PROVED, c->event,
		    rule_say(in, "closed another thread's %d: its own was closed %s before", c->event->fd, ago),
		    "Close each descriptor once: its number is given to the next connection.");
}

static void report(struct inspection *in, const struct closed *c, const struct event *e)
{
	const char *ago = words_duration(in->t->arena, e->t_ns - c->event->t_ns);
	bool elsewhere = c->event->tid != e->tid;

	rule_report(in, may_be_of_two(c, e) ? GRADE_ADVICE : GRADE_PROVED, e,
		    rule_say(in, "%s on descriptor %d gave EBADF: closed %s%s before", event_call_name(e), e->fd,
			     elsewhere ? "by another thread " : "", ago),
		    e->call == CALL_close ? "Close each descriptor once, in one place."
		    : elsewhere           ? "Let one thread alone close it, when all others are done with it."
					  : "Close it after its last use, or do not use it any more.");
}

/* A socket that the process had under that number from then on. */
static bool is_given_anew(const struct trace *t, const struct event *close, const struct event *e)
{
	for (size_t i = t->descriptors.count; i-- > 0;) {
		const struct descriptor *d = t->descriptors.items[i];

		if (d->proc == e->proc && d->fd == close->fd && d->born_ns >= close->t_ns && d->born_ns < e->t_ns)
			return true;
	}
	return false;
}

/* The thread's own close of a descriptor that a set still holds; NULL: there is none. */
static const struct event *closed_in_set(struct history *h, const struct event *e, const char *name)
{
	char set[SET_LEN];
	const char *text = event_arg_text(e, name), *at = set;
	struct event number = *e;

	snprintf(set, sizeof set, "%s", text ? text : "");
	while ((at = strpbrk(at, "0123456789"))) {
		const struct closed *c;
		char *end;

		number.fd = (int)strtol(at, &end, 10);
		at = end;
		c = own_close(h, &number);
		if (c && c->event->tid == e->tid && !is_given_anew(h->in->t, c->event, e))
			return c->event;
	}
	return NULL;
}

/* select itself is told EBADF, again and again. The line to change is the close. A program has few places that call select: a trace in which so many
 * fail by turns was made to keep its reader busy. */
static void check_selects(struct inspection *in)
{
	enum { TURNS_MAX = 16 };
	static const enum call_id ids[] = {CALL_select, CALL_pselect, CALL_UNKNOWN};
	static const char *const sets[] = {"readfds", "writefds", "exceptfds"};
	struct history history = {.in = in, .closes = rule_calls_of(in, enders)};
	struct calls calls = rule_calls_of(in, ids);
	const struct event *before = NULL;
	size_t turns = 0;

	for (size_t i = 0; i < calls.count && turns < TURNS_MAX; i++) {
		const struct event *e = calls.items[i], *close = NULL;

		if (!rule_is(e->err, "EBADF") || !rule_saw_all(in, e->proc) ||
		    (before && before->proc == e->proc && before->pc == e->pc))
			continue;
		before = e;
		turns++;
		for (size_t k = 0; k < sizeof sets / sizeof *sets && !close; k++)
			close = closed_in_set(&history, e, sets[k]);
		if (close)
			rule_report(in, GRADE_PROVED, close,
				    rule_say(in, "descriptor %d is closed, but stays in the set: %s gave EBADF",
					     close->fd, event_call_name(e)),
				    "Take it out of the set where it is closed: FD_CLR(fd, &all).");
	}
	map_free(&history.last);
}

static void check_uses(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, uses), closes = rule_calls(in, CALL_close);
	struct history history = {.in = in, .closes = rule_calls_of(in, enders)};
	size_t at = 0; /* in closes, for they come in the same order */

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		const struct closed *closed;
		bool is_close = e->call == CALL_close;

		if (is_close)
			at++;
		if (!rule_is(e->err, "EBADF") || e->fd < 0 || !rule_saw_all(in, e->proc))
			continue;
		if (is_close && is_sweep(closes, at - 1))
			continue;
		closed = own_close(&history, e);
		if (closed && is_stolen(closed, e))
			report_stolen(in, closed);
		else if (closed)
			report(in, closed, e);
	}
	map_free(&history.last);
}

static void check(struct inspection *in)
{
	check_uses(in);
	check_selects(in);
}

const struct rule st019_closed_descriptor = {
	.id = "ST019-closed-descriptor",
	.title = "uses a descriptor that it has closed",
	.grade = GRADE_PROVED,
	.check = check,
};
