/* st007: SO_REUSEADDR | SO_REUSEPORT given as one option. */
#include <string.h>

#include "viewer/check/rule.h"

enum { LINES_BELOW = 2 }; /* a call may go on there */

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

/* Whether the source has both names with a bar between: SO_REUSEPORT alone is what many mean. */
static bool is_written_so(struct inspection *in, const struct event *e)
{
	for (int below = 0; below <= LINES_BELOW; below++) {
		const char *line = rule_source(in, e, below);
		const char *bar = line ? find_bar(line) : NULL;

		if (bar && strstr(line, "SO_REUSEADDR") && strstr(line, "SO_REUSEPORT"))
			return true;
		if (line && strchr(line, ';'))
			break;
	}
	return false;
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_setsockopt);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!e->socket || !sets(e, "SO_REUSEPORT") || !rule_is_stream(e->socket) || sets_both(e->socket))
			continue;
		if (is_written_so(in, e))
			rule_report(in, GRADE_PROVED, e, "SO_REUSEADDR | SO_REUSEPORT is 2|15 = 15: SO_REUSEPORT alone",
				    "Options are numbers, not flags: call setsockopt once for each.");
		else
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
