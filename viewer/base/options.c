/* options: command lines read, and explained, from one table. */
#include "viewer/base/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/arena.h"
#include "viewer/base/nearest.h"

struct words {
	int count, next;
	char **argv;
};

static bool takes_argument(const struct option *o)
{
	return o->kind != OPTION_TRUE && o->kind != OPTION_FALSE;
}

static bool choose(const struct option *o, const char *value, unsigned *target)
{
	unsigned index = 0;

	for (const char *word = o->argument; word; index++) {
		size_t len = strcspn(word, "|");

		if (strlen(value) == len && strncmp(word, value, len) == 0) {
			*target = index;
			return true;
		}
		word = word[len] ? word + len + 1 : NULL;
	}
	return false;
}

static bool number(const struct option *o, const char *value, unsigned *target)
{
	char *end;
	unsigned long n;

	if (value[0] < '0' || value[0] > '9')
		return false;
	errno = 0;
	n = strtoul(value, &end, 10);
	if (errno || *end || n < o->least || n > o->most)
		return false;
	*target = (unsigned)n;
	return true;
}

/* What lists that were given again have become; NULL: none was. */
static struct arena *joined;

static void add_words(const char **target, const char *value)
{
	if (!*target) {
		*target = value;
		return;
	}
	if (!joined)
		joined = arena_new();
	*target = arena_printf(joined, "%s,%s", *target, value);
}

void options_forget(void)
{
	arena_free(joined);
	joined = NULL;
}

static bool store(const struct option *o, const char *written, const char *value, struct err *err)
{
	switch (o->kind) {
	case OPTION_TRUE:
	case OPTION_FALSE:
		*(bool *)o->target = o->kind == OPTION_TRUE;
		return true;
	case OPTION_STRING:
		*(const char **)o->target = value;
		return true;
	case OPTION_LIST:
		add_words(o->target, value);
		return true;
	case OPTION_NUMBER:
		return number(o, value, o->target) ||
		       err_set(err, "%s wants a number from %u to %u, not `%s`", written, o->least, o->most, value);
	case OPTION_CHOICE:
		return choose(o, value, o->target) ||
		       err_set(err, "%s is one of %s, not `%s`", written, o->argument, value);
	case OPTION_END:
		break;
	}
	return false;
}

static const struct option *find(const struct option *table, const char *name, size_t len, char letter)
{
	for (const struct option *o = table; o && o->kind != OPTION_END; o++)
		if (name ? o->name && strlen(o->name) == len && strncmp(o->name, name, len) == 0
			 : o->letter && o->letter == letter)
			return o;
	return NULL;
}

static void offer(struct nearest *near, const struct option *table)
{
	for (const struct option *o = table; o && o->kind != OPTION_END; o++)
		if (o->name && o->help)
			nearest_offer(near, o->name);
}

static int unknown(const struct option *table, const struct option *more, const char *word, struct err *err)
{
	char name[64] = "";
	struct nearest near = {.typed = name};

	if (strncmp(word, "--", 2) != 0)
		return err_set(err, "unknown option `%s`: --help tells which there are", word);
	strncat(name, word + 2, strcspn(word + 2, "=") < sizeof name - 1 ? strcspn(word + 2, "=") : sizeof name - 1);
	offer(&near, table);
	offer(&near, more);
	if (!near.word)
		return err_set(err, "unknown option `%s`: --help tells which there are", word);
	return err_set(err, "unknown option `%s`: did you mean `--%s`?", word, near.word);
}

static bool take(const struct option *table, const struct option *more, struct words *in, struct err *err)
{
	char *word = in->argv[in->next++];
	bool is_long = word[1] == '-';
	const char *name = is_long ? word + 2 : NULL;
	size_t len = is_long ? strcspn(name, "=") : 0;
	const char *value = is_long ? (name[len] ? name + len + 1 : NULL) : (word[2] ? word + 2 : NULL);
	const struct option *o = find(table, name, len, word[1]);

	if (!o)
		o = find(more, name, len, word[1]);
	if (!o)
		return unknown(table, more, word, err);
	if (value && !takes_argument(o))
		return err_set(err, "%.*s takes no value", is_long ? (int)len + 2 : 2, word);
	if (!value && takes_argument(o)) {
		if (in->next >= in->count)
			return err_set(err, "%s wants a value: %s", word, o->argument);
		value = in->argv[in->next++];
	}
	return store(o, word, value, err);
}

int options_take(const struct option *table, const struct option *more, bool leading, int argc, char **argv,
		 struct err *err)
{
	struct words in = {.count = argc, .argv = argv};
	int left = 0;

	while (in.next < argc) {
		char *word = argv[in.next];

		if (strcmp(word, "--") == 0) {
			in.next++;
			break;
		}
		if (word[0] == '-' && word[1]) {
			if (!take(table, more, &in, err))
				return -1;
			continue;
		}
		if (leading)
			break;
		argv[left++] = argv[in.next++];
	}
	while (in.next < argc)
		argv[left++] = argv[in.next++];
	argv[left] = NULL;
	return left;
}

bool options_have(const struct option *table, const struct option *option)
{
	return option->name ? find(table, option->name, strlen(option->name), 0) : find(table, NULL, 0, option->letter);
}

const char *options_argument(const struct option *o)
{
	return takes_argument(o) ? o->argument : NULL;
}

static void help(struct buf *b, const struct option *o)
{
	char left[64];
	const char *equals = takes_argument(o) ? "=" : "", *argument = takes_argument(o) ? o->argument : "";

	if (!o->name)
		snprintf(left, sizeof left, "-%c %s", o->letter, argument);
	else if (o->letter)
		snprintf(left, sizeof left, "-%c, --%s%s%s", o->letter, o->name, equals, argument);
	else
		snprintf(left, sizeof left, "--%s%s%s", o->name, equals, argument);
	buf_printf(b, "  %-28s  %s\n", left, o->help);
}

void options_help(struct buf *b, const struct option *table, const struct option *over)
{
	for (const struct option *o = table; o && o->kind != OPTION_END; o++)
		if (o->help && !options_have(over, o))
			help(b, o);
}
