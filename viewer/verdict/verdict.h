/* verdict.h: what was found in one hand-in. */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "viewer/load/load.h"
#include "viewer/verdict/course.h"

/* Also the exit status of `check`. Unreadable and inconclusive are no mistake of the program's. */
enum verdict_outcome { CHECK_CLEAN, CHECK_FOUND, CHECK_UNREADABLE, CHECK_INCONCLUSIVE };

struct verdict {
	const struct course *course;
	enum verdict_outcome outcome;
	struct trace *trace;       /* NULL: unreadable */
	struct findings *findings; /* likewise */
	uint64_t zero_ns;          /* of the trace's first step: times are told since then */
	struct err err;            /* unreadable: why */
};

/* Load the traces as one and try the course's rules. The caller calls verdict_end. */
void verdict_find(struct verdict *v, const struct course *course, const char *const *paths, int count,
		  const struct load_options *load);
void verdict_end(struct verdict *v);

/* "clean", "found", "unreadable", "inconclusive". */
const char *verdict_outcome_name(enum verdict_outcome outcome);

/* Whether the finding is at or above the grade that the course lets fail. */
bool verdict_fails(const struct verdict *v, const struct finding *f);

#endif
