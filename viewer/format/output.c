/* output: where a picture goes: a file, a terminal through a pager, a pipe. */
#include "viewer/format/output.h"

#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "viewer/base/program.h"
#include "viewer/base/replace.h"
#include "viewer/format/convert.h"

enum { WIDTH_USUAL = 80 };

static bool to_terminal(const struct output *o)
{
	return !o->file && isatty(STDOUT_FILENO);
}

static unsigned width_found(const struct output *o)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	unsigned long n;

	if (to_terminal(o) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	n = columns ? strtoul(columns, NULL, 10) : 0;
	return n > 0 && n <= WIDTH_MOST ? (unsigned)n : WIDTH_USUAL;
}

static bool wants_color(const struct output *o)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (o->color != COLOR_AUTO)
		return o->color == COLOR_ALWAYS;
	return to_terminal(o) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

struct look output_look(const struct output *o)
{
	unsigned width = o->width ? o->width : width_found(o);

	return (struct look){
		.width = width < WIDTH_LEAST  ? WIDTH_LEAST
			 : width > WIDTH_MOST ? WIDTH_MOST
					      : width,
		.ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
		.color = wants_color(o),
	};
}

static bool write_all(FILE *f, const struct buf *text)
{
	return fwrite(text->bytes ? text->bytes : "", 1, text->len, f) == text->len && fflush(f) == 0;
}

/* less -FRSX: short pictures stay on the screen, colours pass, no row is folded where the window shrinks, nothing is wiped. */
static const char *pager(void)
{
	const char *wanted = getenv("PAGER");

	if (wanted)
		return *wanted && strcmp(wanted, "cat") != 0 ? wanted : NULL;
	return program_is_there("less") ? "less" : NULL;
}

static bool page(const char *command, const struct buf *text)
{
	FILE *f;

	setenv("LESS", "FRSX", 0);
	setenv("LESSCHARSET", strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? "utf-8" : "ascii", 0);
	f = popen(command, "w");
	if (!f)
		return false;
	/* The pager may be left before its end, and ^C is its own. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	write_all(f, text);
	return WEXITSTATUS(pclose(f)) != 127;
}

static bool write_file(const char *name, const struct buf *text, struct err *err)
{
	struct replaced r;
	bool good;

	if (!replace_begin(&r, name, 0666, err))
		return false;
	good = write_all(r.to, text) || err_set(err, "%s: %s", name, strerror(errno));
	good = replace_close(&r, good, err);
	return replace_end(&r, good, err);
}

static bool write_out(const struct output *o, const struct buf *text, struct err *err)
{
	const char *command = to_terminal(o) && !o->no_pager ? pager() : NULL;

	if (o->file)
		return write_file(o->file, text, err);
	if (command && page(command, text))
		return true;
	if (!write_all(stdout, text) && errno != EPIPE)
		return err_set(err, "standard output: %s", strerror(errno));
	return true;
}

bool output_write(const struct output *o, const struct buf *text, struct err *err)
{
	struct buf converted = {0};
	bool good;

	if (!o->convert)
		return write_out(o, text, err);
	if (to_terminal(o))
		return err_set(err, "%s is nothing for a terminal: -o FILE.%s", o->convert, o->convert);
	good = convert(o->convert, text, &converted, err) && write_out(o, &converted, err);
	buf_free(&converted);
	return good;
}
