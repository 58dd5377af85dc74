/* line: where the strict reader takes a line, json-c must take it too and find the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/unit/lib/same.h"
#include "viewer/load/line.h"
#include "viewer/load/strict.h"

static void complain(const char *what, const char *line, size_t len)
{
	fprintf(stderr, "%s: %.*s\n", what, (int)len, line);
	abort();
}

static void compare(struct store *s, const char *line, size_t len)
{
	struct event strict, parsed;
	struct process proc;
	struct module module;
	struct err err = {""};
	bool taken = strict_read(s, line, len, &strict);
	enum line_kind kind = load_line_parsed(s, line, len, &parsed, &proc, &module, &err);
	const char *differs;

	if (!taken)
		return;
	if (kind != LINE_EVENT)
		complain(err.text, line, len);
	differs = same_event(&strict, &parsed);
	if (differs)
		complain(differs, line, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *a = arena_new();
	char *line = malloc(size); /* of its own: what reads on is seen */
	struct store store;

	if (size)
		memcpy(line, bytes, size);
	store_begin(&store, a);
	compare(&store, line, size);
	store_end(&store);
	free(line);
	arena_free(a);
	return 0;
}
