/* course.h: which rules are tried, what fails, what it costs: what options and a course's file ask for. */
#ifndef VERDICT_COURSE_H
#define VERDICT_COURSE_H

#include "viewer/check/rule.h"

/* What was typed; NULL where nothing. */
struct course_words {
	const char *only, *except; /* "ST012,ST014" */
	unsigned fail_on;          /* of COURSE_FAIL_ON */
};

#define COURSE_FAIL_ON "probable|proved|advice"

struct course {
	struct arena *arena;
	bool *wanted;       /* by rule, as in check_rules */
	enum grade fail_on; /* this grade and those above */
};

/* False: *err names the word that means nothing. course_free gives it back in either case. */
bool course_read(struct course *c, const struct course_words *words, struct err *err);
void course_free(struct course *c);

#endif
