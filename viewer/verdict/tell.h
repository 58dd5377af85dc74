/* tell.h: the forms in which verdicts are told: a file tell_NAME.c each, listed in tell.c. */
#ifndef VERDICT_TELL_H
#define VERDICT_TELL_H

#include "viewer/base/buf.h"
#include "viewer/format/look.h"
#include "viewer/verdict/verdict.h"

enum {
	RULES_MOST = 64, /* a tally has a bit for each */
};

struct telling {
	const struct look *look;
	size_t count; /* of hand-ins */
	size_t index; /* of the one that is told, from 1 */
};

/* What remains of a verdict when its trace is given back. */
struct tally {
	const char *name;
	enum verdict_outcome outcome;
	unsigned grades[GRADES]; /* how many findings */
	unsigned points, most;
	uint64_t fails; /* a bit a rule */
	struct err err; /* unreadable: why */
};

/* One form. All but `tell` may be NULL. */
struct form {
	const char *name;
	bool one; /* it has no way to tell of several hand-ins */
	void (*begin)(const struct telling *t, struct buf *out);
	void (*tell)(const struct verdict *v, const struct telling *t, struct buf *out);
	const char *between; /* two of several */
	void (*end)(const struct telling *t, const struct tally *tallies, struct buf *out);
};

#define TELL_FORMS "text|json|tap|tap13|junit|gradescope|autolab"
extern const struct form *const tell_forms[]; /* in that order */
extern const struct form form_text, form_json, form_tap, form_tap13, form_junit, form_gradescope, form_autolab;

/* A finding as plain lines behind a margin: what, where, what to change. The source's text is not in it: what a student
 * is shown of a test run must not be able to quote files that he has not got. */
void tell_plain(const struct verdict *v, const struct finding *f, const char *margin, struct buf *out);

/* "ST012: 23 B moved unseen", a line each, behind a margin. */
void tell_doubts(const struct verdict *v, const char *margin, struct buf *out);

/* The doubts of one rule, as one clause; NULL: there are none. */
const char *tell_doubt_of(const struct verdict *v, size_t rule);

/* A string as JSON, which is also YAML, with its quotes. */
void tell_quoted(struct buf *out, const char *text);

/* The rules, a line each. */
void tell_rules(const struct look *look, struct buf *out);

/* A page of docs/mistakes as text for a terminal. */
void tell_page(const char *markdown, const struct look *look, struct buf *out);

#endif
