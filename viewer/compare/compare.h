/*
 * compare.h: two traces, and in what they really differ.
 *
 * Both become canonical forms (canon.h). Listeners are paired by kind and order; connections that are equal in all their
 * steps cancel out, whatever their order, the others are paired at the least number of changed steps; of each pair the
 * steps are aligned. What follows from a difference is not told as another one: who gets other bytes answers otherwise.
 */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "viewer/base/err.h"
#include "viewer/compare/canon.h"

enum difference_class {
#define CLASS(name, ...) CLASS_##name,
#include "viewer/compare/classes.def"
	CLASS_COUNT,
};

enum verdict { VERDICT_SAME, VERDICT_DIFFERENT, VERDICT_INCONCLUSIVE = 3 };

/* A line of a difference: ' ' in both, '-' only in A, '+' only in B. */
struct hunk_line {
	char sign;
	const char *text; /* fit to print */
	const char *site; /* "echo.c:42"; of ' ' where both differ "a.c:42 b.c:40"; NULL unknown */
};

/* One side of a difference. */
struct difference_side {
	const char *step;            /* NULL: it is not there */
	const struct event *event;   /* NULL: no call */
	const char *function, *file; /* of the step, else of the step before it; NULL unknown */
	int line;
	const char *module; /* where there is no line: the object and the address in it */
	uint64_t offset;
	unsigned conn; /* of the first of the connections: c3; 0: none */
};

struct difference {
	enum difference_class class;
	bool counts;
	const char *message;  /* a sentence without its full stop, fit to print */
	const char *role;     /* "server", "client", "proxy", "worker"; "" unknown */
	const char *listener; /* "L1"; NULL */
	int end;              /* enum side, of the connection; -1: it is about no end */
	size_t times;         /* connections that it is found in; 0: it is about none */
	size_t of;            /* of so many to the same listener, in A, or in B for what is only there */
	struct difference_side a, b;
	VEC(struct hunk_line) hunk;
	enum verb verb;     /* of the step, where it is about one */
	const void *latest; /* while they are counted: the connections that were counted last */
};

struct compare_options {
	enum payload payload;
	bool strict; /* everything counts: information, and what follows from other differences */
	bool ignored[CLASS_COUNT];
	bool timing; /* compare how long connections take: more than both of these is told */
	unsigned timing_percent;
	uint64_t timing_ns;
};

struct comparison {
	struct arena *arena;
	struct acts acts;
	struct canon *a, *b;
	struct compare_options options;
	VEC(struct difference) differences; /* those that count first */
	VEC(const char *) doubts;           /* why it is inconclusive: "A: 3 events of srv were lost" */
	size_t conns[2];                    /* connections of A and of B */
	size_t equal;                       /* pairs of them without a difference */
	size_t followed;                    /* differences left out because they follow from others */
	uint64_t unseen;                    /* bytes that were sent in A and not recorded, so not compared */
	size_t counts[CLASS_COUNT];         /* differences by class */
	enum verdict verdict;
};

/* Never fails. The traces must live longer; comparison_free. */
struct comparison *compare(struct trace *a, struct trace *b, const struct compare_options *options);
void comparison_free(struct comparison *c);

/* Set ignored by words with commas between. false: *err names the word that is none. */
bool compare_read_ignored(struct compare_options *o, const char *words, struct err *err);

/* "25%,5ms": either may be left out. */
bool compare_read_timing(struct compare_options *o, const char *text, struct err *err);

const char *class_word(enum difference_class class);
const char *class_about(enum difference_class class);
const char *verdict_word(enum verdict verdict);

#endif
