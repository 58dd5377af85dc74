/* st024: both ends of a connection wait for each other, and nothing is under way. */
#include <string.h>

#include "viewer/check/imports.h"
#include "viewer/check/payload.h"
#include "viewer/check/rule.h"

enum {
	LEAST_FULL = 32768, /* bytes: Linux gives a connection more room than that, unless it is told otherwise */
	LEAST_WAIT_NS = 100000000,
};

/* Another process that has the socket too may write. One that was killed held it to an end that nobody knows. */
static bool holds(const struct descriptor *d, uint64_t at_ns)
{
	return !descriptor_end_is_known(d) || (!d->closed && d->gone_ns >= at_ns);
}

static bool is_alone(const struct end *end, const struct event *wait)
{
	for (const struct descriptor *d = end->sock->descriptors; d; d = d->next)
		if (d->proc != end->proc && holds(d, wait->t_ns))
			return false;
	return end->proc->threads == 1;
}

/* With a time limit a wait ends by itself. */
static bool has_limit(const struct sock *s)
{
	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];
		const char *option = e->call == CALL_setsockopt ? event_arg_text(e, "optname") : NULL;

		if (option && strstr(option, "TIMEO"))
			return true;
	}
	return false;
}

/* It did not find the end there when it came: nobody kills programs that hang any sooner. */
static bool has_waited(const struct event *read)
{
	return read->dt_ns >= LEAST_WAIT_NS;
}

/* The call in which this end waits, or waited until the other was killed: that end's death is what ended it. */
static const struct event *wait_of(const struct end *end, const struct end *other)
{
	const struct event *e = end->waiting;

	if (!e && other->waiting && other->proc && other->proc->ending != END_RUNNING && end->eof_seen &&
	    has_waited(end->eof_seen))
		e = end->eof_seen;
	return e && e->socket == end->sock && e->proc == end->proc ? e : NULL;
}

static uint64_t written_before(const struct conn *c, enum side side, uint64_t at_ns)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->events.count && c->events.items[i]->t_ns < at_ns; i++) {
		const struct event *e = c->events.items[i];

		if (e->side == side && e->kind == EVENT_CALL && event_is_write(e) && e->ret > 0)
			sum += e->ret;
	}
	return sum;
}

/* A read that has not returned wants all that it has room for, not what is there. */
static bool wants_more_than(const struct event *wait, uint64_t unread)
{
	const char *flags = wait->kind == EVENT_PENDING ? event_arg_text(wait, "flags") : NULL;
	int64_t len;

	return flags && strstr(flags, "MSG_WAITALL") && event_arg_int(wait, "len", &len) && len > 0 &&
	       (uint64_t)len > unread;
}

/* Nothing that would end its wait is under way to it. */
static bool has_read_all(const struct conn *c, enum side side, const struct event *wait,
			 const struct event *others_wait)
{
	uint64_t written = written_before(c, !side, others_wait->t_ns), read = c->ends[side].read;

	return read == written || (read < written && wants_more_than(wait, written - read));
}

static bool is_stuck(struct inspection *in, const struct end *end, const struct event *wait)
{
	return end->proc && end->sock && !end->wrote_unseen && !end->read_unseen && rule_saw_all(in, end->proc) &&
	       !(end->waiting && end->eof_sent && end->eof_sent->t_ns < wait->t_ns) && is_alone(end, wait) &&
	       !has_limit(end->sock);
}

/* What the client wrote last; NULL: nothing. */
static const struct event *last_question(const struct conn *c, const struct event *wait)
{
	for (size_t i = c->events.count; i-- > 0;) {
		const struct event *e = c->events.items[i];

		if (event_is_write(e) && e->side == SIDE_CLIENT && e->kind == EVENT_CALL && e->ret > 0 &&
		    e->t_ns <= wait->t_ns)
			return e;
	}
	return NULL;
}

