/* report: one HTML file that shows everything there is to a trace, or two of them beside each other. */
#include <string.h>
#include <unistd.h>

#include "viewer/cmd/command.h"
#include "viewer/compare/compare.h"
#include "viewer/format/progress.h"
#include "viewer/load/paths.h"
#include "viewer/report/page.h"

static struct output output;
static struct load_options load = {.progress = progress_show};
static bool together;

static const struct option options[] = {
	{OPTION_STRING, NULL, 'o', "FILE", &output.file, "the file to write (default: standard output)", 0, 0},
	{OPTION_TRUE, "all", 0, NULL, &load.all, "every session in the traces (default: the latest of each)", 0, 0},
	{OPTION_TRUE, "together", 0, NULL, &together, "all TRACEs are one: a client's and a server's", 0, 0},
	{0},
};

static bool load_run(struct page *p, const char *const *names, int count, struct err *err)
{
	struct page_run *run = &p->runs[p->count];

	run->trace = load_trace(names, count, &load, err);
	if (!run->trace)
		return false;
	run->name = count ? names[0] : TRACE_DIR;
	run->findings = check_trace(run->trace, NULL);
	p->count++;
	return true;
}

static bool load_runs(struct page *p, int argc, char **argv, struct err *err)
{
	const char *const *names = (const char *const *)argv;

	if (argc < 2 || together)
		return load_run(p, names, argc, err);
	if (argc > 2)
		return err_set(err, "two traces stand beside each other; more are one trace with --together");
	/* As diff does: a server that dies at once makes a session of its own, which must not be missing. */
	load.all = true;
	p->runs[0].letter = 'A';
	p->runs[1].letter = 'B';
	return load_run(p, names, 1, err) && load_run(p, names + 1, 1, err);
}

static bool write_page(struct page *p, struct err *err)
{
	const struct compare_options how = {.payload = PAYLOAD_TEXT};
	struct comparison *c = p->count > 1 ? compare(p->runs[0].trace, p->runs[1].trace, &how) : NULL;
	struct buf out = {0};
	bool written;

	p->comparison = c;
	page_write(p, &out);
	written = output_write(&output, &out, err);
	buf_free(&out);
	comparison_free(c);
	return written;
}

static int run(int argc, char **argv, struct err *err)
{
	struct page p = {0};
	bool good;

	if (!output.file && isatty(STDOUT_FILENO))
		return err_set(err, "a report is for a browser: socktrace report -o report.html"), -1;
	good = paths_spare((const char *const *)argv, argc, output.file, err) && load_runs(&p, argc, argv, err) &&
	       write_page(&p, err);
	for (unsigned i = 0; i < p.count; i++) {
		findings_free(p.runs[i].findings);
		trace_free(p.runs[i].trace);
	}
	return good ? STATUS_FINE : -1;
}

static const struct example examples[] = {
	{"socktrace report -o report.html", "the latest session in socktrace.out"},
	{"socktrace report --together -o report.html server.jsonl client.jsonl", "both ends' files, one trace"},
	{"socktrace report -o differs.html expected.jsonl hand-in.jsonl", "two runs beside each other"},
	{0},
};

const struct command cmd_report = {
	.name = "report",
	.operands = "[TRACE [TRACE]]",
	.summary = "write a page for a browser: pictures, calls, mistakes",
	.about = "One HTML file, to look at, to project, to hand in: it needs no network and no other file, and can\n"
		 "be read without its script, and printed. With it: point at a call to see both of its ends, click\n"
		 "for its arguments and bytes, choose by process, connection, call or error; ? tells the keys.\n"
		 "Two TRACEs are compared, as by `socktrace diff`, and stand beside each other.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
