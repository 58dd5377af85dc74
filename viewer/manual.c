/* manual: the manual pages (mdoc(7)), from the same tables as the commands' help. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "trace/format.h"
#include "viewer/cmd/command.h"

/* Text as roff: backslashes are escapes there, a point or a quote at the beginning of a line is a request. */
static void put_text(struct buf *b, const char *text)
{
	bool begins = true;

	for (; *text; text++) {
		if (begins && (*text == '.' || *text == '\''))
			buf_puts(b, "\\&");
		if (*text == '\\')
			buf_puts(b, "\\e");
		else if (*text == '`')
			buf_puts(b, "\\(ga");
		else
			buf_put(b, text, 1);
		begins = *text == '\n';
	}
}

/* Text as an argument of a macro, where short words may be macros themselves and quotes mean something. */
static void put_argument(struct buf *b, const char *text)
{
	buf_puts(b, "\"\\&");
	for (; *text; text++)
		if (*text == '\\')
			buf_puts(b, "\\e");
		else if (*text == '"')
			buf_puts(b, "\\(dq");
		else
			buf_put(b, text, 1);
	buf_puts(b, "\"");
}

static void put_macro(struct buf *b, const char *macro, const char *text)
{
	buf_printf(b, ".%s ", macro);
	put_argument(b, text);
	buf_puts(b, "\n");
}

/* A new sentence begins a new line: roff sets the space between them. */
static void put_sentences(struct buf *b, const char *text)
{
	struct buf lines = {0};

	for (; *text; text++) {
		bool ends = (text[0] == '.' || text[0] == '?') && (text[1] == ' ' || text[1] == '\n');

		buf_put(&lines, text, 1);
		if (!ends)
			continue;
		buf_puts(&lines, "\n");
		text++;
	}
	put_text(b, lines.bytes ? lines.bytes : "");
	if (lines.len && lines.bytes[lines.len - 1] != '\n')
		buf_puts(b, "\n");
	buf_free(&lines);
}

static void put_head(struct buf *b, const char *name, const char *summary)
{
	buf_printf(b, ".Dd %s\n.Dt ", SOCKTRACE_DATE);
	for (const char *c = name; *c; c++)
		buf_printf(b, "%c", toupper((unsigned char)*c));
	buf_printf(b, " 1\n.Os Socktrace %s\n.Sh NAME\n.Nm %s\n.Nd %s\n", SOCKTRACE_VERSION, name, summary);
}

static void put_option(struct buf *b, const struct option *o)
{
	buf_puts(b, ".It");
	if (o->letter)
		buf_printf(b, " Fl %c%s", o->letter, o->name ? " ," : "");
	if (o->name)
		buf_printf(b, " Fl Fl %s", o->name);
	if (options_argument(o)) {
		buf_puts(b, o->name ? " Ns = Ns Ar " : " Ar ");
		put_argument(b, options_argument(o));
	}
	buf_puts(b, "\n");
	put_text(b, o->help);
	buf_puts(b, ".\n");
}

static void put_options(struct buf *b, const struct command *c)
{
	const struct option *shared = command_shared_options(c);

	buf_puts(b, ".Pp\nThe options are:\n.Bl -tag -width Ds\n");
	for (const struct option *o = c->options; o && o->kind != OPTION_END; o++)
		if (o->help)
			put_option(b, o);
	for (const struct option *o = shared; o->kind != OPTION_END; o++)
		if (!options_have(c->options, o))
			put_option(b, o);
	buf_puts(b, ".El\n");
}

/* "[TRACE...]" as ".Op Ar TRACE ...". */
static void put_operands(struct buf *b, const char *operands)
{
	while (*operands) {
		size_t len = strcspn(operands, " ");
		bool optional = operands[0] == '[';
		const char *word = operands + optional;
		size_t word_len = strcspn(word, " ].");

		if (word_len && strncmp(word, "--", word_len) == 0)
			buf_puts(b, ".Op Fl Fl\n");
		else if (word_len)
			buf_printf(b, ".%sAr %.*s%s\n", optional ? "Op " : "", (int)word_len, word,
				   word[word_len] == '.' ? " ..." : "");
		operands += len + (operands[len] == ' ');
	}
}