static bool at_once(const struct event *a, const struct event *b)
{
	return (a->kind == EVENT_PENDING || event_end_ns(a) > b->t_ns) &&
	       (b->kind == EVENT_PENDING || event_end_ns(b) > a->t_ns);
}

/* The process has no other thread: one that has made no call yet, as one that waits for what a user types, might write. */
static bool is_only_thread(struct inspection *in, const struct event *wait)
{
	static const char *const names[] = {"pthread_create", "thrd_create", "clone", NULL};

	return wait->kind == EVENT_PENDING ? event_text(wait, "alone") != NULL
					   : imports_of(in->t, wait, names) == IMPORTS_NONE;
}

/* Nobody but the two can do anything, nor could: proved where both wait still. */
static enum grade grade_of(struct inspection *in, const struct event *one, const struct event *other)
{
	bool wait = one->kind == EVENT_PENDING && other->kind == EVENT_PENDING;

	if (imports_alarm(in->t, one) || imports_alarm(in->t, other) || !is_only_thread(in, one) ||
	    !is_only_thread(in, other))
		return GRADE_ADVICE;
	return wait ? GRADE_PROVED : GRADE_PROBABLE;
}

/* A buffer that was sent whole, without a newline in it, is st021's. */
static void check_reads(struct inspection *in, const struct conn *c, const struct event *asks,
			const struct event *serves)
{
	const struct event *question = last_question(c, asks);
	bool lacks_newline = question && payload_lacks_newline(question);

	if (!question || !has_read_all(c, SIDE_CLIENT, asks, serves) || !has_read_all(c, SIDE_SERVER, serves, asks))
		return;
	if (lacks_newline && payload_text_before_nuls(question) && c->ends[SIDE_CLIENT].writes == 1)
		return;
	rule_report(in, grade_of(in, asks, serves), asks,
		    "both ends wait in read for each other: neither will ever write",
		    lacks_newline ? "Who reads a line waits for its newline: write it too."
				  : "Say that nothing more comes: shutdown(clientfd, SHUT_WR).");
}

/* So much is under way from that end, what it is writing included, that it may fill the buffers of two kernels. */
static bool fills_buffers(const struct conn *c, enum side side, const struct event *wait)
{
	uint64_t read = c->ends[side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT].read;
	uint64_t written = written_before(c, side, wait->t_ns);
	int64_t len;

	if (event_arg_int(wait, wait->call == CALL_write ? "count" : "len", &len) && len > 0)
		written += (uint64_t)len;
	return written >= read + LEAST_FULL;
}

/* What both have written fills the buffers of both: a write waits for room. Not proved: who looks while a program runs may find
 * both in writes that are about to return. */
static void check_writes(struct inspection *in, const struct conn *c, const struct event *asks,
			 const struct event *serves)
{
	if (grade_of(in, asks, serves) != GRADE_PROVED || !fills_buffers(c, SIDE_CLIENT, asks) ||
	    !fills_buffers(c, SIDE_SERVER, serves))
		return;
	rule_report(in, GRADE_PROBABLE, asks, "both ends wait in write for each other: neither will ever read",
		    "Read what the server answers before you send it more.");
}

static void check_connection(struct inspection *in, const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT], *server = &c->ends[SIDE_SERVER];
	const struct event *asks = wait_of(client, server), *serves = wait_of(server, client);

	if (!asks || !serves || !at_once(asks, serves))
		return;
	if (!is_stuck(in, client, asks) || !is_stuck(in, server, serves))
		return;
	if (event_is_read(asks) && event_is_read(serves))
		check_reads(in, c, asks, serves);
	else if (event_is_write(asks) && event_is_write(serves))
		check_writes(in, c, asks, serves);
}

/* The read of one of a pair's ends that the process never came out of, while it had no other thread; NULL: there is none. */
static const struct event *pair_read_of(const struct conn *c, const struct process *p)
{
	for (size_t i = c->events.count; i-- > 0;) {
		const struct event *e = c->events.items[i];

		if (e->proc == p && e->kind == EVENT_PENDING && !e->abandoned && event_is_read(e))
			return event_text(e, "alone") ? e : NULL;
	}
	return NULL;
}

