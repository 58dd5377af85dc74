/* st019: uses a descriptor that the program itself has closed, or closes it twice. */
#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

static const enum call_id uses[] = {CALL_close,   CALL_read,     CALL_write,  CALL_readv,   CALL_writev,
				    CALL_send,    CALL_recv,     CALL_sendto, CALL_sendmsg, CALL_recvfrom,
				    CALL_recvmsg, CALL_shutdown, CALL_accept, CALL_accept4, CALL_UNKNOWN};

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
static const struct event *own_close(struct history *h, const struct event *e)
{
	struct closed *c;

	for (; h->next < h->closes.count && h->closes.items[h->next]->t_ns <= e->t_ns; h->next++)
		if (!h->closes.items[h->next]->err)
			add_closed(h, h->closes.items[h->next]);
	c = find_closed(h, e);
	while (c && event_end_ns(c->event) > e->t_ns)
		c = c->before;
	return c ? c->event : NULL;
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

static const char *what(struct inspection *in, const struct event *e, const struct event *closed)
{
	const char *ago = words_duration(in->t->arena, e->t_ns - closed->t_ns);

	return rule_say(in, "%s on descriptor %d gave EBADF: closed %s before", event_call_name(e), e->fd, ago);
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, uses), closes = rule_calls(in, CALL_close);
	struct history history = {.in = in, .closes = closes};
	size_t at = 0; /* in closes, for they come in the same order */

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i], *closed;
		bool is_close = e->call == CALL_close;

		if (is_close)
			at++;
		if (!rule_is(e->err, "EBADF") || e->fd < 0 || !rule_saw_all(in, e->proc))
			continue;
		if (is_close && is_sweep(closes, at - 1))
			continue;
		closed = own_close(&history, e);
		if (!closed)
			continue;
		rule_report(in, GRADE_PROVED, e, what(in, e, closed),
			    is_close ? "Close each descriptor once, in one place."
				     : "Close it after its last use, or do not use it any more.");
	}
	map_free(&history.last);
}

const struct rule st019_closed_descriptor = {
	.id = "ST019-closed-descriptor",
	.title = "uses a descriptor that it has closed",
	.grade = GRADE_PROVED,
	.check = check,
};
