/* main: find the command, read its options, load the trace for it, write what it drew. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/format.h"
#include "viewer/base/escape.h"
#include "viewer/base/nearest.h"
#include "viewer/cmd/command.h"
#include "viewer/follow.h"
#include "viewer/format/convert.h"
#include "viewer/format/output.h"
#include "viewer/format/progress.h"
#include "viewer/load/load.h"
#include "viewer/load/paths.h"

#define COMMAND(name) extern const struct command cmd_##name;
#include "commands.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(name) &cmd_##name,
#include "commands.def"
#undef COMMAND
	NULL,
};

static struct output output;
static struct load_options load = {.progress = progress_show};
static const char *format_name;
static bool help, version;

static const struct option main_options[] = {
	{OPTION_TRUE, "help", 'h', NULL, &help, "what there is; of a COMMAND, what it does", 0, 0},
	{OPTION_TRUE, "version", 0, NULL, &version, "which version this is", 0, 0},
	{0},
};

static const struct option every_option[] = {
	{OPTION_TRUE, "help", 'h', NULL, &help, "explain this command", 0, 0},
	{0},
};

static const struct option draw_options[] = {
	{OPTION_TRUE, "all", 0, NULL, &load.all, "every session in the traces (default: the latest of each)", 0, 0},
	{OPTION_TRUE, "libc", 0, NULL, &load.libc,
	 "also what the C library does for itself: the sockets of getaddrinfo", 0, 0},
	{OPTION_STRING, NULL, 'o', "FILE", &output.file, "write a file: .txt, .svg, .png, .pdf or .json, by its ending",
	 0, 0},
	{OPTION_STRING, "format", 0, "text|svg|png|pdf|json", &format_name,
	 "what to write (default: text, or by -o's ending)", 0, 0},
	{OPTION_NUMBER, "width", 0, "N", &output.width, "columns to draw in, from 72 (default: the terminal's)",
	 WIDTH_LEAST, WIDTH_MOST},
	{OPTION_TRUE, "ascii", 0, NULL, &output.ascii, "draw with plain ASCII", 0, 0},
	{OPTION_CHOICE, "color", 0, "auto|always|never", &output.color, "colours (NO_COLOR is obeyed)", 0, 0},
	{OPTION_TRUE, "no-pager", 0, NULL, &output.no_pager, "do not page, also on a terminal", 0, 0},
	{OPTION_TRUE, "help", 'h', NULL, &help, "explain this command", 0, 0},
	{0},
};

const struct option *command_shared_options(const struct command *c)
{
	return c->draw || c->judge ? draw_options : every_option;
}

const struct command *command_find(const char *name, struct err *err)
{
	struct nearest near = {.typed = name};

	for (const struct command *const *c = commands; *c; c++) {
		if (strcmp((*c)->name, name) == 0)
			return *c;
		nearest_offer(&near, (*c)->name);
	}
	if (near.word)
		err_set(err, "no command `%s`: did you mean `%s`?", name, near.word);
	else
		err_set(err, "no command `%s`: `socktrace help` lists them", name);
	return NULL;
}

unsigned command_conn(const struct trace *t, const char *name, struct err *err)
{
	char *end;
	unsigned long id = strtoul(name + (name[0] == 'c'), &end, 10);

	if (*end == '\0')
		for (size_t i = 0; i < t->conns.count; i++)
			if (t->conns.items[i]->id == id)
				return (unsigned)id;
	if (!t->conns.count)
		err_set(err, "no connection `%s`: the trace has none", name);
	else
		err_set(err, "no connection `%s`: there are c1 to c%zu", name, t->conns.count);
	return 0;
}

static void help_all(struct buf *out)
{
	buf_puts(out, "Record what a program does with sockets, and see it.\n\n"
		      "  socktrace run -- PROGRAM [ARGUMENT...]   record (also: LD_PRELOAD=./libsocktrace.so PROGRAM)\n"
		      "  socktrace timeline                       see what was recorded in " TRACE_DIR "\n\n"
		      "Commands:\n");
	for (const struct command *const *c = commands; *c; c++)
		buf_printf(out, "  %-10s %s\n", (*c)->name, (*c)->summary);
	buf_puts(out, "\n`socktrace COMMAND --help` explains one. A TRACE is a directory, a .jsonl file or - for "
		      "standard input;\n"
		      "without any it is " TRACE_DIR ". `socktrace --version` says which version this is.\n");
}

void command_help(const struct command *c, struct buf *out)
{
	if (!c) {
		help_all(out);
		return;
	}
	buf_printf(out, "Usage: socktrace %s [OPTIONS] %s\n\n%c%s.\n", c->name, c->operands, c->summary[0] - 'a' + 'A',
		   c->summary + 1);
	if (c->about)
		buf_printf(out, "%s", c->about);
	buf_puts(out, "\nOptions:\n");
	options_help(out, c->options, NULL);
	options_help(out, command_shared_options(c), c->options);
	for (const struct example *e = c->examples; e && e->line; e++)
		buf_printf(out, "%s  %s\n      %s\n", e == c->examples ? "\nExamples:\n" : "", e->line, e->words);
}

/* Messages may quote what was typed or read: nothing of it may reach the terminal as it is. */
static int fail(const struct err *err)
{
	struct buf b = {0};

	escape_bytes(&b, err->text, strlen(err->text));
	fprintf(stderr, "socktrace: %s\n", b.bytes ? b.bytes : "");
	buf_free(&b);
	return STATUS_USAGE;
}

