/* unit.c: traces written by hand, for the units of the viewer. */
#include "tests/unit/lib/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viewer/base/buf.h"

enum { LOADED_MAX = 8 };

static char dir[64], path[512];
static struct trace *loaded[LOADED_MAX];
static size_t loaded_count;

int unit_setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/socktrace-unit-XXXXXX");
	loaded_count = 0;
	return mkdtemp(dir) ? 0 : -1;
}

int unit_teardown(void **state)
{
	struct dirent *entry;
	DIR *d = opendir(dir);

	(void)state;
	while (loaded_count)
		trace_free(loaded[--loaded_count]);
	while (d && (entry = readdir(d)))
		if (entry->d_name[0] != '.')
			unlink(unit_path(entry->d_name));
	if (d)
		closedir(d);
	return rmdir(dir);
}

const char *unit_dir(void)
{
	return dir;
}

const char *unit_path(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

void unit_write_bytes(const char *name, const char *bytes, size_t len)
{
	FILE *f = fopen(unit_path(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

void unit_write(const char *name, const char *text)
{
	struct buf b = {0};

	buf_puts(&b, text);
	for (size_t i = 0; i < b.len; i++)
		if (b.bytes[i] == '\'')
			b.bytes[i] = '"';
	unit_write_bytes(name, b.bytes, b.len);
	buf_free(&b);
}

static struct trace *load(bool all)
{
	const char *const paths[] = {dir};
	struct load_options options = {.all = all};
	struct err err;
	struct trace *t = load_trace(paths, 1, &options, &err);

	if (!t)
		fail_msg("%s", err.text);
	assert_true(loaded_count < LOADED_MAX);
	loaded[loaded_count++] = t;
	return t;
}

struct trace *unit_load(void)
{
	return load(false);
}

struct trace *unit_load_all(void)
{
	return load(true);
}

const char *unit_refusal(const char *what)
{
	static struct err err;
	struct load_options options = {0};
	struct trace *t = load_trace(&what, 1, &options, &err);

	if (!t)
		return err.text;
	trace_free(t);
	fail_msg("%s was read", what);
	return NULL;
}

struct event *unit_call(struct trace *t, enum call_id call, size_t count)
{
	for (size_t i = 0; i < t->events.count; i++)
		if (t->events.items[i]->call == call && count-- == 0)
			return t->events.items[i];
	fail_msg("no such %s", call_table[call].name);
	return NULL;
}
