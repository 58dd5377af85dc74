/* probe: say what a preload will see of a program, and why not. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/cmd/command.h"
#include "viewer/format/json.h"
#include "viewer/load/shim.h"
#include "viewer/load/target.h"
#include "viewer/load/target_path.h"

enum { STATUS_PARTLY = 1, STATUS_NOT_TRACEABLE = 3, LINE_MOST = 78, INDENT = 4 };

static const struct {
	const char *words;
	int status;
} verdicts[] = {
	[TARGET_TRACEABLE] = {"traceable", STATUS_FINE},
	[TARGET_PARTLY] = {"partly", STATUS_PARTLY},
	[TARGET_NOT] = {"not traceable", STATUS_NOT_TRACEABLE},
};

enum { FORMAT_TEXT, FORMAT_JSON };

static unsigned output_format;

static const struct option options[] = {
	{OPTION_CHOICE, "format", 0, "text|json", &output_format, "what to write (default: text)", 0, 0},
	{0},
};

/* "- text", broken at blanks, with what follows below the text. */
static void put_item(struct buf *out, const char *text)
{
	struct buf safe = {0};
	size_t column = INDENT;

	escape_bytes(&safe, text, strlen(text));
	buf_puts(out, "  - ");
	for (const char *word = safe.bytes; *word;) {
		size_t len = strcspn(word, " ");

		if (column + len > LINE_MOST && column > INDENT) {
			buf_printf(out, "\n%*s", INDENT, "");
			column = INDENT;
		} else if (word > safe.bytes) {
			buf_puts(out, " ");
			column++;
		}
		buf_put(out, word, len);
		column += len;
		word += len + (word[len] == ' ');
	}
	buf_puts(out, "\n");
	buf_free(&safe);
}

static void put_findings(struct buf *out, const struct target *t, bool reasons)
{
	for (size_t i = 0; i < t->findings.count; i++)
		if ((t->findings.items[i].weight != TARGET_TRACEABLE) == reasons)
			put_item(out, t->findings.items[i].text);
}

static void print_text(const char *name, const char *path, const struct target *t)
{
	struct buf out = {0};

	escape_bytes(&out, name, strlen(name));
	if (strcmp(name, path) != 0) {
		buf_puts(&out, " (");
		escape_bytes(&out, path, strlen(path));
		buf_puts(&out, ")");
	}
	buf_printf(&out, ": %s\n", verdicts[t->verdict].words);
	put_findings(&out, t, true);
	put_findings(&out, t, false);
	fputs(out.bytes, stdout);
	buf_free(&out);
}

static json_object *target_object(const char *name, const char *path, const struct target *t)
{
	json_object *o = json_object_new_object(), *findings = json_object_new_array();

	json_text(o, "name", name);
	json_text(o, "path", path);
	json_text(o, "verdict", verdicts[t->verdict].words);
	for (size_t i = 0; i < t->findings.count; i++) {
		json_object *finding = json_object_new_object();

		json_text(finding, "verdict", verdicts[t->findings.items[i].weight].words);
		json_text(finding, "text", t->findings.items[i].text);
		json_object_array_add(findings, finding);
	}
	json_object_object_add(o, "findings", findings);
	return o;
}

/* The status of one program; -1: *err explains. */
static int probe(const char *name, const char *shim, struct json_page *page, struct err *err)
{
	char path[PATH_MAX];
	struct target *t;
	int status;

	if (!target_path(name, path, sizeof path))
		return err_set(err, "%s: %s", name, errno == ENOENT ? "not found" : "not an executable file") - 1;
	t = target_probe(path, shim, err);
	if (!t)
		return -1;
	if (output_format == FORMAT_JSON)
		json_element(page, target_object(name, path, t));
	else
		print_text(name, path, t);
	status = verdicts[t->verdict].status;
	target_free(t);
	return status;
}

static void complain(const struct err *err)
{
	struct buf b = {0};

	escape_bytes(&b, err->text, strlen(err->text));
	fflush(stdout);
	fprintf(stderr, "socktrace: %s\n", b.bytes);
	buf_free(&b);
}

/* Of several programs: whether one could not be read, else the worst verdict, whose status is the greatest. */
static int run(int argc, char **argv, struct err *err)
{
	struct shim_paths paths;
	bool unread = false;
	int worst = STATUS_FINE;
	struct buf out = {0};
	struct json_page page;

	if (argc == 0)
		return err_set(err, "probe wants a program: socktrace probe PROGRAM...") - 1;
	if (!shim_find(&paths, err))
		return -1;
	json_begin(&page, &out, "probe");
	json_array_begin(&page, "programs");
	for (int i = 0; i < argc; i++) {
		int status = probe(argv[i], paths.shim, &page, err);

		if (status < 0) {
			complain(err);
			unread = true;
		} else if (status > worst) {
			worst = status;
		}
	}
	json_array_end(&page);
	json_end(&page);
	if (output_format == FORMAT_JSON)
		fputs(out.bytes, stdout);
	buf_free(&out);
	return unread ? STATUS_USAGE : worst;
}

static const struct example examples[] = {
	{"socktrace probe ./server", "will the shim see what it does?"},
	{"socktrace probe --format=json /usr/sbin/nginx", "the same, for a script"},
	{0},
};

const struct command cmd_probe = {
	.name = "probe",
	.operands = "PROGRAM...",
	.summary = "say whether a program can be traced, and what of it",
	.about = "Reads the program's file and those of its libraries, and runs nothing. Of a script what runs it "
		 "counts.\n"
		 "Exit status: 0 traceable, 1 only partly, 3 not traceable; 2 if one is not there or cannot be read; "
		 "of\n"
		 "several the worst.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
