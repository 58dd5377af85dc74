/* timeline: the client/server ladder of a trace. */
#include "viewer/cmd/command.h"

enum { LANES_WIDE = 6 };

static struct choice_words words;

static const struct option options[] = {
	{OPTION_STRING, "conn", 0, "c1,c4", &words.conns, "only these connections", 0, 0},
	{OPTION_STRING, "pid", 0, "N,N", &words.pids, "only these processes", 0, 0},
	{OPTION_STRING, "call", 0, "NAME,NAME", &words.calls, "only calls whose names begin so: accept is accept4 too",
	 0, 0},
	{OPTION_STRING, "from", 0, "TIME", &words.from, "only from then on: 1.5s, 200ms after the first step", 0, 0},
	{OPTION_STRING, "to", 0, "TIME", &words.to, "only up to then", 0, 0},
	{OPTION_TRUE, "errors", 0, NULL, &words.errors, "only what failed, and what led to it", 0, 0},
	{0},
};

static bool draw(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		 struct err *err)
{
	struct choice choice;
	struct ladder_options wanted = {.lanes = format->wide ? LANES_WIDE : text_lanes(look), .choice = &choice};
	struct ladder *l;

	if (!choice_read(&choice, t, &words, err))
		return false;
	l = ladder_new(t, &wanted);
	format->ladder(l, look, out);
	ladder_free(l);
	choice_free(&choice);
	return true;
}

const struct command cmd_timeline = {
	.name = "timeline",
	.operands = "[TRACE...]",
	.summary = "draw the client/server timeline",
	.about = "One row is one step in time, one column one process: clients left, servers right. Dashed arrows are\n"
		 "connection requests and ends (EOF), solid arrows are bytes; a bracket beside a column is a blocked "
		 "call.\n",
	.options = options,
	.draw = draw,
};
