/* st035: a connection that is read, or written, byte by byte: a system call for each. */
#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

enum { MANY = 200 };

/* Calls of one line on one socket that moved a byte each. */
struct run {
	const struct event *first;
	uint64_t took_ns;
	unsigned count;
};

static bool asks_for_one(const struct event *e)
{
	int64_t count;

	return (event_arg_int(e, "count", &count) || event_arg_int(e, "len", &count)) && count == 1;
}

static void end_run(struct inspection *in, struct run *r)
{
	const struct event *e = r->first;

	if (r->count >= MANY && asks_for_one(e))
		rule_report(in, GRADE_ADVICE, e,
			    rule_say(in, "%s moved 1 B, %u times: %s in system calls", event_call_name(e), r->count,
				     words_duration(in->t->arena, r->took_ns)),
			    event_is_read(e)
				    ? "Read into a buffer and take the bytes from there, as rio_readlineb does."
				    : "Put the bytes together in a buffer, and write that at once.");
	*r = (struct run){0};
}

/* What stands between, in the other direction, does not count. */
static void check_socket(struct inspection *in, const struct sock *s)
{
	struct run runs[2] = {{0}, {0}}; /* reads, writes */

	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];
		bool is_write = event_is_write(e);
		struct run *r = &runs[is_write];

		if (e->kind != EVENT_CALL || (!is_write && !event_is_read(e)) || rule_is(e->via, "libc"))
			continue;
		if (r->count && (e->ret != 1 || e->pc != r->first->pc || e->proc != r->first->proc))
			end_run(in, r);
		if (e->ret != 1)
			continue;
		if (!r->count)
			r->first = e;
		r->took_ns += e->dt_ns;
		r->count++;
	}
	end_run(in, &runs[0]);
	end_run(in, &runs[1]);
}

static void check(struct inspection *in)
{
	for (size_t i = 0; i < in->t->socks.count; i++)
		if (rule_is_stream(in->t->socks.items[i]) && in->t->socks.items[i]->events.count >= MANY)
			check_socket(in, in->t->socks.items[i]);
}

const struct rule st035_byte_by_byte = {
	.id = "ST035-byte-by-byte",
	.title = "reads or writes byte by byte",
	.grade = GRADE_ADVICE,
	.check = check,
};
