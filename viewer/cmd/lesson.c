/* lesson: the lesson's diagram, filled in with what happened. */
#include <string.h>

#include "viewer/cmd/command.h"
#include "viewer/scene/choice.h"

static const char *conn_name;
static bool accept_frames;

static const struct option options[] = {
	{OPTION_STRING, "conn", 0, "cN", &conn_name,
	 "this connection alone (default: one, with the counts of all to its listener)", 0, 0},
	{OPTION_TRUE, "accept", 0, NULL, &accept_frames,
	 "the three pictures of accept: waiting, the request, the connected descriptor", 0, 0},
	{0},
};

static bool draw_frames(struct trace *t, const struct conn *conn, const struct format *format, const struct look *look,
			struct buf *out, struct err *err)
{
	struct frames *f;

	if (!format->frames)
		return err_set(err, "lesson --accept cannot be written as %s", format->name);
	f = frames_new(t, conn, err);
	if (!f)
		return false;
	format->frames(f, look, out);
	return true;
}

static bool draw(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		 struct err *err)
{
	const struct conn *conn = conn_name ? choice_conn(t, conn_name, strlen(conn_name), err) : NULL;
	struct diagram *d;

	if (conn_name && !conn)
		return false;
	if (accept_frames)
		return draw_frames(t, conn, format, look, out, err);
	d = diagram_new(t, conn ? conn->id : 0);
	if (!d)
		return err_set(err,
			       "nothing in the trace connected or was bound: `socktrace timeline` shows what there is");
	format->diagram(d, look, out);
	diagram_free(d);
	return true;
}

static const struct example examples[] = {
	{"socktrace lesson", "the connection that shows most"},
	{"socktrace lesson --conn=c3 -o lesson.svg", "the third one, as a picture"},
	{0},
};

const struct command cmd_lesson = {
	.name = "lesson",
	.operands = "[TRACE...]",
	.summary = "draw the lesson's diagram, filled in with what happened",
	.about =
		"The fifteen boxes of the client/server lesson (CS:APP, chapter 11) for a connection; with several\n"
		"clients x and bytes count all. A dotted box is a step that did not happen; one marked \"not traced\"\n"
		"is a step that the trace cannot know of.\n",
	.examples = examples,
	.options = options,
	.draw = draw,
};
