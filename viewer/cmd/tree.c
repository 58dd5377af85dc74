/* tree: processes, and the lineage of their descriptors. */
#include "viewer/cmd/command.h"

static struct outline_options wanted;

static const struct option options[] = {
	{OPTION_TRUE, "every", 0, NULL, &wanted.every, "all lines, however many (default: 40 below one)", 0, 0},
	{0},
};

static bool draw(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		 struct err *err)
{
	(void)err; /* every trace has some */
	format->outline(outline_new(t, &wanted), look, out);
	return true;
}

static const struct example examples[] = {
	{"socktrace tree", "processes, and below them their descriptors"},
	{"socktrace tree --every --format=json | jq '.nodes[] | select(.end == \"open at exit\")'",
	 "descriptors that nobody closed"},
	{0},
};

const struct command cmd_tree = {
	.name = "tree",
	.operands = "[TRACE...]",
	.summary = "draw processes and the lineage of their descriptors",
	.about = "Below each process its descriptors: what made them, what they are copies of, who closed the last "
		 "copy,\n"
		 "and what was still open at the end.\n",
	.examples = examples,
	.options = options,
	.draw = draw,
};