/* A handler of signals may write to the pair, and so wake the very process that reads there. */
static bool takes_no_signals(struct inspection *in, const struct event *wait)
{
	static const char *const takers[] = {"signal", "sigaction", "bsd_signal", "sigset", NULL};

	return imports_of(in->t, wait, takers) == IMPORTS_NONE;
}

/* Of the processes that have a pair's ends each waits in a read of one: whose, at most two; 0: somebody may still do something. */
static unsigned find_stuck(struct inspection *in, const struct conn *c, const struct event *waits[2])
{
	unsigned n = 0;

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		const struct end *end = &c->ends[side];

		if (!end->sock || end->unread || end->wrote_unseen || end->read_unseen || has_limit(end->sock))
			return 0;
		for (const struct descriptor *d = end->sock->descriptors; d; d = d->next) {
			const struct event *wait = holds(d, UINT64_MAX) ? pair_read_of(c, d->proc) : NULL;

			if (!holds(d, UINT64_MAX) || (n && wait == waits[0]) || (n == 2 && wait == waits[1]))
				continue;
			if (!wait || n == 2 || !rule_saw_all(in, d->proc) || !takes_no_signals(in, wait))
				return 0;
			waits[n++] = wait;
		}
	}
	return n;
}

/* A descriptor of the other end, which the process that waits has itself; NULL: it has none. */
static const struct descriptor *own_other_end(const struct conn *c, const struct event *wait)
{
	const struct sock *one = c->ends[SIDE_CLIENT].sock, *other = c->ends[SIDE_SERVER].sock;

	return rule_kept_open(wait->socket == one ? other : one, wait->proc);
}

/* The fork behind which the process should have closed that descriptor, of a child that had it too and is gone; NULL: none. */
static const struct event *fork_of_gone(const struct descriptor *kept)
{
	for (const struct descriptor *d = kept->sock->descriptors; d; d = d->next)
		if (d->from == kept && d->proc->parent == kept->proc && d->gone)
			return d->proc->fork;
	return NULL;
}

/* Both ends of a pair are in the process that made it and in its children, until they close the one that is not theirs. */
static void check_pair(struct inspection *in, const struct conn *c)
{
	const struct event *waits[2], *fork;
	const struct descriptor *kept;
	struct finding *f;
	unsigned stuck = rule_is_stream(c->ends[SIDE_CLIENT].sock) ? find_stuck(in, c, waits) : 0;

	if (stuck == 2) {
		rule_report(in, GRADE_PROVED, waits[0],
			    "both ends wait in read for each other: neither will ever write",
			    "Say that nothing more comes: shutdown(fd, SHUT_WR).");
		return;
	}
	kept = stuck ? own_other_end(c, waits[0]) : NULL;
	fork = kept ? fork_of_gone(kept) : NULL;
	if (!fork)
		return;
	f = rule_report(
		in, GRADE_PROVED, fork,
		rule_say(in, "read on %d waits for ever: its other end, %d, is still open here", waits[0]->fd,
			 kept->fd),
		rule_say(in, "Behind the fork close in the parent what is the child's: descriptor %d.", kept->fd));
	f->conn = c;
}

static void check(struct inspection *in)
{
	for (size_t i = 0; i < in->t->conns.count; i++)
		if (in->t->conns.items[i]->kind == CONN_STREAM)
			check_connection(in, in->t->conns.items[i]);
		else if (in->t->conns.items[i]->kind == CONN_PAIR)
			check_pair(in, in->t->conns.items[i]);
}

const struct rule st024_deadlock = {
	.id = "ST024-deadlock",
	.title = "waits for an end that waits for it",
	.grade = GRADE_PROVED,
	.check = check,
};
