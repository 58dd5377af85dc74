/* file.c: one trace file, with what is live of it, into the trace. */
#include "viewer/load/file.h"

#include <string.h>

#include "viewer/load/pending.h"

enum { PIECE_SIZE = 1 << 20 };

struct reader {
	struct warner *warner;
	struct store *store;
	struct trace *t;
	const char *path, *live_path;
	unsigned argument;    /* of the command's, that the file was found by */
	struct process *proc; /* whose lines these are; NULL before the first process line */
	struct err first;     /* the first line's trouble */
	size_t bad, orphans, pendings;
	bool newer;
};

/* Opening */

/* Whether there is a trace in here, as far as it is worth looking. */
static bool has_process(const struct input *in, struct store *s)
{
	struct piece head = {0};
	struct lines lines = {.at = in->bytes, .end = in->bytes + in->len};
	struct line line;
	bool found = false;

	while (!found && head.bad < BAD_ENOUGH && lines_next(&lines, &line)) {
		piece_add(&head, s, &line);
		for (size_t i = 0; i < head.marks.count; i++)
			found |= head.marks.items[i].kind == LINE_PROCESS || head.marks.items[i].kind == LINE_NEWER;
		head.events.count = 0;
	}
	return found;
}

static const char *line_end(const char *at, const char *end)
{
	const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;

	return newline ? newline + 1 : end;
}

static void cut(struct file *f, struct store *s)
{
	const char *end = f->in.bytes + f->in.len;
	bool doubtful = !has_process(&f->in, s);
	size_t size = doubtful ? f->in.len : PIECE_SIZE;

	for (const char *at = f->in.bytes, *behind; at < end; at = behind) {
		behind = (size_t)(end - at) > size ? line_end(at + size, end) : end;
		vec_push(&f->pieces, ((struct piece){.begin = at, .end = behind, .doubtful = doubtful}));
	}
}

void file_open(struct file *f, struct arena *a, struct store *s, const struct source *source)
{
	*f = (struct file){.source = source};
	if (source->live)
		live_read(a, source->live, &f->live);
	if (!input_open(a, source->path, &f->in, &f->trouble))
		return;
	if (input_is_zeros(&f->in)) {
		err_set(&f->trouble, "%s: no trace lines in here: starts with zero bytes", source->path);
		return;
	}
	f->is_open = true;
	cut(f, s);
}

void file_free(struct file *f)
{
	vec_free(&f->pieces);
	live_free(&f->live);
}

/* Taking */

static void bad_line(struct reader *r, const char *path, uint32_t number, const struct err *err)
{
	struct err located = *err;

	err_where(&located, "%s:%u", path, number);
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
	r->proc->boot = intern_bytes(&r->store->kept, proc->boot, strlen(proc->boot));
	r->proc->file = r->path;
	r->proc->live_file = r->live_path;
	r->proc->argument = r->argument;
	vec_push(&r->t->procs, r->proc);
}

static void add_event(struct reader *r, const char *path, uint32_t lines_before, struct event *e)
{
	e->proc = r->proc;
	e->is_live = path == r->live_path;
	e->lineno += lines_before;
	if (e->t_ns < r->proc->start_ns)
		r->proc->start_ns = e->t_ns;
	if (event_end_ns(e) > r->proc->last_ns)
		r->proc->last_ns = event_end_ns(e);
	if (e->kind == EVENT_LOST)
		r->proc->lost += (size_t)e->ret;
	vec_push_in(r->t->arena, &r->t->events, e);
}

/* A line before any process line belongs to nobody. */
static void orphan(struct reader *r, const char *path, uint32_t number)
{
	struct err err;

	if (r->orphans++)
		return;
	err_set(&err, "no process line before this one: a live file is read with its %s beside it",
		"PID.NAME" TRACE_SUFFIX);
	bad_line(r, path, number, &err);
}

static void take_events(struct reader *r, const char *path, uint32_t lines_before, struct piece *p, size_t from,
			size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (r->proc)
			add_event(r, path, lines_before, p->events.items[i]);
		else
			orphan(r, path, lines_before + p->events.items[i]->lineno);
	}
}

static void take_mark(struct reader *r, const char *path, uint32_t lines_before, const struct mark *m)
{
	uint32_t number = lines_before + m->number;

	if (m->kind == LINE_PROCESS)
		add_process(r, m->process);
	else if (m->kind != LINE_MODULE)
		bad_line(r, path, number, m->err);
	else if (r->proc)
		vec_push(&r->proc->modules, *m->module);
	else
		orphan(r, path, number);
	r->newer |= m->kind == LINE_NEWER;
}

static void take_piece(struct reader *r, const char *path, uint32_t lines_before, struct piece *p)
{
	size_t taken = 0, untold = p->bad > BAD_TOLD ? p->bad - BAD_TOLD : 0;

	for (size_t i = 0; i < p->marks.count; i++) {
		const struct mark *m = &p->marks.items[i];

		take_events(r, path, lines_before, p, taken, m->at);
		taken = m->at;
		take_mark(r, path, lines_before, m);
	}
	take_events(r, path, lines_before, p, taken, p->events.count);
	r->pendings += p->pendings;
	r->bad += untold;
	r->warner->count += r->proc ? untold : 0;
}

/* What is only in the live file is newer than everything in the trace. */
static void take_live(struct reader *r, struct file *f)
{
	struct lines lines = {.at = f->in.bytes, .end = f->in.bytes + f->in.len};
	struct piece newest = {0};
	struct line line;

	while (f->live.lines.count && lines_next(&lines, &line))
		live_forget(&f->live, line.text, line.len);
	for (size_t i = 0; i < f->live.lines.count; i++)
		if (!f->live.lines.items[i].forgotten)
			piece_add(&newest, r->store, &f->live.lines.items[i].line);
	take_piece(r, r->live_path, 0, &newest);
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

bool file_take(struct file *f, struct warner *w, struct store *s, struct err *err)
{
	struct reader r = {.warner = w,
			   .store = s,
			   .t = w->t,
			   .path = f->source->path,
			   .live_path = f->source->live,
			   .argument = f->source->argument};
	size_t first_event = w->t->events.count;
	uint32_t lines = 0;

	if (!f->is_open)
		return *err = f->trouble, false;
	if (strcmp(r.path, "-") == 0)
		r.path = "standard input";
	for (size_t i = 0; i < f->pieces.count && !r.newer; i++) {
		take_piece(&r, r.path, lines, &f->pieces.items[i]);
		lines += f->pieces.items[i].lines;
	}
	if (!r.newer)
		take_live(&r, f);
	if (r.pendings)
		pending_settle(w->t, first_event);
	return is_trace(&r, &f->in, err);
}
