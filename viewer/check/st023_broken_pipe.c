/* st023: a program that SIGPIPE ended in a write, or that took the EINTR of accept for its end. */
#include <string.h>

#include "viewer/check/rule.h"

/* With that flag a write gives EPIPE and raises nothing. */
static bool raises_nothing(const struct event *e)
{
	const char *flags = event_arg_text(e, "flags");

	return flags && strstr(flags, "MSG_NOSIGNAL");
}

/* The other end was closed before that: the end goes out before close returns. When a killed process let go is not known. */
static bool is_closed_before(const struct event *gone, const struct event *eof, const struct event *e)
{
	if (!gone || (!event_is_close(gone) && gone->kind != EVENT_EXIT) || gone->t_ns >= e->t_ns)
		return false;
	return event_end_ns(gone) < e->t_ns || (eof && event_end_ns(eof) <= e->t_ns);
}

/* The other end had refused what came: a write after that does not wait, it raises SIGPIPE. TCP's first write behind a close goes well,
 * unless something was unread. */
static bool was_refused(const struct event *e)
{
	const struct sock *other = e->conn->ends[!e->side].sock;
	const struct event *gone = other ? other->gone : NULL, *eof = e->conn->ends[e->side].eof_seen;
	const struct reset *r = e->conn->reset;

	if (!is_closed_before(gone, eof, e))
		return false;
	if (!rule_is_inet(e->socket) || (r && r->by != e->side && r->cause == gone))
		return true;
	for (size_t i = e->conn->events.count; i-- > 0;) {
		const struct event *w = e->conn->events.items[i];

		if (w->side == e->side && event_is_write(w) && w->ret > 0 && event_end_ns(w) <= e->t_ns)
			return is_closed_before(gone, eof, w);
	}
	return false;
}

/* Of a death that nobody waited for the signal is not known; who was killed in the middle of a write looks alike, unless it was one that
 * could not have gone well. */
static bool died_of_sigpipe(const struct event *e)
{
	if (e->side == SIDE_NONE || raises_nothing(e))
		return false;
	if (conn_ended_ns(e->conn, e->side) < e->t_ns)
		return false; /* after its own shutdown */
	return rule_is(e->proc->end_signal, "SIGPIPE") || (e->proc->ending == END_UNKNOWN && was_refused(e));
}

/* A child that its parent made for one client has nothing else to do: SIGPIPE ends that, as it ends a generator in a pipe. */
static bool is_for_one_client(const struct event *e)
{
	for (const struct descriptor *d = e->socket->descriptors; d; d = d->next)
		if (d->proc == e->proc && d->from && d->from->proc == e->proc->parent)
			return e->socket->accepted_from && e->proc->fork;
	return false;
}

/* Standard output and the like: who made them a connection has the program end as it would in a pipe. */
static bool is_as_in_pipe(const struct event *e)
{
	return is_for_one_client(e) || (e->fd >= 0 && e->fd <= 2);
}

static void check_writes(struct inspection *in)
{
	struct calls writes = rule_calls_of(in, rule_writes);

	for (size_t i = 0; i < writes.count; i++) {
		const struct event *e = writes.items[i];

		if (e->kind != EVENT_PENDING || e->abandoned || !e->conn || e->conn->kind != CONN_STREAM ||
		    !rule_saw_all(in, e->proc) || !died_of_sigpipe(e))
			continue;
		rule_report(
			in, is_as_in_pipe(e) ? GRADE_ADVICE : GRADE_PROVED, e,
			rule_say(in, "SIGPIPE ended the program in %s: the other end had closed", event_call_name(e)),
			"signal(SIGPIPE, SIG_IGN), and look at what write returns: EPIPE.");
	}
}

static const enum call_id children[] = {CALL_wait, CALL_waitpid, CALL_wait3, CALL_wait4, CALL_waitid, CALL_UNKNOWN};

/* A child of which the process had more: it was made for a client. Who serves as long as one program of its own runs makes it first. */
static bool is_made_for_client(struct thread_calls accepts, const struct process *child)
{
	struct calls calls = rule_calls_by(accepts, child->parent);

	for (size_t i = 0; i < calls.count; i++)
		if (rule_succeeded(calls.items[i]) && event_end_ns(calls.items[i]) <= child->fork->t_ns)
			return true;
	return false;
}

/* Whether a wait that succeeded got a child that was there before all clients. */
static bool got_first_child(struct inspection *in, struct thread_calls accepts, const struct event *wait)
{
	for (size_t i = 0; i < in->t->procs.count; i++) {
		const struct process *child = in->t->procs.items[i];

		if (child->parent == wait->proc && child->fork && child->pid == wait->ret)
			return !is_made_for_client(accepts, child);
	}
	return false;
}

/* A handler ran in this call that waited for a client's child: it was no signal that asks to end. */
static bool woken_by_child(struct inspection *in, struct thread_calls waited, struct thread_calls accepts,
			   const struct event *e)
{
	const struct event *first = rule_thread_first(waited, e, e->t_ns);

	return first && first->t_ns <= event_end_ns(e) && !got_first_child(in, accepts, first);
}

/* Who has gone on behind the end of a child may count them, and have ended with the last: unless it says that it failed. */
static bool may_be_done(struct thread_calls waited, struct thread_calls accepts, const struct event *e)
{
	struct calls before = rule_calls_by(waited, e->proc), calls = rule_calls_by(accepts, e->proc);

	for (size_t i = 0; i < calls.count; i++)
		if (rule_is(calls.items[i]->err, "EINTR") && calls.items[i]->t_ns < e->t_ns)
			return true;
	for (size_t i = 0; i < before.count && e->proc->end_status == 0; i++)
		if (before.items[i]->ret > 0 && before.items[i]->t_ns < e->t_ns)
			return true;
	return false;
}

static void check_accepts(struct inspection *in)
{
	struct calls accepts = rule_calls_of(in, rule_accepts);
	struct thread_calls by_thread = rule_calls_by_thread(in, rule_accepts);
	struct thread_calls waited = rule_calls_by_thread(in, children);

	for (size_t i = 0; i < accepts.count; i++) {
		const struct event *e = accepts.items[i];

		if (!rule_is(e->err, "EINTR") || e->proc->ending != END_EXIT || rule_thread_next(by_thread, e) ||
		    !woken_by_child(in, waited, by_thread, e) || may_be_done(waited, by_thread, e) ||
		    !rule_saw_all(in, e->proc))
			continue;
		rule_report(in, GRADE_PROVED, e, "a child's end woke accept with EINTR, and the server ended",
			    "Call accept again where errno is EINTR, or set SA_RESTART for SIGCHLD.");
	}
}

static void check(struct inspection *in)
{
	check_writes(in);
	check_accepts(in);
}

const struct rule st023_broken_pipe = {
	.id = "ST023-broken-pipe",
	.title = "ends because of a signal: SIGPIPE, or EINTR",
	.grade = GRADE_PROVED,
	.check = check,
};
