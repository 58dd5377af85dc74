/* st015: a parent that keeps the connected descriptor its child serves: the client never sees the end. */
#include "viewer/check/rule.h"

enum { REAPED_NS = 100000000 }; /* a parent that closes its copy when the child has ended has done so by then */

/* The parent may pass it on, to another child or by message: then it uses it after the fork. */
static bool parent_uses_it(const struct sock *s, const struct event *fork)
{
	for (size_t i = s->events.count; i-- > 0 && s->events.items[i]->t_ns > fork->t_ns;)
		if (s->events.items[i]->proc == fork->proc)
			return true;
	return false;
}

/* A parent that writes to its children's clients as well keeps them on purpose. */
static bool shares_any(struct inspection *in, const struct process *p)
{
	struct calls writes = rule_calls_by(rule_calls_by_thread(in, rule_writes), p);

	for (size_t i = 0; i < writes.count; i++) {
		const struct event *e = writes.items[i];
		const struct descriptor *d = e->socket && e->socket->accepted_from ? e->socket->descriptors : NULL;

		for (; d; d = d->next)
			if (d->proc->parent == p && d->proc->fork && d->proc->fork->t_ns < e->t_ns)
				return true;
	}
	return false;
}

static bool has_passed_any(struct inspection *in, const struct process *p)
{
	static const enum call_id ids[] = {CALL_sendmsg, CALL_UNKNOWN};
	struct calls sent = rule_calls_by(rule_calls_by_thread(in, ids), p);

	for (size_t i = 0; i < sent.count; i++)
		if (event_text(sent.items[i], "passed"))
			return true;
	return false;
}

static bool others_talked(const struct sock *s, const struct process *p)
{
	for (size_t i = 0; i < s->events.count; i++)
		if (s->events.items[i]->proc != p &&
		    (event_is_read(s->events.items[i]) || event_is_write(s->events.items[i])))
			return true;
	return false;
}

/* When a child was killed is not known: its parent may have been, at the same moment. Nor is what a program does that is not traced. */
static bool is_let_go(const struct descriptor *d)
{
	return descriptor_end_is_known(d) && d->proc->ending != END_LEFT;
}

/* The child's descriptor that came out of this one, once all have let go of theirs that have served with it: the child, or the program
 * that it became. *done_ns: when. NULL: there is none. */
static const struct descriptor *served_copy(const struct descriptor *parents, uint64_t *done_ns)
{
	const struct descriptor *copy = NULL;

	*done_ns = 0;
	for (const struct descriptor *d = parents->sock->descriptors; d; d = d->next) {
		if (d->proc == parents->proc)
			continue;
		if (!is_let_go(d))
			return NULL;
		if (d->gone_ns > *done_ns)
			*done_ns = d->gone_ns;
		if (d->from == parents && d->proc->fork)
			copy = d;
	}
	return copy && others_talked(parents->sock, parents->proc) ? copy : NULL;
}

/* The end that the client got went out so long after the child had let go of the connection. */
static bool client_waited(const struct conn *c, uint64_t done_ns)
{
	const struct sock *client = c->ends[SIDE_CLIENT].sock, *server = c->ends[SIDE_SERVER].sock;
	const struct event *seen = c->ends[SIDE_CLIENT].eof_seen;
	uint64_t from_ns = seen && seen->t_ns > done_ns ? seen->t_ns : done_ns;

	return seen && rule_is(client->boot, server->boot) && event_end_ns(seen) > from_ns + REAPED_NS;
}

static bool accepts_behind_wait(struct inspection *in, struct thread_calls accepts, const struct process *child)
{
	static const enum call_id ids[] = {CALL_wait, CALL_waitpid, CALL_wait3, CALL_wait4, CALL_waitid, CALL_UNKNOWN};
	struct calls waits = rule_calls_by(rule_calls_by_thread(in, ids), child->parent);

	for (size_t i = 0; i < waits.count; i++)
		if (rule_succeeded(waits.items[i]) && waits.items[i]->ret == child->pid)
			return rule_thread_next(accepts, waits.items[i]);
	return false;
}

/* Nothing came of it where the child's shutdown has sent the end. A parent may close its copy when the child has ended; and one that was
 * killed has it until nobody knows when. */
static bool is_kept_too_long(struct inspection *in, struct thread_calls accepts, const struct conn *c,
			     const struct descriptor *copy, uint64_t done_ns)
{
	const struct event *sent = c->ends[SIDE_SERVER].eof_sent;

	if (sent && sent->call == CALL_shutdown)
		return false;
	return sock_is_held(copy->sock, done_ns + REAPED_NS) || client_waited(c, done_ns) ||
	       accepts_behind_wait(in, accepts, copy->proc);
}

static void check(struct inspection *in)
{
	struct calls accepts = rule_calls_of(in, rule_accepts);
	struct thread_calls by_thread = rule_calls_by_thread(in, rule_accepts);

	for (size_t i = 0; i < accepts.count; i++) {
		const struct event *e = accepts.items[i], *again;
		const struct sock *s = e->conn ? e->conn->ends[SIDE_SERVER].sock : NULL;
		const struct descriptor *kept, *copy;
		struct finding *f;
		uint64_t done_ns;

		if (!rule_succeeded(e) || !s || s->made != e || !rule_saw_all(in, e->proc))
			continue;
		kept = rule_kept_open(s, e->proc);
		copy = kept ? served_copy(kept, &done_ns) : NULL;
		again = copy ? rule_thread_next(by_thread, copy->proc->fork) : NULL;
		if (!again || (again->kind == EVENT_CALL && again->err) ||
		    !is_kept_too_long(in, by_thread, e->conn, copy, done_ns) || parent_uses_it(s, copy->proc->fork) ||
		    has_passed_any(in, e->proc) || shares_any(in, e->proc))
			continue;
		f = rule_report(
			in, GRADE_PROVED, copy->proc->fork,
			rule_say(in, "the parent keeps descriptor %d open: no end reaches the client", kept->fd),
			"Close it in the parent, behind the fork: the last copy's close sends the FIN.");
		if (f->times == 1)
			f->conn = e->conn;
	}
}

const struct rule st015_parent_keeps_connfd = {
	.id = "ST015-parent-keeps-connfd",
	.title = "keeps the child's connection open in the parent",
	.grade = GRADE_PROVED,
	.check = check,
};
