/* st020: a write that took a part only, and the rest never followed. */
#include <inttypes.h>
#include <string.h>

#include "viewer/check/imports.h"
#include "viewer/check/rule.h"

static const enum call_id writes[] = {CALL_write, CALL_send, CALL_sendto, CALL_UNKNOWN};

static bool took_a_part(const struct event *e, int64_t *asked)
{
	return e->kind == EVENT_CALL && e->ret > 0 &&
	       event_arg_int(e, e->call == CALL_write ? "count" : "len", asked) && *asked > e->ret;
}

static bool is_last_write(const struct event *e)
{
	const struct sock *s = e->socket;

	for (size_t i = s->events.count; i-- > 0 && s->events.items[i]->t_ns > e->t_ns;)
		if (event_is_write(s->events.items[i]))
			return false;
	return true;
}

/* Who sets a time limit gives up on a reader that is too slow, on purpose. */
static bool has_limit(const struct sock *s)
{
	for (size_t i = 0; i < s->events.count; i++)
		if (s->events.items[i]->call == CALL_setsockopt &&
		    rule_is(event_arg_text(s->events.items[i], "optname"), "SO_SNDTIMEO"))
			return true;
	return false;
}

/* A client says that this was all, and goes on to read the answer; NULL: not so. */
static const struct event *shut_to_read(const struct event *e)
{
	const struct event *shutdown = e->side == SIDE_CLIENT ? rule_next(e, CALL_shutdown) : NULL;

	if (!shutdown || shutdown->proc != e->proc || !rule_succeeded(shutdown) ||
	    !rule_is(event_arg_text(shutdown, "how"), "SHUT_WR"))
		return NULL;
	return rule_next_that(shutdown, event_is_read) ? shutdown : NULL;
}

/* The program's own end of the connection, or of what it writes there; NULL: there is none. */
static const struct event *own_end(const struct event *e)
{
	const struct event *shutdown = shut_to_read(e), *gone = e->socket->gone;

	if (shutdown)
		return shutdown;
	return gone && gone->proc == e->proc && (event_is_close(gone) || gone->kind == EVENT_EXIT) ? gone : NULL;
}

/* It came at once: nothing waited for room, and the other end was still reading. */
static bool gave_up_unasked(const struct event *e, struct thread_calls waits)
{
	const struct event *end = own_end(e), *wait = rule_thread_next(waits, e);
	const struct event *others_end = e->conn->ends[!e->side].eof_sent;

	if (!end || (e->conn->reset && e->conn->reset->by != e->side))
		return false;
	return (!wait || wait->t_ns > end->t_ns) && (!others_end || others_end->t_ns > end->t_ns);
}

/* The other end has read all that came, up to the end, and so not the rest. */
static bool is_missed(const struct event *e)
{
	const struct end *own = &e->conn->ends[e->side], *other = &e->conn->ends[!e->side];

	return other->eof_seen && other->read == own->written && !own->wrote_unseen && !other->read_unseen;
}

/* A signal that cuts a write short may ask the program to end, which it then does: unless it goes on to something else. */
static bool goes_on(struct inspection *in, const struct event *e)
{
	const struct thread_calls lists[] = {rule_calls_by_thread(in, rule_accepts),
					     rule_calls_by_thread(in, rule_reads),
					     rule_calls_by_thread(in, rule_writes)};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (rule_thread_next(lists[i], e))
			return true;
	return false;
}

/* Who asks for what goes out at once, or sets a clock, and closes, may mean to drop a slow reader: advice. */
static enum grade grade_of(struct inspection *in, const struct event *e)
{
	if ((!rule_is_blocking(e) && !shut_to_read(e)) || imports_alarm(in->t, e) || !goes_on(in, e))
		return GRADE_ADVICE;
	return is_missed(e) ? GRADE_PROVED : GRADE_PROBABLE;
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, writes);
	struct thread_calls waits = rule_calls_by_thread(in, rule_waits);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		int64_t asked;

		if (!e->conn || e->conn->kind != CONN_STREAM || e->side == SIDE_NONE || !took_a_part(e, &asked))
			continue;
		if (!is_last_write(e) || !gave_up_unasked(e, waits) || has_limit(e->socket) ||
		    !rule_saw_all(in, e->proc))
			continue;
		rule_report(in, grade_of(in, e), e,
			    rule_say(in, "%s took %" PRId64 " of %" PRId64 " B, and the rest never followed",
				     event_call_name(e), e->ret, asked),
			    "write may take a part: write the rest in a loop, as rio_writen does.");
	}
}

const struct rule st020_short_write = {
	.id = "ST020-short-write",
	.title = "does not write what write left over",
	.grade = GRADE_PROVED,
	.check = check,
};
