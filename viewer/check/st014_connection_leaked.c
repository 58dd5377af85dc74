/* st014: a connected descriptor that nobody closes, though its other end is done: the socket stays in CLOSE_WAIT. */
#include "viewer/check/imports.h"
#include "viewer/check/rule.h"

enum {
	ALL_LEFT = 2,        /* so many, and the process has closed none: proved */
	SOME_LEFT = 3,       /* so many beside those that it did close: probable */
	LIVED_ON = 2,        /* connections that the process made or took since */
	LONG_NS = 100000000, /* a thread that was to close it would have come to that */
};

/* Of one process. */
struct tally {
	unsigned left, closed;
};

struct lists {
	struct thread_calls accepts, connects, waits;
	struct tally *tallies;                                /* by a process's index */
	enum { NOT_ASKED, HAS_ONE, MAY_HAVE_MORE } * threads; /* likewise */
};

static const enum call_id connects[] = {CALL_connect, CALL_UNKNOWN};

/* Who has it to close: the process that read the end, which may have the socket from another. */
static const struct process *owner(const struct end *end)
{
	return end->eof_seen ? end->eof_seen->proc : end->proc;
}

static bool is_accepted(const struct end *end)
{
	return event_is_accept(end->made);
}

/* The process itself has talked on it, and nothing was done with it after that time. */
static bool is_done_with(const struct end *end, uint64_t since_ns)
{
	const struct sock *s = end->sock;
	bool talked = false;

	if (s->events.items[s->events.count - 1]->t_ns > since_ns)
		return false;
	for (size_t i = 0; i < s->events.count && !talked; i++) {
		const struct event *e = s->events.items[i];

		talked = e->proc == owner(end) && (event_is_read(e) || event_is_write(e));
	}
	return talked;
}

/* How many of those calls, LIVED_ON at most, the process brought to success after that time; one may have begun before. */
static unsigned successes(struct thread_calls all, const struct process *p, uint64_t since_ns)
{
	struct calls calls = rule_calls_by(all, p);
	unsigned n = 0;

	for (size_t i = calls.count; i-- > 0 && n < LIVED_ON;)
		n += rule_succeeded(calls.items[i]) && event_end_ns(calls.items[i]) > since_ns;
	return n;
}

/* What let the last descriptor go; NULL: nothing did, or a death of which nobody knows when it was. */
static const struct event *known_end(const struct end *end)
{
	const struct event *gone = end->sock ? end->sock->gone : NULL;

	if (!gone || event_is_close(gone) || gone->kind == EVENT_EXIT)
		return gone;
	return end->eof_sent && end->eof_sent->call != CALL_shutdown ? gone : NULL;
}

static bool answers_after(const struct sock *s, uint64_t since_ns)
{
	for (size_t i = s->events.count; i-- > 0 && s->events.items[i]->t_ns >= since_ns;)
		if (event_is_write(s->events.items[i]))
			return true;
	return false;
}

/* A thread that made no call yet is not in the trace, and may have the descriptor in its queue. */
static bool may_have_threads(struct inspection *in, const struct lists *l, const struct end *end)
{
	static const char *const names[] = {"pthread_create", "thrd_create", "clone", NULL};
	unsigned index = owner(end)->index;

	if (l->threads[index] == NOT_ASKED)
		l->threads[index] = imports_of(in->t, end->eof_seen, names) == IMPORTS_NONE ? HAS_ONE : MAY_HAVE_MORE;
	return owner(end)->threads > 1 || l->threads[index] == MAY_HAVE_MORE;
}

/* The only thread that there is goes on to its next client, and the descriptor stays. A client that has shut down one direction waits
 * for an answer: this may come when others have been heard. What a killed client did last may be a shutdown that it had no time to
 * record. */
static bool is_passed_over(struct inspection *in, const struct lists *l, const struct end *end, const struct end *other)
{
	const struct event *eof = end->eof_seen, *again = rule_thread_next(l->accepts, eof);
	const struct event *gone = known_end(other);
	uint64_t last_ns = owner(end)->last_ns;

	if (!again || (again->kind == EVENT_CALL && again->err) || answers_after(end->sock, event_end_ns(eof)) ||
	    may_have_threads(in, l, end))
		return false;
	if (gone && (event_is_close(gone) || gone->kind == EVENT_EXIT) && last_ns > gone->t_ns)
		return true;
	return owner(end)->ending == END_EXIT || (gone && last_ns > event_end_ns(eof) + LONG_NS);
}

/* The end was read, but the process, whose other threads may have been about to close it, lives on with the descriptor. */
static bool is_kept_after_end(struct inspection *in, const struct lists *l, const struct end *end,
			      const struct end *other)
{
	const struct event *eof = end->eof_seen;
	uint64_t since_ns = event_end_ns(eof);

	if (!other->sock || !other->sock->gone || !is_done_with(end, since_ns))
		return false;
	if (!is_accepted(end))
		return successes(l->connects, owner(end), since_ns) >= LIVED_ON;
	if (successes(l->accepts, owner(end), since_ns) < LIVED_ON ||
	    (rule_thread_next(l->accepts, eof) && may_have_threads(in, l, end)))
		return false;
	return rule_thread_next(l->waits, eof) || owner(end)->last_ns > since_ns + LONG_NS;
}

