/* options: any words, parted by NUL, as a command line. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "viewer/base/options.h"

enum { WORDS_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	bool yes = false, no = true;
	const char *text = NULL, *list = NULL;
	unsigned number = 0, choice = 0;
	const struct option table[] = {
		{OPTION_TRUE, "all", 'a', NULL, &yes, "", 0, 0},
		{OPTION_FALSE, "no-pager", 0, NULL, &no, "", 0, 0},
		{OPTION_STRING, "output", 'o', "FILE", &text, "", 0, 0},
		{OPTION_LIST, "only", 0, "RULE,RULE", &list, "", 0, 0},
		{0},
	};
	const struct option more[] = {
		{OPTION_NUMBER, "width", 'w', "N", &number, "", 72, 1000},
		{OPTION_CHOICE, "color", 'c', "auto|always|never", &choice, "", 0, 0},
		{0},
	};
	char *words = malloc(size + 1), *argv[WORDS_MAX + 1], *at = words;
	struct err err;
	int argc = 0;

	if (size)
		memcpy(words, bytes, size);
	words[size] = '\0';
	for (; argc < WORDS_MAX && at <= words + size; at += strlen(at) + 1)
		argv[argc++] = at;
	argv[argc] = NULL;
	if (options_take(table, more, size % 2, argc, argv, &err) > argc || number > 1000 || choice > 2)
		abort();
	options_forget();
	free(words);
	return 0;
}