static void put_examples(struct buf *b, const struct example *examples)
{
	if (!examples)
		return;
	buf_puts(b, ".Sh EXAMPLES\n.Bl -tag -width Ds\n");
	for (const struct example *e = examples; e->line; e++) {
		put_macro(b, "It Li", e->line);
		put_text(b, e->words);
		buf_puts(b, "\n");
	}
	buf_puts(b, ".El\n");
}

static void put_see_also(struct buf *b, const struct command *but)
{
	const struct command *const *last = commands;

	while (last[1])
		last++;
	if (*last == but)
		last--;
	buf_puts(b, ".Sh SEE ALSO\n");
	if (but)
		buf_puts(b, ".Xr socktrace 1 ,\n");
	for (const struct command *const *c = commands; *c; c++)
		if (*c != but)
			buf_printf(b, ".Xr socktrace-%s 1%s\n", (*c)->name, c == last ? "" : " ,");
}

static void put_command(struct buf *b, const struct command *c)
{
	char name[64];

	snprintf(name, sizeof name, "socktrace-%s", c->name);
	put_head(b, name, c->summary);
	buf_printf(b, ".Sh SYNOPSIS\n.Nm socktrace\n.Cm %s\n.Op Ar OPTION ...\n", c->name);
	put_operands(b, c->operands);
	buf_puts(b, ".Sh DESCRIPTION\n");
	put_sentences(b, c->about);
	put_options(b, c);
	put_examples(b, c->examples);
	put_see_also(b, c);
}

static void put_variables(struct buf *b)
{
	static const struct {
		const char *name, *meaning, *unset;
	} variables[] = {
#define VARIABLE(name, meaning, unset) {#name, meaning, unset},
#include "trace/variables.def"
	};

	buf_puts(b, ".Sh ENVIRONMENT\nThese steer what\n.Pa libsocktrace.so\nrecords:\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		buf_printf(b, ".It Ev %s\n", variables[i].name);
		put_text(b, variables[i].meaning);
		buf_puts(b, " (unless it is set: ");
		put_text(b, variables[i].unset);
		buf_puts(b, ").\n");
	}
	buf_puts(b, ".El\n.Pp\nThe viewer obeys\n.Ev PAGER ,\n.Ev NO_COLOR\nand\n.Ev COLUMNS .\n");
}

static void put_all(struct buf *b)
{
	put_head(b, "socktrace", "record what a program does with sockets, and see it");
	buf_puts(b,
		 ".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar OPTION ...\n.Op Ar ARGUMENT ...\n"
		 ".Sh DESCRIPTION\nPrograms that run with\n.Pa libsocktrace.so\n"
		 "preloaded record their socket calls as JSON lines.\n.Nm\n"
		 "reads the traces of both ends, finds the connections between them, draws them, and finds mistakes.\n"
		 ".Pp\nA\n.Ar TRACE\nis a directory, a\n.Pa .jsonl\nfile or - for standard input; without any it is\n"
		 ".Pa " TRACE_DIR " .\n.Pp\nThe commands are:\n.Bl -tag -width Ds\n");
	for (const struct command *const *c = commands; *c; c++) {
		buf_printf(b, ".It Cm %s\n", (*c)->name);
		put_text(b, (*c)->summary);
		buf_puts(b, ".\n");
	}
	buf_puts(b, ".El\n");
	put_variables(b);
	buf_puts(
		b,
		".Sh FILES\n.Bl -tag -width Ds\n.It Pa " TRACE_DIR
		"\nthe directory of traces, unless\n.Ev SOCKTRACE_OUT\nnames another.\n.El\n"
		".Sh EXIT STATUS\n0: fine.\n1: found something\n.Pq Cm check .\n2: wrong usage, or nothing that can be "
		"read.\n3: the trace does not tell\n.Pq Cm check .\n"
		".Cm run\nends as the program ended.\n"
		".Sh EXAMPLES\n.Bl -tag -width Ds\n"
		".It Li \"socktrace run --show -- ./server 15213\"\nRecord a server, and draw the timeline when it has "
		"ended.\n"
		".It Li \"LD_PRELOAD=$PWD/libsocktrace.so ./client localhost 15213\"\nRecord a client without the help "
		"of "
		"any command.\n.El\n");
	put_see_also(b, NULL);
}

void command_manual(const struct command *c, struct buf *out)
{
	if (c)
		put_command(out, c);
	else
		put_all(out);
}
