/* nearest: the word somebody probably meant. */
#include "viewer/base/nearest.h"

#include <string.h>

enum { WORD_MAX = 64 };

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Damerau-Levenshtein with neighbours swapped: as many slips of the finger lie between a and b. */
static size_t distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= la; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= la; i++)
		for (size_t j = 1; j <= lb; j++) {
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	return d[la][lb];
}

void nearest_offer(struct nearest *n, const char *word)
{
	size_t len = strlen(n->typed), limit = len < 3 ? 1 : len < 6 ? 2 : 3;
	/* A beginning is meant, however short: "time" is timeline. */
	size_t d = len >= 2 && strncmp(word, n->typed, len) == 0 ? 1 : distance(n->typed, word);

	if (d > limit || (n->word && d >= n->distance))
		return;
	n->word = word;
	n->distance = d;
}
