/* verdict.h: what was found in one hand-in. */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "viewer/load/load.h"
#include "viewer/verdict/course.h"

/* Also the exit status of `check`. Unreadable and inconclusive are no mistake of the program's. */
enum verdict_outcome { CHECK_CLEAN, CHECK_FOUND, CHECK_UNREADABLE, CHECK_INCONCLUSIVE };

/* A hand-in: traces that belong together. */
struct handin {
	const char *name; /* as it was given */
	const char *const *paths;
	int count;
};

struct verdict {
	const struct course *course;
	const char *name; /* the hand-in's, printable */
	enum verdict_outcome outcome;
	struct arena *arena;       /* the trace's, or an own one where there is none */
	struct trace *trace;       /* NULL: unreadable */
	struct findings *findings; /* likewise */
	uint64_t zero_ns;          /* of the trace's first step: times are told since then */
	struct err err;            /* unreadable: why */
};

/* Load the traces as one and try the course's rules. The caller calls verdict_end. */
void verdict_find(struct verdict *v, const struct course *course, const struct handin *h,
		  const struct load_options *load);
void verdict_end(struct verdict *v);

/* The same for a trace that is loaded, and that verdict_end then gives back. */
void verdict_take(struct verdict *v, const struct course *course, const char *name, struct trace *t);

/* "clean", "found", "unreadable", "inconclusive". */
const char *verdict_outcome_name(enum verdict_outcome outcome);

/* Whether the finding is at or above the grade that the course lets fail; whether the rule has such a finding. */
bool verdict_fails(const struct verdict *v, const struct finding *f);
bool verdict_rule_fails(const struct verdict *v, size_t rule);

/* The points that the hand-in has, of *most. What was not shown to be wrong is right. */
unsigned verdict_points(const struct verdict *v, unsigned *most);

/* The course's words, else the rule's and the finding's. */
const char *verdict_title(const struct verdict *v, size_t rule);
const char *verdict_cure(const struct verdict *v, const struct finding *f);

#endif
