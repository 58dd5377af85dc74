/* nearest.h: the word somebody probably meant. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/* Keeps the closest of the words offered. Start with {.typed = what was typed}. */
struct nearest {
	const char *typed;
	const char *word; /* NULL: nothing offered was near */
	size_t distance;
};

void nearest_offer(struct nearest *n, const char *word);

#endif
