/* file.c: one trace file, with what is live of it, into the trace. */
#include "viewer/load/file.h"

#include <string.h>

#include "viewer/load/input.h"
#include "viewer/load/line.h"
#include "viewer/load/live.h"
#include "viewer/load/pending.h"

enum { TELL_EVERY = 4096, /* lines */ BAD_ENOUGH = 100 }; /* lines of a file in which none is a trace's */

struct reader {
	struct warner *warner;
	struct store *store;
	struct progress *progress;
	struct trace *t;
	const char *path, *live_path;
	struct process *proc; /* whose lines these are; NULL before the first process line */
	struct event *spare;
	struct err first; /* the first line's trouble */
	size_t bad, orphans;
	bool newer;
};

static void bad_line(struct reader *r, const char *path, const struct line *line, const struct err *err)
{
	struct err located = *err;

	err_where(&located, "%s:%u", path, line->number);
	if (r->bad++ == 0)
		r->first = located;
	if (r->proc)
		warn_add(r->warner, "%s", located.text);
}

static void add_process(struct reader *r, const struct process *proc)
{
	if (!r->proc && r->bad)
		warn_add(r->warner, "%s", r->first.text);
	r->proc = arena_alloc(r->t->arena, sizeof *r->proc);
	*r->proc = *proc;
	r->proc->file = r->path;
	r->proc->live_file = r->live_path;
	vec_push(&r->t->procs, r->proc);
}

static void add_event(struct reader *r, const char *path, const struct line *line)
{
	struct event *e = r->spare;

	r->spare = NULL;
	e->proc = r->proc;
	e->is_live = path == r->live_path;
	e->lineno = line->number;
	if (e->t_ns < r->proc->start_ns)
		r->proc->start_ns = e->t_ns;
	if (event_end_ns(e) > r->proc->last_ns)
		r->proc->last_ns = event_end_ns(e);
	if (e->kind == EVENT_LOST)
		r->proc->lost += (size_t)e->ret;
	vec_push(&r->t->events, e);
}

/* A line before any process line belongs to nobody. */
static void orphan(struct reader *r, const char *path, const struct line *line)
{
	struct err err;

	if (r->orphans++)
		return;
	err_set(&err, "no process line before this one: a live file is read with its %s beside it",
		"PID.NAME" TRACE_SUFFIX);
	bad_line(r, path, line, &err);
}

static void read_line(struct reader *r, const char *path, const struct line *line)
{
	struct process proc;
	struct module module;
	struct err err;
	enum line_kind kind;

	if (!r->spare)
		r->spare = arena_alloc(r->t->arena, sizeof *r->spare);
	kind = load_line(r->store, line->text, line->len, r->spare, &proc, &module, &err);
	if (kind == LINE_PROCESS)
		add_process(r, &proc);
	else if (kind == LINE_NEWER)
		r->newer = true;
	if (kind == LINE_NEWER || (kind == LINE_BAD && line->whole))
		bad_line(r, path, line, &err);
	if (kind != LINE_EVENT && kind != LINE_MODULE)
		return;
	if (!r->proc)
		orphan(r, path, line);
	else if (kind == LINE_EVENT)
		add_event(r, path, line);
	else
		vec_push(&r->proc->modules, module);
}

static void read_lines(struct reader *r, const struct input *in, struct live *live)
{
	struct lines lines = {.at = in->bytes, .end = in->bytes + in->len};
	struct line line;

	while (!r->newer && lines_next(&lines, &line)) {
		if (line.number % TELL_EVERY == 0 && r->progress->tell)
			r->progress->tell(r->progress->done + (uint64_t)(lines.at - in->bytes), r->progress->total);
		live_forget(live, line.text, line.len);
		read_line(r, r->path, &line);
		if (!r->proc && r->bad >= BAD_ENOUGH)
			return;
	}
}

/* What is only in the live file is newer than everything in the trace. */
static void read_live(struct reader *r, const struct source *source, struct live *live)
{
	for (size_t i = 0; i < live->lines.count; i++)
		if (!live->lines.items[i].forgotten)
			read_line(r, source->live, &live->lines.items[i].line);
}

static bool is_trace(struct reader *r, const struct input *in, struct err *err)
{
	if (r->newer)
		return *err = r->first, false;
	if (r->proc)
		return true;
	if (r->bad)
		return *err = r->first, false;
	if (in->len == 0)
		return err_set(err, "%s: empty: no trace lines in here", r->path);
	return err_set(err, "%s: no trace lines in here", r->path);
}

static bool read_parts(struct reader *r, const struct source *source, struct live *live, struct err *err)
{
	struct input in;

	if (!input_open(r->t->arena, source->path, &in, err))
		return false;
	if (input_is_zeros(&in))
		return err_set(err, "%s: no trace lines in here: starts with zero bytes", r->path);
	read_lines(r, &in, live);
	r->progress->done += in.len;
	if (!r->newer)
		read_live(r, source, live);
	return is_trace(r, &in, err);
}

bool file_load(struct warner *w, struct store *s, const struct source *source, struct progress *progress,
	       struct err *err)
{
	struct reader r = {.warner = w,
			   .store = s,
			   .progress = progress,
			   .t = w->t,
			   .path = source->path,
			   .live_path = source->live};
	size_t first_event = w->t->events.count;
	struct live live = {0};
	bool ok;

	if (strcmp(r.path, "-") == 0)
		r.path = "standard input";
	if (source->live)
		live_read(w->t->arena, source->live, &live);
	ok = read_parts(&r, source, &live, err);
	live_free(&live);
	pending_settle(w->t, first_event);
	return ok;
}
