/* timeline: the client/server ladder of a trace. */
#include "viewer/check/rule.h"
#include "viewer/cmd/command.h"
#include "viewer/format/paragraph.h"
#include "viewer/scene/steps.h"

enum {
	LANES_WIDE = 6,
	STRANDS_WIDE = 8,
	STEPS_MOST = 3000, /* that are drawn unasked */
	CONNS_MOST = 16,
};

enum { ROWS_AUTO, ROWS_STEPS, ROWS_CONNECTIONS };
enum { SCALE_EVEN, SCALE_TIME };

static struct choice_words words;
static unsigned rows, scale;
static bool follow, check;

static const struct option options[] = {
	{OPTION_LIST, "conn", 0, "c1,c4", &words.conns, "only these connections", 0, 0},
	{OPTION_LIST, "pid", 0, "N,N", &words.pids, "only these processes", 0, 0},
	{OPTION_LIST, "call", 0, "NAME,NAME", &words.calls, "only calls whose names begin so: accept is accept4 too", 0,
	 0},
	{OPTION_STRING, "from", 0, "TIME", &words.from, "only from then on: 1.5s, 200ms after the first step", 0, 0},
	{OPTION_STRING, "to", 0, "TIME", &words.to, "only up to then", 0, 0},
	{OPTION_TRUE, "errors", 0, NULL, &words.errors, "only what failed, and what led to it", 0, 0},
	{OPTION_CHOICE, "rows", 0, "auto|steps|connections", &rows, "what a row is (default: by how many there are)", 0,
	 0},
	{OPTION_CHOICE, "scale", 0, "even|time", &scale, "time: as far apart as in time, within bounds (default: even)",
	 0, 0},
	{OPTION_TRUE, "check", 0, NULL, &check, "mark the mistakes that `socktrace check` finds", 0, 0},
	{OPTION_TRUE, "follow", 0, NULL, &follow, "draw again while the trace grows, until its processes have ended", 0,
	 0},
	{0},
};

static size_t count_conns(const struct trace *t, const struct choice *choice)
{
	size_t count = 0;

	for (size_t i = 0; i < t->conns.count && count <= CONNS_MOST; i++)
		count += choice_has_conn(choice, t->conns.items[i]);
	return count;
}

/* Whether steps one below the other would be more than anybody reads. */
static bool is_too_much(const struct trace *t, const struct choice *choice)
{
	struct steps steps = {.most = 0};

	if (!choice->conns.count && count_conns(t, choice) > CONNS_MOST)
		return true;
	steps_find(&steps, t, choice);
	return steps.told > STEPS_MOST;
}

static void draw_overview(struct trace *t, const struct choice *choice, const struct format *format,
			  const struct look *look, struct buf *out)
{
	struct overview_options wanted = {.choice = choice, .whole_time = scale == SCALE_TIME};
	struct overview *o = overview_new(t, &wanted);

	format->overview(o, look, out);
	overview_free(o);
}

/* A remark on each mistake that check finds. */
static struct remark *remarks_of(struct trace *t, const struct findings *found)
{
	struct remark *remarks = arena_alloc(t->arena, (found->list.count + 1) * sizeof *remarks);

	for (size_t i = 0; i < found->list.count; i++) {
		const struct finding *f = &found->list.items[i];

		remarks[i] = (struct remark){
			.event = f->at,
			.text = arena_printf(t->arena, "%.*s %s", RULE_SHORT, f->rule->id, grade_name(f->grade)),
			.note = f->what,
			.tone = f->grade == GRADE_ADVICE ? TONE_WAIT : TONE_BAD};
	}
	return remarks;
}

/* In the picture there is no room for whole sentences. */
static void write_findings(struct trace *t, const struct findings *found, const struct look *look, struct buf *out)
{
	buf_puts(out, "\n");
	for (size_t i = 0; i < found->list.count; i++) {
		const struct finding *f = &found->list.items[i];

		paragraph(out, look, 0, 2,
			  arena_printf(t->arena, "%.*s %s: %s. %s", RULE_SHORT, f->rule->id, grade_name(f->grade),
				       f->what, f->cure),
			  TONE_PLAIN);
	}
	if (!found->list.count)
		paragraph(out, look, 0, 2, "check finds no mistakes", TONE_PLAIN);
}

static void draw_ladder(struct trace *t, const struct choice *choice, const struct format *format,
			const struct look *look, struct buf *out)
{
	struct findings *found = check ? check_trace(t, NULL) : NULL;
	struct ladder_options wanted = {
		.lanes = format->wide ? LANES_WIDE : text_lanes(look),
		.strands = format->wide ? STRANDS_WIDE : text_strands(look),
		.strands_of_many = format->wide ? STRANDS_WIDE : text_strands_of_many(look),
		.choice = choice,
		.remarks = found ? remarks_of(t, found) : NULL,
		.nremarks = found ? found->list.count : 0,
		.to_scale = scale == SCALE_TIME,
	};
	struct ladder *l = ladder_new(t, &wanted);

	format->ladder(l, look, out);
	ladder_free(l);
	if (found && !format->wide)
		write_findings(t, found, look, out);
	if (found)
		findings_free(found);
}

static bool draw(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		 struct err *err)
{
	struct choice choice;

	if (!choice_read(&choice, t, &words, err))
		return false;
	if (rows == ROWS_CONNECTIONS || (rows == ROWS_AUTO && is_too_much(t, &choice)))
		draw_overview(t, &choice, format, look, out);
	else
		draw_ladder(t, &choice, format, look, out);
	choice_free(&choice);
	return true;
}

static const struct example examples[] = {
	{"socktrace timeline", "the latest session in socktrace.out"},
	{"socktrace timeline --conn=c2 --width=120", "only the second connection, with both ends' sources"},
	{"socktrace timeline --errors server.jsonl client.jsonl", "what failed, and what led to it"},
	{"socktrace timeline -o timeline.svg", "a picture for a report"},
	{0},
};

const struct command cmd_timeline = {
	.name = "timeline",
	.operands = "[TRACE...]",
	.summary = "draw the client/server timeline",
	.about = "One row is one step in time, one column one process: clients left, servers right. Dashed arrows are\n"
		 "connection requests and ends (EOF, RST), solid arrows are bytes; a bracket beside a column is a\n"
		 "blocked call. Where there are many connections a row is a connection instead: time runs to the\n"
		 "right, and those that went alike are one.\n",
	.examples = examples,
	.options = options,
	.draw = draw,
	.follow = &follow,
};
