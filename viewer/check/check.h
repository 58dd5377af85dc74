/* check.h: the mistakes that a trace proves. */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "viewer/base/err.h"
#include "viewer/base/vec.h"
#include "viewer/model/model.h"

struct inspection;
struct rule;

enum grade { GRADE_ADVICE, GRADE_PROBABLE, GRADE_PROVED, GRADES };

struct finding {
	const struct rule *rule;
	enum grade grade;
	const struct event *at;  /* the call whose line is to be changed: process, thread, time */
	const struct conn *conn; /* NULL: none */
	const char *what;        /* "descriptor 3 only accepts: read gave ENOTCONN" */
	const char *cure;        /* "Talk on what accept returned." */
	unsigned times;          /* how often that line did it: the first time is `at` */
};

/* "ST012": the first part of a rule's id. */
enum { RULE_SHORT = 5 };

/* Why a rule could not be tried. */
struct doubt {
	const struct rule *rule; /* NULL: it concerns all */
	const char *why;
};

/* Strings live in the trace's arena. */
struct findings {
	VEC(struct finding) list; /* by time, then by rule */
	VEC(struct doubt) doubts;
};

/* All rules by number. */
extern const struct rule *const check_rules[];
extern const size_t check_rule_count;

/* Try those rules of check_rules for which `wanted` is true (NULL: all). The caller calls findings_free. */
struct findings *check_trace(struct trace *t, const bool *wanted);
void findings_free(struct findings *f);

/* The index in check_rules of "ST012-io-on-listenfd", "ST012", "st12" or "12". -1: *err names the nearest. */
int check_rule_find(const char *name, struct err *err);

/* The rule's page, in Markdown. */
const char *check_page(const struct rule *rule);

/* "advice", "probable", "proved". */
const char *grade_name(enum grade grade);

#endif
