/* canon: a trace without what differs from run to run, as text for diff and git. */
#include "viewer/compare/canon.h"
#include "viewer/cmd/command.h"

static unsigned payload;

static const struct option options[] = {
	{OPTION_CHOICE, "payload", 0, "text|hash|len|none", &payload, "of the bytes that were sent: what counts", 0, 0},
	{0},
};

static bool draw(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		 struct err *err)
{
	struct arena *arena;
	struct acts acts;
	struct canon *c;

	(void)look;
	if (format->ladder != text_ladder)
		return err_set(err, "the canonical form is text: it cannot be written as %s", format->name);
	arena = arena_new();
	acts_begin(&acts, arena, payload);
	acts.limit = canon_limit(t);
	c = canon_new(t, &acts);
	canon_print(c, out);
	canon_free(c);
	acts_end(&acts);
	arena_free(arena);
	return true;
}

static const struct example examples[] = {
	{"socktrace canon socktrace.out", "what counts of the trace, one connection after the other"},
	{0},
};

const struct command cmd_canon = {
	.name = "canon",
	.operands = "[TRACE...]",
	.summary = "print what counts of a trace, as text that diff and git compare",
	.about = "Without times, ports, pids, numbers of descriptors, the order of clients, and how bytes were cut "
		 "into\n"
		 "calls: two runs of one program print the same. `socktrace diff` compares two traces itself.\n",
	.examples = examples,
	.options = options,
	.draw = draw,
};
