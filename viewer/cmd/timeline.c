/* timeline: the client/server ladder of a trace. */
#include "viewer/cmd/command.h"

enum { ROWS_MOST = 3000, LANES_WIDE = 6 };

static const char *conn_name;
static bool every_row;

static const struct option options[] = {
	{OPTION_STRING, "conn", 0, "cN", &conn_name, "only this connection", 0, 0},
	{OPTION_TRUE, "every-row", 0, NULL, &every_row,
	 "all rows, however many (default: the first and last, 3000 in all)", 0, 0},
	{0},
};

static bool draw(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		 struct err *err)
{
	struct ladder_options wanted = {
		.lanes = format->wide ? LANES_WIDE : text_lanes(look),
		.rows = every_row ? 0 : ROWS_MOST,
	};
	struct ladder *l;

	if (conn_name && !(wanted.conn = command_conn(t, conn_name, err)))
		return false;
	l = ladder_new(t, &wanted);
	format->ladder(l, look, out);
	ladder_free(l);
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
