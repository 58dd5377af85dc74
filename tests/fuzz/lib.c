/* lib.c: what the fuzz targets share. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "viewer/compare/compare.h"
#include "viewer/load/load.h"

const char *fuzz_file(const uint8_t *bytes, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) < 0 || pwrite(fd, bytes, size, 0) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return path;
}

/* They are what is not plain, in the order of the events, whatever was left out and sorted meanwhile. */
static void check_landmarks(const struct trace *t)
{
	size_t found = 0;

	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];

		if (e->is_plain != event_is_plain(e) ||
		    (!e->is_plain && (found == t->landmarks.count || t->landmarks.items[found++] != e)))
			abort();
	}
	if (found != t->landmarks.count)
		abort();
}

void fuzz_ask(const struct trace *t)
{
	check_landmarks(t);
	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];
		char *data = malloc(e->data_len + 1);
		int64_t number;

		event_data(e, data);
		free(data);
		event_call_name(e);
		event_file(e);
		event_arg_int(e, "count", &number);
		event_arg_text(e, "domain");
		event_text(e, "status");
		event_is_eof(e);
		event_failed(e);
	}
}

void fuzz_load(const char *path)
{
	const struct load_options options = {.all = true};
	struct err err;
	struct trace *t = load_trace(&path, 1, &options, &err);

	if (t)
		fuzz_ask(t);
	trace_free(t);
}

void fuzz_compare(struct trace *trace, bool strict)
{
	const struct compare_options options = {.strict = strict};
	struct comparison *c = compare(trace, trace, &options);

	if (c->verdict == VERDICT_DIFFERENT)
		abort();
	comparison_free(c);
}
