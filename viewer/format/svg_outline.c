/* svg_outline: the descriptors' lineage as SVG: a line each, its children hanging from it. */
#include "viewer/base/arena.h"
#include "viewer/format/format.h"
#include "viewer/format/svg.h"

enum {
	MARGIN = 20,
	STEP = 28, /* of a child, to the right */
	DEPTH_MOST = 24,
	WIDTH = 1100,
	SOURCE_ROOM = 190,
	TOP = 72,
	GAP = 10, /* between processes */
	NOTE_IN = 24,
};

struct sheet {
	struct buf *out; /* NULL: nothing is drawn, only `y` found */
	double y;        /* the baseline of the next line */
};

static double depth_x(unsigned depth)
{
	return MARGIN + (depth < DEPTH_MOST ? depth : DEPTH_MOST) * (double)STEP;
}

/* Text, its note beside it if there is room, else below. */
static void put_node(struct sheet *s, const struct outline_node *n, unsigned depth)
{
	double x = depth_x(depth), right = WIDTH - MARGIN - (n->source ? SOURCE_ROOM : 0),
	       width = svg_text_width(n->text);
	bool beside = n->note && x + width + 16 + svg_text_width(n->note) <= right;

	if (s->out && n->source)
		svg_text(s->out, WIDTH - MARGIN, s->y, SVG_END, SOURCE_ROOM, TONE_DIM, n->source);
	if (s->out && beside)
		svg_text(s->out, x + width + 16, s->y, SVG_START, 0, n->note_tone, n->note);
	s->y += SVG_ROW * svg_paragraph(s->out, x, s->y, right - x, NOTE_IN, n->tone, n->text);
	if (n->note && !beside)
		s->y += SVG_ROW *
			svg_paragraph(s->out, x + NOTE_IN, s->y, right - x - NOTE_IN, 0, n->note_tone, n->note);
}

static void put_children(struct sheet *s, const struct outline_node *parent, unsigned depth)
{
	double from = s->y - SVG_ROW + 6, x = depth_x(depth) - STEP + 6, last = from;

	for (const struct outline_node *n = parent->children; n; n = n->next) {
		s->y += depth == 0 ? GAP : 0;
		if (depth && depth <= DEPTH_MOST && s->out) {
			last = s->y - 4;
			svg_line(s->out, "line", TONE_DIM, x, last, x + STEP - 10, last);
		}
		put_node(s, n, depth);
		put_children(s, n, depth + 1);
	}
	if (last > from)
		svg_line(s->out, "line", TONE_DIM, x, from, x, last);
}

static size_t count_nodes(const struct outline_node *parent)
{
	size_t count = 0;

	for (const struct outline_node *n = parent->children; n; n = n->next)
		count += 1 + count_nodes(n);
	return count;
}

void svg_outline(const struct outline *o, const struct look *look, struct buf *out)
{
	struct sheet measured = {.y = TOP}, s = {.out = out, .y = TOP};
	struct arena *a = arena_new();
	size_t procs = 0;
	const char *told;

	for (const struct outline_node *n = o->root.children; n; n = n->next)
		procs += n->kind == OUTLINE_PROCESS;
	told = arena_printf(a, "%zu processes, %zu descriptors; each hangs from what it came out of", procs,
			    count_nodes(&o->root) - procs);
	put_children(&measured, &o->root, 0);
	svg_begin(out, look, (struct svg_about){"Processes and their descriptors", told}, WIDTH, measured.y);
	svg_text(out, MARGIN, 28, SVG_START, 0, TONE_STRONG, "Processes and their descriptors");
	svg_text(out, MARGIN, 28 + SVG_ROW, SVG_START, WIDTH - 2 * MARGIN, TONE_DIM, told);
	put_children(&s, &o->root, 0);
	svg_end(out);
	arena_free(a);
}
