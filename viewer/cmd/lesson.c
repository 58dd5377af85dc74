/* lesson: the lesson's diagram, filled in with what happened. */
#include "viewer/cmd/command.h"

static const char *conn_name;

static const struct option options[] = {
	{OPTION_STRING, "conn", 0, "cN", &conn_name, "this connection (default: the one that shows most)", 0, 0},
	{0},
};

static bool draw(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		 struct err *err)
{
	unsigned conn = conn_name ? command_conn(t, conn_name, err) : 0;
	struct diagram *d;

	if (conn_name && !conn)
		return false;
	d = diagram_new(t, conn);
	if (!d)
		return err_set(err,
			       "nothing in the trace connected or was bound: `socktrace timeline` shows what there is");
	format->diagram(d, look, out);
	diagram_free(d);
	return true;
}

const struct command cmd_lesson = {
	.name = "lesson",
	.operands = "[TRACE...]",
	.summary = "draw the lesson's diagram, filled in with what happened",
	.about = "The fifteen boxes of the client/server lesson (CS:APP, chapter 11) for one connection. A dotted box "
		 "is a\n"
		 "step that did not happen; one marked \"not traced\" is a step that the trace cannot know of.\n",
	.options = options,
	.draw = draw,
};