static bool draw_trace(const struct command *c, struct trace *t, const struct format *format, struct err *err)
{
	struct look look = output_look(&output);
	struct buf out = {0};
	bool drawn = c->draw(t, format, &look, &out, err) && output_write(&output, &out, err);

	buf_free(&out);
	return drawn;
}

static int draw(const struct command *c, int argc, char **argv, struct err *err)
{
	const struct format *format = format_find(format_name, output.file, err);
	struct trace *t;
	bool drawn;

	if (!format || (format->convert && !convert_is_possible(format->convert, err)))
		return -1;
	if (!paths_spare((const char *const *)argv, argc, output.file, err))
		return -1;
	output.convert = format->convert;
	if (c->follow && *c->follow)
		return follow_trace(&(struct follow){(const char *const *)argv, argc, &load, c, format, &output}, err)
			       ? STATUS_FINE
			       : -1;
	t = load_trace((const char *const *)argv, argc, &load, err);
	if (!t)
		return -1;
	drawn = draw_trace(c, t, format, err);
	trace_free(t);
	return drawn ? STATUS_FINE : -1;
}

static int print(const char *text)
{
	fputs(text, stdout);
	return STATUS_FINE;
}

static int print_help(const struct command *c)
{
	struct buf out = {0};

	command_help(c, &out);
	print(out.bytes);
	buf_free(&out);
	return STATUS_FINE;
}

static int run_command(const struct command *c, int argc, char **argv, struct err *err)
{
	int left = options_take(c->options, command_shared_options(c), c->leading, argc, argv, err);

	if (left < 0)
		return -1;
	if (help)
		return print_help(c);
	if (c->judge)
		return c->judge(left, argv, &(struct shared){&output, &load}, err);
	return c->draw ? draw(c, left, argv, err) : c->run(left, argv, err);
}

static int dispatch(int argc, char **argv, struct err *err)
{
	const struct command *c = NULL;
	int left = options_take(main_options, NULL, true, argc, argv, err);

	if (left < 0)
		return -1;
	if (version)
		return print("socktrace " SOCKTRACE_VERSION "\n");
	if (left > 0 && !(c = command_find(argv[0], err)))
		return -1;
	return help || !c ? print_help(c) : run_command(c, left - 1, argv + 1, err);
}

int main(int argc, char **argv)
{
	struct err err = {""};
	int status;

	setlocale(LC_CTYPE, "");
	status = dispatch(argc - (argc > 0), argv + (argc > 0), &err);
	options_forget();
	return status < 0 ? fail(&err) : status;
}
