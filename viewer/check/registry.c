/* registry: all rules, as the folder has them, and their pages. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/nearest.h"
#include "viewer/check/rule.h"

#define RULE(name, page)                                                                                               \
	extern const struct rule name;                                                                                 \
	extern const char page_##name[];
#include "rules.def"
#undef RULE

const struct rule *const check_rules[] = {
#define RULE(name, page) &name,
#include "rules.def"
#undef RULE
};

/* In handins.c a hand-in's mistakes are bits of a word. */
_Static_assert(sizeof check_rules / sizeof *check_rules <= 64, "64 rules at most");

static const char *const pages[] = {
#define RULE(name, page) page_##name,
#include "rules.def"
#undef RULE
};

const size_t check_rule_count = sizeof check_rules / sizeof *check_rules;

const char *check_page(const struct rule *rule)
{
	for (size_t i = 0; i < check_rule_count; i++)
		if (check_rules[i] == rule)
			return pages[i];
	return NULL;
}

/* The number in "ST012-io-on-listenfd"; 0 where there is none. */
static unsigned long number_of(const char *name, const char **rest)
{
	char *end;
	unsigned long n;

	if (strncasecmp(name, "ST", 2) == 0)
		name += 2;
	if (!isdigit((unsigned char)*name))
		return 0;
	n = strtoul(name, &end, 10);
	*rest = end;
	return n;
}

int check_rule_find(const char *name, struct err *err)
{
	struct nearest near = {.typed = name};
	const char *rest = "", *ignored;
	unsigned long number = number_of(name, &rest);

	for (size_t i = 0; i < check_rule_count; i++) {
		const char *id = check_rules[i]->id;

		if (strcasecmp(id, name) == 0 || (number && !*rest && number_of(id, &ignored) == number))
			return (int)i;
		nearest_offer(&near, id);
	}
	err_set(err, near.word ? "no rule `%s`: did you mean `%s`?" : "no rule `%s`: `socktrace check --list` has them",
		name, near.word);
	return -1;
}
