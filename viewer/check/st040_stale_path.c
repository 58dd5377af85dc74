/* st040: a Unix socket's path that is still there from a server that is gone: bind finds it in use. */
#include "viewer/check/rule.h"

static bool is_same_path(const struct event *a, const struct event *b)
{
	const char *path = a->addr && a->addr->path ? a->addr->path : "";

	return b->addr && *path && rule_is(b->addr->path, path) && a->proc->boot == b->proc->boot &&
	       (*path == '/' || rule_is(a->proc->cwd, b->proc->cwd));
}

/* Who removes the file and binds again has seen to it. */
static bool gets_it_later(const struct inspection *in, const struct event *e)
{
	struct calls calls = rule_calls(in, CALL_bind);

	for (size_t i = 0; i < calls.count; i++)
		if (calls.items[i]->t_ns > e->t_ns && rule_succeeded(calls.items[i]) &&
		    calls.items[i]->proc == e->proc && is_same_path(calls.items[i], e))
			return true;
	return false;
}

/* A socket in the trace was bound to the path: *lives, it still is, for all that is known. */
static bool was_bound(const struct inspection *in, const struct event *e, bool *lives)
{
	bool found = false;

	*lives = false;
	for (size_t i = 0; i < in->t->socks.count; i++) {
		const struct sock *s = in->t->socks.items[i];

		if (!s->bound || s->bound == e || s->bound->t_ns > e->t_ns || !is_same_path(s->bound, e))
			continue;
		found = true;
		*lives |= rule_may_be_open(s, e->t_ns);
	}
	return found;
}

/* Somebody was told, later, that nobody listens there. */
static bool was_refused(const struct inspection *in, const struct event *e)
{
	struct calls calls = rule_calls(in, CALL_connect);

	for (size_t i = 0; i < calls.count; i++)
		if (rule_is(calls.items[i]->err, "ECONNREFUSED") && calls.items[i]->t_ns > e->t_ns &&
		    is_same_path(calls.items[i], e))
			return true;
	return false;
}

/* Where nothing of a server that was there is in the trace, it may run: advice. A program that tries again and again is told once. */
static void check(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_bind);
	const struct event *before = NULL;

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		bool lives, is_stale;

		if (!rule_is(e->err, "EADDRINUSE") || !e->addr || !e->addr->path || !e->socket ||
		    !rule_saw_all(in, e->proc) || (before && before->proc == e->proc && is_same_path(before, e)))
			continue;
		before = e;
		is_stale = was_bound(in, e, &lives) || was_refused(in, e);
		if (lives || gets_it_later(in, e))
			continue;
		rule_report(in, is_stale ? GRADE_PROBABLE : GRADE_ADVICE, e,
			    is_stale ? "bind gave EADDRINUSE: the path is there, its server is gone"
				     : "bind gave EADDRINUSE: the path is there already",
			    "The file stays when its server ends: unlink(addr.sun_path) before bind.");
	}
}

const struct rule st040_stale_path = {
	.id = "ST040-stale-path",
	.title = "binds a Unix socket to a path that exists",
	.grade = GRADE_PROBABLE,
	.check = check,
};
