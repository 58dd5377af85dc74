/* pack.c: the lines of many trace files in one. */
#include "viewer/load/pack.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "trace/format.h"
#include "viewer/base/json.h"
#include "viewer/load/input.h"
#include "viewer/load/live.h"
#include "viewer/load/paths.h"

struct packer {
	struct arena *arena;
	struct packed *packed;
	FILE *to;
	bool begun; /* the file that is read has had its first process line */
};

static void leave_out(struct packer *p, const char *path, const char *why)
{
	vec_push(&p->packed->left_out, arena_printf(p->arena, "%s: %s", path, why));
}

static bool is_pad(const struct line *line)
{
	size_t len = strlen(TRACE_PAD);

	return line->len >= len && memcmp(line->text, TRACE_PAD, len) == 0;
}

/* The version of the trace that a process line begins; 0: it is another line. */
static int64_t version_of(const struct line *line)
{
	struct err ignored;
	json_object *object = json_parse(line->text, line->len, &ignored), *ev;
	int64_t version = 0;

	ev = object ? json_member(object, "ev", json_type_string) : NULL;
	if (ev && strcmp(json_object_get_string(ev), "process") == 0)
		json_integer(json_member(object, "v", json_type_int), 1, INT32_MAX, &version);
	json_object_put(object);
	return version;
}

/* The last line of a block is filled with spaces before its brace: they are not needed here. */
static void put_line(struct packer *p, const struct line *line)
{
	size_t len = line->len;

	if (len > 1 && line->text[len - 1] == '}')
		for (len--; len && line->text[len - 1] == ' ';)
			len--;
	fwrite(line->text, 1, len, p->to);
	fputs(len < line->len ? "}\n" : "\n", p->to);
	p->packed->lines++;
}

/* False: the rest of the file is not to be read. */
static bool take_line(struct packer *p, const char *path, const struct line *line)
{
	int64_t version;

	if (is_pad(line) || (!line->whole && line->text[line->len - 1] != '}'))
		return true;
	if (!p->begun) {
		version = version_of(line);
		if (version > TRACE_VERSION) {
			leave_out(p, path, "its format is newer than this socktrace");
			return false;
		}
		if (!version)
			return true;
		p->begun = true;
	}
	put_line(p, line);
	return true;
}

static bool pack_lines(struct packer *p, const struct source *s, const struct input *in, struct live *live)
{
	struct lines lines = {.at = in->bytes, .end = in->bytes + in->len};
	struct line line;

	while (lines_next(&lines, &line)) {
		live_forget(live, line.text, line.len);
		if (!take_line(p, s->path, &line))
			return false;
	}
	return true;
}

static void pack_source(struct packer *p, const struct source *s)
{
	struct live live = {0};
	struct input in;
	struct err err;

	p->begun = false;
	if (s->live)
		live_read(p->arena, s->live, &live);
	if (!input_open(p->arena, s->path, &in, &err)) {
		leave_out(p, s->path, strerror(errno));
	} else if (pack_lines(p, s, &in, &live)) {
		for (size_t i = 0; i < live.lines.count; i++)
			if (!live.lines.items[i].forgotten)
				take_line(p, s->live, &live.lines.items[i].line);
		if (!p->begun)
			leave_out(p, s->path, "no trace lines in here");
	}
	p->packed->files += p->begun;
	live_free(&live);
}

static bool is_same_file(const char *path, const char *other)
{
	struct stat a, b;

	return other && stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool pack_write(struct arena *a, const char *const *paths, int count, const char *except, FILE *to,
		struct packed *packed, struct err *err)
{
	struct packer p = {.arena = a, .packed = packed, .to = to};
	struct sources sources = {0};
	bool found = paths_find(a, paths, count, &sources, err);

	for (size_t i = 0; found && i < sources.items.count; i++)
		if (!is_same_file(sources.items.items[i].path, except))
			pack_source(&p, &sources.items.items[i]);
	paths_free(&sources);
	if (!found)
		return false;
	if (fflush(to) != 0 || ferror(to))
		return err_set(err, "%s: %s", except ? except : "standard output", strerror(errno));
	if (packed->files)
		return true;
	return packed->left_out.count ? err_set(err, "%s", packed->left_out.items[0])
				      : err_set(err, "nothing to pack but the file that would be written");
}

void packed_free(struct packed *packed)
{
	vec_free(&packed->left_out);
}
