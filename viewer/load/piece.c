/* piece.c: lines of one file, read without knowing what stands before them. */
#include "viewer/load/piece.h"

#include <string.h>

enum { LINE_USUAL = 170 }; /* bytes: a line of the shim is rarely shorter in the mean */

static void add_event(struct piece *p, struct store *s, uint32_t number)
{
	p->spare->lineno = number;
	p->spare->is_plain = event_is_plain(p->spare);
	p->pendings += p->spare->kind == EVENT_PENDING;
	vec_push_in(s->arena, &p->events, p->spare);
	p->spare = NULL;
}

static void *kept(struct store *s, const void *what, size_t size)
{
	return memcpy(arena_alloc(s->arena, size), what, size);
}

void piece_add(struct piece *p, struct store *s, const struct line *line)
{
	struct mark mark = {.at = p->events.count, .number = line->number};
	struct process process;
	struct module module;
	struct err err;

	if (!p->spare)
		p->spare = arena_alloc(s->arena, sizeof *p->spare);
	mark.kind = load_line(s, line->text, line->len, p->spare, &process, &module, &err);
	switch (mark.kind) {
	case LINE_EVENT:
		add_event(p, s, line->number);
		return;
	case LINE_OTHER:
		return;
	case LINE_PROCESS:
		mark.process = kept(s, &process, sizeof process);
		break;
	case LINE_MODULE:
		mark.module = kept(s, &module, sizeof module);
		break;
	case LINE_NEWER:
		mark.err = kept(s, &err, sizeof err);
		break;
	case LINE_BAD:
		if (!line->whole || p->bad++ >= BAD_TOLD)
			return;
		mark.err = kept(s, &err, sizeof err);
		break;
	}
	vec_push_in(s->arena, &p->marks, mark);
}

static bool is_enough(const struct piece *p)
{
	if (p->doubtful && p->bad >= BAD_ENOUGH)
		return true;
	return p->marks.count && p->marks.items[p->marks.count - 1].kind == LINE_NEWER;
}

void piece_read(struct piece *p, struct store *s)
{
	struct lines lines = {.at = p->begin, .end = p->end};
	struct line line;

	input_map(p->begin, p->end);
	vec_reserve_in(s->arena, &p->events, (size_t)(p->end - p->begin) / LINE_USUAL + 1);
	while (!is_enough(p) && lines_next(&lines, &line))
		piece_add(p, s, &line);
	p->lines = lines.number;
}
