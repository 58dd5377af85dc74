/* diff: two traces, and in what they really differ. */
#include <stdlib.h>
#include <string.h>

#include "viewer/base/work.h"
#include "viewer/cmd/command.h"
#include "viewer/compare/report.h"
#include "viewer/format/output.h"
#include "viewer/load/load.h"
#include "viewer/load/paths.h"

static struct output output;
static struct compare_options how;
/* A server that dies at once is over before its clients begin: they make a session of their own, which the server must not be
 * missing from. */
static struct load_options load = {.all = true};
static unsigned payload, format;
static const char *ignored, *timing, *references;

static const struct option options[] = {
	{OPTION_CHOICE, "format", 0, "text|json|junit|gradescope", &format, "what is written", 0, 0},
	{OPTION_CHOICE, "payload", 0, "text|hash|len|none", &payload, "of the bytes that were sent: what counts", 0, 0},
	{OPTION_LIST, "ignore", 0, "CLASS,CLASS", &ignored, "leave out differences of these classes", 0, 0},
	{OPTION_LIST, "ref", 0, "TRACE,TRACE", &references, "more references: the same as any of them passes", 0, 0},
	{OPTION_STRING, "timing", 0, "25%,5ms", &timing, "tell where connections take longer by more than both", 0, 0},
	{OPTION_TRUE, "strict", 0, NULL, &how.strict, "everything counts, also what follows from something else", 0, 0},
	{OPTION_FALSE, "latest", 0, NULL, &load.all, "only the latest session in each trace (default: all)", 0, 0},
	{OPTION_STRING, NULL, 'o', "FILE", &output.file, "write a file", 0, 0},
	{OPTION_CHOICE, "color", 0, "auto|always|never", &output.color, "colours (NO_COLOR is obeyed)", 0, 0},
	{OPTION_TRUE, "no-pager", 0, NULL, &output.no_pager, "do not page, also on a terminal", 0, 0},
	{0},
};

struct input {
	const char *name;
	struct trace *trace;
	struct err err; /* where it could not be loaded */
};

/* First what the others are held against: operand A, and those of --ref. */
struct run {
	VEC(struct input) inputs;
	size_t references; /* so many of them */
	VEC(struct report) reports;
	char *names; /* a copy of --ref, cut at its commas */
};

static void name_inputs(struct run *r, int argc, char **argv)
{
	vec_push(&r->inputs, ((struct input){.name = argv[0]}));
	r->names = strdup(references ? references : "");
	for (char *save, *name = strtok_r(r->names, ",", &save); name; name = strtok_r(NULL, ",", &save))
		vec_push(&r->inputs, ((struct input){.name = name}));
	r->references = r->inputs.count;
	for (int i = 1; i < argc; i++)
		vec_push(&r->inputs, ((struct input){.name = argv[i]}));
}

static void load_one(void *context, size_t worker, size_t index)
{
	struct input *in = &((struct run *)context)->inputs.items[index];

	(void)worker;
	in->trace = load_trace(&in->name, 1, &load, &in->err);
}

static bool spare_inputs(const struct run *r, struct err *err)
{
	for (size_t i = 0; i < r->inputs.count; i++)
		if (!paths_spare(&r->inputs.items[i].name, 1, output.file, err))
			return false;
	return true;
}

/* Side by side; of those that cannot be read the first one is told. */
static bool load_inputs(struct run *r, struct err *err)
{
	work_each(r->inputs.count, load_one, r);
	for (size_t i = 0; i < r->inputs.count; i++)
		if (!r->inputs.items[i].trace)
			return *err = r->inputs.items[i].err, false;
	return true;
}

static size_t differences_of(const struct comparison *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->differences.count; i++)
		count += c->differences.items[i].counts;
	return count;
}

/* The same is nearer than anything else; then fewer differences are. */
static bool is_nearer(const struct comparison *c, const struct comparison *than)
{
	if ((c->verdict == VERDICT_SAME) != (than->verdict == VERDICT_SAME))
		return c->verdict == VERDICT_SAME;
	return differences_of(c) < differences_of(than);
}

static void compare_one(struct run *r, const struct input *in)
{
	struct report nearest = {.b = in->name};

	for (size_t i = 0; i < r->references; i++) {
		struct comparison *c = compare(r->inputs.items[i].trace, in->trace, &how);

		if (nearest.c && !is_nearer(c, nearest.c)) {
			comparison_free(c);
			continue;
		}
		comparison_free((struct comparison *)nearest.c);
		nearest.c = c;
		nearest.a = r->inputs.items[i].name;
		if (c->verdict == VERDICT_SAME)
			break;
	}
	vec_push(&r->reports, nearest);
}

/* The worst of all: a difference that is certain, else a doubt. */
static int status_of(const struct run *r)
{
	int status = VERDICT_SAME;

	for (size_t i = 0; i < r->reports.count; i++) {
		enum verdict verdict = r->reports.items[i].c->verdict;

		if (verdict == VERDICT_DIFFERENT || status == VERDICT_SAME)
			status = verdict;
	}
	return status;
}

static int write_reports(const struct run *r, struct err *err)
{
	struct look look = output_look(&output);
	struct buf out = {0};
	bool written;

	report_formats[format].write(r->reports.items, r->reports.count, look.color, &out);
	written = output_write(&output, &out, err);
	buf_free(&out);
	return written ? status_of(r) : -1;
}

static void release(struct run *r)
{
	for (size_t i = 0; i < r->reports.count; i++)
		comparison_free((struct comparison *)r->reports.items[i].c);
	for (size_t i = 0; i < r->inputs.count; i++)
		trace_free(r->inputs.items[i].trace);
	vec_free(&r->reports);
	vec_free(&r->inputs);
	free(r->names);
}

static bool read_options(int argc, struct err *err)
{
	how.payload = payload;
	if (argc < 2)
		return err_set(err, "diff takes two traces: socktrace diff REFERENCE TRACE");
	if (argc > 2 && report_formats[format].only_one)
		return err_set(err, "%s holds one comparison: name two traces", report_formats[format].name);
	if (ignored && !compare_read_ignored(&how, ignored, err))
		return false;
	return !timing || compare_read_timing(&how, timing, err);
}

static int run(int argc, char **argv, struct err *err)
{
	struct run r = {0};
	int status = -1;

	if (!read_options(argc, err))
		return -1;
	name_inputs(&r, argc, argv);
	if (spare_inputs(&r, err) && load_inputs(&r, err)) {
		for (size_t i = r.references; i < r.inputs.count; i++)
			compare_one(&r, &r.inputs.items[i]);
		status = write_reports(&r, err);
	}
	release(&r);
	return status;
}

static const struct example examples[] = {
	{"socktrace diff expected.jsonl hand-in.jsonl", "in what a hand-in differs from the model answer"},
	{0},
};

const struct command cmd_diff = {
	.name = "diff",
	.operands = "A B [B...]",
	.summary = "compare two traces: what really differs",
	.about = "A is the reference, B is compared with it. Ports, pids, numbers of descriptors, times, and the order "
		 "of\n"
		 "clients do not count; calls that are missing or fail, other bytes, descriptors left open do.\n"
		 "Exit status: 0 the same, 1 different, 2 wrong usage or unreadable input, 3 inconclusive: events were "
		 "lost,\n"
		 "or one end of a connection was not traced.\n"
		 "Classes: role, address, step, outcome, concurrency, connection, data, descriptor; chunking and "
		 "timing are\n"
		 "told but do not count.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