/* By then at the latest; UINT64_MAX: it is open, or who had it was killed, and nobody knows when. */
static uint64_t gone_ns(const struct sock *s)
{
	uint64_t latest_ns = 0;

	for (const struct descriptor *d = s->descriptors; d; d = d->next)
		if (d->gone_ns > latest_ns)
			latest_ns = d->gone_ns;
	return latest_ns;
}

/* Who serves one client after the other has not even read the end. An event loop would still be told of it. */
static bool is_never_looked_at(const struct lists *l, const struct end *end, const struct end *other)
{
	uint64_t since_ns = other->sock ? gone_ns(other->sock) : UINT64_MAX;

	if (!is_accepted(end) || since_ns == UINT64_MAX || owner(end)->threads > 1)
		return false;
	return !rule_calls_by(l->waits, owner(end)).count && is_done_with(end, since_ns) &&
	       successes(l->accepts, owner(end), since_ns) >= LIVED_ON;
}

static bool is_left(struct inspection *in, const struct lists *l, const struct end *end, const struct end *other)
{
	if (!rule_kept_open(end->sock, owner(end)) || !rule_saw_all(in, owner(end)))
		return false;
	return end->eof_seen ? is_kept_after_end(in, l, end, other) : is_never_looked_at(l, end, other);
}

static void report(struct inspection *in, enum grade grade, const struct conn *c, const struct end *end)
{
	const struct event *last = end->eof_seen ? end->eof_seen : end->made;
	struct finding *f = rule_report(
		in, grade, is_accepted(end) ? end->made : end->eof_seen,
		rule_say(in, "descriptor %d was never closed, though its %s is gone",
			 end->eof_seen ? last->fd : end->sock->made_fd, is_accepted(end) ? "client" : "server"),
		is_accepted(end) ? "When its client is done, after the last read: close(connfd)."
				 : "When its server is done, after the last read: close(clientfd).");

	if (!f->conn)
		f->conn = c;
}

/* The ends that somebody connected or accepted, and of which the process may have lost sight. */
static const struct end *end_in_question(const struct conn *c, enum side side)
{
	const struct end *end = &c->ends[side];

	if (c->kind != CONN_STREAM || !end->sock || !end->proc || !end->made || !end->sock->events.count)
		return NULL;
	return is_accepted(end) || (end->made->call == CALL_connect && end->eof_seen) ? end : NULL;
}

static void count(struct inspection *in, const struct lists *l)
{
	for (size_t i = 0; i < in->t->conns.count; i++)
		for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
			const struct conn *c = in->t->conns.items[i];
			const struct end *end = end_in_question(c, side);

			if (!end)
				continue;
			if (is_left(in, l, end, &c->ends[!side]))
				l->tallies[owner(end)->index].left++;
			else if (!rule_kept_open(end->sock, owner(end)))
				l->tallies[owner(end)->index].closed++;
		}
}

static enum grade grade_of(const struct tally *t)
{
	if (t->left >= ALL_LEFT && !t->closed)
		return GRADE_PROVED;
	return t->left >= SOME_LEFT ? GRADE_PROBABLE : GRADES;
}

static void check(struct inspection *in)
{
	struct lists l = {.accepts = rule_calls_by_thread(in, rule_accepts),
			  .connects = rule_calls_by_thread(in, connects),
			  .waits = rule_calls_by_thread(in, rule_waits),
			  .tallies = arena_alloc(in->t->arena, (in->t->procs.count + 1) * sizeof *l.tallies),
			  .threads = arena_alloc(in->t->arena, (in->t->procs.count + 1) * sizeof *l.threads)};

	count(in, &l);
	for (size_t i = 0; i < in->t->conns.count; i++)
		for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
			const struct conn *c = in->t->conns.items[i];
			const struct end *end = end_in_question(c, side);

			if (!end || !rule_kept_open(end->sock, owner(end)) || !rule_saw_all(in, owner(end)))
				continue;
			if (is_accepted(end) && end->eof_seen && is_passed_over(in, &l, end, &c->ends[!side]))
				report(in, GRADE_PROVED, c, end);
			else if (grade_of(&l.tallies[owner(end)->index]) < GRADES &&
				 is_left(in, &l, end, &c->ends[!side]))
				report(in, grade_of(&l.tallies[owner(end)->index]), c, end);
		}
}

const struct rule st014_connection_leaked = {
	.id = "ST014-connection-leaked",
	.title = "leaves connected descriptors open",
	.grade = GRADE_PROVED,
	.check = check,
};
