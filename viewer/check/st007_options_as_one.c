/* st007: SO_REUSEADDR | SO_REUSEPORT given as one option. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "viewer/check/rule.h"

enum {
	LINES_BELOW = 2,  /* a call may go on there */
	LINES_ABOVE = 40, /* where what it is given may be made */
	CALL_LEN = 1024,
};

static bool sets(const struct event *e, const char *option)
{
	return e->call == CALL_setsockopt && e->kind == EVENT_CALL && rule_is(event_arg_text(e, "optname"), option);
}

static bool sets_both(const struct sock *s)
{
	for (size_t i = 0; i < s->events.count; i++)
		if (sets(s->events.items[i], "SO_REUSEADDR"))
			return true;
	return false;
}

/* The first bar of a line's code that joins flags; NULL: it has none, or only in a comment. */
static const char *find_bar(const char *line)
{
	for (const char *c = line; *c; c++) {
		if (c[0] == '/' && (c[1] == '/' || c[1] == '*'))
			return NULL;
		if (c[0] == '|' && c[1] != '|')
			return c;
		if (c[0] == '|')
			c++;
	}
	return NULL;
}

static bool joins(const char *line)
{
	return find_bar(line) && strstr(line, "SO_REUSEADDR") && strstr(line, "SO_REUSEPORT");
}

/* The lines of a call, one behind the other, as far as they are known. */
static void read_call(struct inspection *in, const struct event *e, char text[CALL_LEN])
{
	size_t len = 0;

	text[0] = '\0';
	for (int below = 0; below <= LINES_BELOW && len < CALL_LEN; below++) {
		const char *line = rule_source(in, e, below);

		if (line)
			len += snprintf(text + len, CALL_LEN - len, "%s\n", line);
		if (line && strchr(line, ';'))
			break;
	}
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Where that name stands as a word of its own; NULL: nowhere. */
static const char *find_word(const char *text, const char *word, size_t len)
{
	for (const char *at = text; (at = memmem(at, strlen(at), word, len)); at++)
		if ((at == text || !is_word(at[-1])) && !is_word(at[len]))
			return at;
	return NULL;
}

/* What a line gives a value to: the word before its =, or behind #define. Its length; 0: nothing. */
static size_t named_by(const char *line, const char **name)
{
	static const char define[] = "#define";
	const char *end = strchr(line, '=');

	if (strncmp(line, define, strlen(define)) == 0) {
		*name = line + strlen(define) + strspn(line + strlen(define), " \t");
		return strcspn(*name, " \t(");
	}
	while (end && end > line && isspace((unsigned char)end[-1]))
		end--;
	for (*name = end; end && *name > line && is_word((*name)[-1]);)
		--*name;
	return end ? (size_t)(end - *name) : 0;
}

/* Whether the last value that a name of the call was given above joins the two. */
static bool is_made_so(struct inspection *in, const struct event *e, const char *call)
{
	for (int above = 1; above <= LINES_ABOVE; above++) {
		const char *line = rule_source(in, e, -above), *name;
		size_t len = line ? named_by(line, &name) : 0;

		if (len && find_word(call, name, len) && (joins(line) || strstr(line, "SO_REUSEPORT")))
			return joins(line);
	}
	return false;
}

/* Whether the source has both names with a bar between: SO_REUSEPORT alone is what many mean. */
static bool is_written_so(struct inspection *in, const struct event *e)
{
	char call[CALL_LEN], *comment;

	read_call(in, e, call);
	if (joins(call))
		return true;
	comment = strstr(call, "/*");
	if (comment)
		*comment = '\0';
	return call[0] && !strstr(call, "SO_REUSEPORT") && is_made_so(in, e, call);
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_setsockopt);
	const struct event *before = NULL;
	bool is_so = false;

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!e->socket || !sets(e, "SO_REUSEPORT") || !rule_is_stream(e->socket) || sets_both(e->socket))
			continue;
		if (!before || before->pc != e->pc || before->proc != e->proc)
			is_so = is_written_so(in, e);
		before = e;
		if (is_so)
			rule_report(in, GRADE_PROVED, e, "SO_REUSEADDR | SO_REUSEPORT is 2|15 = 15: SO_REUSEPORT alone",
				    "Options are numbers, not flags: call setsockopt once for each.");
		else if (e->socket->bound) /* where not, it was only to see whether there is such an option */
			rule_report(in, GRADE_ADVICE, e, "SO_REUSEPORT alone: two servers can share the port unnoticed",
				    "A server that is to restart at once wants SO_REUSEADDR, or both in two calls.");
	}
}

const struct rule st007_options_as_one = {
	.id = "ST007-options-as-one",
	.title = "sets two options as one",
	.grade = GRADE_PROVED,
	.check = check,
};
