/* st024: both ends of a connection wait for each other, and nothing is under way. */
#include <string.h>

#include "viewer/check/imports.h"
#include "viewer/check/payload.h"
#include "viewer/check/rule.h"

/* Another process that has the socket too may write. One that was killed held it to an end that nobody knows. */
static bool holds(const struct descriptor *d, uint64_t at_ns)
{
	bool left = d->closed || (d->gone && d->gone->kind == EVENT_EXIT && d->gone_ns < at_ns);

	return !left;
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

/* The call in which this end waits, or waited until the other was killed: that end's death is what ended it. */
static const struct event *wait_of(const struct end *end, const struct end *other)
{
	const struct event *e = end->waiting;

	if (!e && other->waiting && other->proc && other->proc->ending != END_RUNNING)
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

/* Nobody but the two can do anything: proved. A thread that has made no call yet might. */
static enum grade grade_of(struct inspection *in, const struct event *one, const struct event *other)
{
	bool alone = one->kind == EVENT_PENDING && other->kind == EVENT_PENDING && event_text(one, "alone") &&
		     event_text(other, "alone");

	if (imports_alarm(in->t, one) || imports_alarm(in->t, other))
		return GRADE_ADVICE;
	return alone ? GRADE_PROVED : GRADE_PROBABLE;
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

/* What both have written fills the buffers of both: a write waits for room. Not proved: who looks while a program runs may find
 * both in writes that are about to return. */
static void check_writes(struct inspection *in, const struct event *asks, const struct event *serves)
{
	if (grade_of(in, asks, serves) != GRADE_PROVED)
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
		check_writes(in, asks, serves);
}

static void check(struct inspection *in)
{
	for (size_t i = 0; i < in->t->conns.count; i++)
		if (in->t->conns.items[i]->kind == CONN_STREAM)
			check_connection(in, in->t->conns.items[i]);
}

const struct rule st024_deadlock = {
	.id = "ST024-deadlock",
	.title = "waits for an end that waits for it",
	.grade = GRADE_PROVED,
	.check = check,
};
