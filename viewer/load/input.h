/* input.h: the bytes of a file. */
#ifndef LOAD_INPUT_H
#define LOAD_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viewer/base/arena.h"
#include "viewer/base/err.h"

struct input {
	const char *bytes;
	size_t len;
};

/* Open a file, or "-" for standard input. Its bytes live as long as the arena: a large file is mapped, a small
 * one or a pipe read to its end. Somebody who truncates a mapped file ends the viewer (SIGBUS). */
bool input_open(struct arena *a, const char *path, struct input *in, struct err *err);

/* Have the kernel map these bytes of a file at once, page by page it takes longer. */
void input_map(const char *begin, const char *end);

/* Whether it begins with zero bytes and, as far as it is worth looking, holds nothing else. */
bool input_is_zeros(const struct input *in);

/* A line of an input. */
struct line {
	const char *text;
	size_t len;       /* without newline and blanks behind it */
	size_t whole_len; /* with them */
	uint32_t number;
	bool whole; /* a newline ends it */
};

struct lines {
	const char *at, *end;
	uint32_t number;
};

/* The next line that is not empty; zero bytes before it are skipped. False: no more. */
bool lines_next(struct lines *lines, struct line *line);

#endif
