/* course.h: which rules are tried, what fails, what it costs: what options and a course's file ask for. */
#ifndef VERDICT_COURSE_H
#define VERDICT_COURSE_H

#include "viewer/check/rule.h"

/* What was typed; NULL where nothing. */
struct course_words {
	const char *file;          /* a course's, see course_read */
	const char *only, *except; /* "ST012,ST014" */
	const char *points;        /* "ST012=5,ST014=10" */
	unsigned fail_on;          /* of COURSE_FAIL_ON, or COURSE_FAIL_ON_UNSET */
};

#define COURSE_FAIL_ON "probable|proved|advice"
enum { COURSE_FAIL_ON_UNSET = 3 };

/* What a course says of a rule, by its index in check_rules. */
struct course_rule {
	bool wanted;
	unsigned points;   /* that a hand-in without this mistake gets */
	const char *title; /* the course's own words, printable; NULL: the rule's */
	const char *cure;
};

struct course {
	struct arena *arena;
	struct course_rule *rules;
	enum grade fail_on;  /* this grade and those above */
	const char *problem; /* Autolab: the problem that all points belong to; NULL: each rule is one */
};

/*
 * Read the course's file, a JSON object:
 *
 *   {"only": ["ST012"], "except": ["ST006"], "fail_on": "proved", "points": {"ST012": 5},
 *    "words": {"ST012": {"title": "...", "cure": "see sheet 3"}}, "autolab_problem": "Sockets"}
 *
 * and then what was typed, which counts more. Where nobody gives points, each rule that can fail is worth 1. False: *err
 * names the word that means nothing. course_free gives it back in either case.
 */
bool course_read(struct course *c, const struct course_words *words, struct err *err);
void course_free(struct course *c);

/* course_file.c: what the file says. */
bool course_read_file(struct course *c, const char *file, bool *has_points, struct err *err);

/* Try only, or all but, the rules of a list; give a rule points. For course_file.c. */
bool course_only(struct course *c, const char *name, size_t len, bool first, struct err *err);
bool course_except(struct course *c, const char *name, size_t len, struct err *err);
bool course_points(struct course *c, const char *name, size_t len, unsigned points, struct err *err);

enum { POINTS_MOST = 1000000 };

#endif
