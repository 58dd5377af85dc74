/* export: a trace in the formats of other tools. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "viewer/base/escape.h"
#include "viewer/base/replace.h"
#include "viewer/cmd/command.h"
#include "viewer/export/export.h"
#include "viewer/format/progress.h"
#include "viewer/load/paths.h"

static struct load_options load = {.progress = progress_show};
static struct choice_words words;
static const char *format, *file;

static const struct option options[] = {
	{OPTION_STRING, "format", 0, "perfetto|pcapng|mermaid", &format,
	 "what to write (default: by -o's ending: .json, .pcapng, .md)", 0, 0},
	{OPTION_STRING, NULL, 'o', "FILE", &file, "the file to write (default: standard output)", 0, 0},
	{OPTION_LIST, "conn", 0, "c1,c4", &words.conns, "only these connections", 0, 0},
	{OPTION_LIST, "pid", 0, "N,N", &words.pids, "only these processes", 0, 0},
	{OPTION_TRUE, "all", 0, NULL, &load.all, "every session in the traces (default: the latest of each)", 0, 0},
	{OPTION_TRUE, "libc", 0, NULL, &load.libc,
	 "also what the C library does for itself: the sockets of getaddrinfo", 0, 0},
	{0},
};

static bool write_to(FILE *to, const char *name, struct trace *t, const struct exporter *exporter,
		     const struct choice *choice, const char **left_out, struct err *err)
{
	struct sink sink = {.to = to};

	*left_out = exporter->write(t, choice, &sink);
	return sink_end(&sink) || err_set(err, "%s: %s", name, strerror(errno));
}

static bool write_file(struct trace *t, const struct exporter *exporter, const struct choice *choice,
		       const char **left_out, struct err *err)
{
	struct replaced r;
	bool ok;

	if (!replace_begin(&r, file, 0666, err))
		return false;
	ok = write_to(r.to, file, t, exporter, choice, left_out, err);
	ok = replace_close(&r, ok, err);
	return replace_end(&r, ok, err);
}

static bool write_out(struct trace *t, const struct exporter *exporter, const struct choice *choice,
		      const char **left_out, struct err *err)
{
	if (file && strcmp(file, "-") != 0)
		return write_file(t, exporter, choice, left_out, err);
	if (exporter->binary && isatty(STDOUT_FILENO))
		return err_set(err, "%s is nothing for a terminal: -o FILE.%s", exporter->name, exporter->name);
	return write_to(stdout, "standard output", t, exporter, choice, left_out, err) || errno == EPIPE;
}

static void say(const char *text)
{
	struct buf b = {0};

	escape_bytes(&b, text, strlen(text));
	fprintf(stderr, "socktrace: %s\n", b.bytes ? b.bytes : "");
	buf_free(&b);
}

static int run(int argc, char **argv, struct err *err)
{
	const struct exporter *exporter = export_find(format, file, err);
	const char *const *paths = (const char *const *)argv;
	const char *left_out = NULL;
	struct choice choice;
	struct trace *t;
	bool ok;

	if (!exporter || !paths_spare(paths, argc, file, err) || !(t = load_trace(paths, argc, &load, err)))
		return -1;
	ok = choice_read(&choice, t, &words, err);
	if (ok) {
		ok = write_out(t, exporter, &choice, &left_out, err);
		if (ok && left_out)
			say(left_out);
		choice_free(&choice);
	}
	trace_free(t);
	return ok ? STATUS_FINE : -1;
}

static const struct example examples[] = {
	{"socktrace export -o trace.json", "open it in ui.perfetto.dev or chrome://tracing"},
	{"socktrace export -o trace.pcapng && wireshark trace.pcapng", "the connections as packets"},
	{"socktrace export --format=mermaid --conn=c2 >> notes.md", "one connection as a diagram in a Markdown page"},
	{0},
};

const struct command cmd_export = {
	.name = "export",
	.operands = "[TRACE...]",
	.summary = "write a trace for other tools: Perfetto, Wireshark, Mermaid",
	.about = "perfetto is JSON with a track a thread, connections as slices of their own, and arrows from\n"
		 "each write to the reads of its bytes. pcapng holds the packets that a kernel would have sent\n"
		 "for the recorded calls, with as many bytes as were recorded: SOCKTRACE_DATA=2048 asks for the\n"
		 "most. mermaid is a Markdown page of sequence diagrams.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
