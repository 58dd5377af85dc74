/* rio: which of the lesson's functions made a call. */
#include "viewer/scene/rio.h"

#include <string.h>

#include "viewer/model/site.h"

static bool starts_with(const char *s, const char *prefix)
{
	return s && strncmp(s, prefix, strlen(prefix)) == 0;
}

/* The functions that the lesson draws, and the book's wrappers that end the program on an error. */
static bool is_lessons(const char *function)
{
	static const char *const names[] = {"rio_readlineb", "rio_readnb", "rio_readn", "rio_writen"};
	const char *name = function;

	if (!starts_with(name, "rio_") && !starts_with(name, "Rio_"))
		return false;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name + 1, names[i] + 1) == 0)
			return true;
	return false;
}

static const char *function_at(struct trace *t, const struct event *e, uint64_t pc)
{
	const struct site *site = pc ? site_find(t, e->proc, pc) : NULL;

	return site ? site->function : NULL;
}

const char *rio_function(struct trace *t, const struct event *e)
{
	const char *site = function_at(t, e, e->pc);

	for (unsigned i = e->more->stack_len; i-- > 0;) {
		const char *function = function_at(t, e, e->more->stack[i]);

		if (is_lessons(function))
			return function;
	}
	return starts_with(site, "rio_") || is_lessons(site) ? site : NULL;
}
