/* stats: a trace in numbers. */
#include "viewer/cmd/command.h"

static bool draw(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		 struct err *err)
{
	struct stats *s;

	(void)err; /* every trace has some */
	s = stats_new(t);
	format->stats(s, look, out);
	stats_free(s);
	return true;
}

static const struct example examples[] = {
	{"socktrace stats", "the overview of a trace of any size"},
	{"socktrace stats --format=json | jq '.rows[] | {name, p99: .latency.p99_ns}'",
	 "a number from it, for a script"},
	{0},
};

const struct command cmd_stats = {
	.name = "stats",
	.operands = "[TRACE...]",
	.summary = "count calls, errors, latencies and kinds of connections",
	.about =
		"The overview of a trace of any size. A latency is the time from a call's entry to its return; calls "
		"that\n"
		"wait for somebody else (accept, read, poll) stand apart from those that do something (socket, "
		"write).\n"
		"\"not yet\" counts what came back with EAGAIN, EINPROGRESS or EINTR, and is in no latency; \"inside\" "
		"what\n"
		"had not returned at the end; an exec that succeeded never does, and is no row. \"write to read\" is "
		"the\n"
		"time from a write's entry to the return of the read that was waiting for it, \"in the backlog\" how "
		"long\n"
		"connections lay there before accept was called.\n"
		"Percentiles are exact up to 4096 calls of a name, beyond that off by at most 1/256.\n"
		"A connection's kind is the row of calls at both ends; x+ and (x y)+ stand for repeats.\n",
	.examples = examples,
	.draw = draw,
};
