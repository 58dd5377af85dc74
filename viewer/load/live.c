/* live.c: the newest lines of a process, from a file that it may be writing at this moment. */
#include "viewer/load/live.h"

#include <stdatomic.h>
#include <string.h>

#include "trace/format.h"

/* The last line of a block is filled with spaces before its closing brace: the same line may stand elsewhere
 * without. */
static size_t body_len(const char *text, size_t len)
{
	if (len && text[len - 1] == '}')
		len--;
	while (len && text[len - 1] == ' ')
		len--;
	return len;
}

static uint64_t hash_of(const char *text, size_t len)
{
	return hash_bytes(0, text, body_len(text, len));
}

static bool is_pad(const struct line *line)
{
	size_t len = strlen(TRACE_PAD);

	return line->len >= len && memcmp(line->text, TRACE_PAD, len) == 0;
}

/* Whether something ends right before a line: where a slot was filled anew, a line's place is the middle of another. */
static bool begins_line(const struct input *in, const char *text)
{
	return text == in->bytes || text[-1] == '\n' || text[-1] == '\0';
}

/* A line that changes while it is copied has gone to the trace file, or ended after we began: either way it is not
 * missed here. */
static void keep(struct arena *a, struct live *live, const struct input *in, const struct line *line)
{
	struct live_line l = {.line = *line};

	if (!line->whole || is_pad(line))
		return;
	l.line.text = arena_copy(a, line->text, line->whole_len);
	atomic_thread_fence(memory_order_seq_cst);
	if (!begins_line(in, line->text) || memcmp(l.line.text, line->text, line->whole_len) != 0)
		return;
	if (l.line.text[line->whole_len - 1] != '\n' || memchr(l.line.text, '\n', line->whole_len - 1) ||
	    is_pad(&l.line))
		return;
	l.hash = hash_of(l.line.text, l.line.len);
	vec_push(&live->lines, l);
}

void live_read(struct arena *a, const char *path, struct live *live)
{
	struct err gone;
	struct input in;
	struct lines lines;
	struct line line;

	if (!input_open(a, path, &in, &gone))
		return;
	lines = (struct lines){.at = in.bytes, .end = in.bytes + in.len};
	while (lines_next(&lines, &line))
		keep(a, live, &in, &line);
	for (size_t i = 0; i < live->lines.count; i++)
		map_add(&live->index, live->lines.items[i].hash, &live->lines.items[i]);
}

static bool same_line(const void *value, const void *key)
{
	const struct live_line *l = value;
	const struct line *line = key;
	size_t len = body_len(line->text, line->len);

	return !l->forgotten && body_len(l->line.text, l->line.len) == len &&
	       memcmp(l->line.text, line->text, len) == 0;
}

void live_forget(struct live *live, const char *text, size_t len)
{
	struct line line = {.text = text, .len = len};
	struct live_line *found;

	if (!live->index.count)
		return;
	while ((found = map_find(&live->index, hash_of(text, len), same_line, &line)))
		found->forgotten = true;
}

void live_free(struct live *live)
{
	map_free(&live->index);
	vec_free(&live->lines);
}
