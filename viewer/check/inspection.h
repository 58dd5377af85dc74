/* inspection.h: what goes on while the rules are tried. For check.c and ask.c. */
#ifndef CHECK_INSPECTION_H
#define CHECK_INSPECTION_H

#include "viewer/check/rule.h"

struct call_list {
	VEC(const struct event *) events;
};

struct inspection {
	struct trace *t;
	struct findings *found;
	const struct rule *rule;         /* that is being tried */
	struct call_list of[CALL_COUNT]; /* by call */
	VEC(struct call_list) merged;    /* of rule_calls_of */
};

#endif
