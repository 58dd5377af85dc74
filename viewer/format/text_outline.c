/* text_outline: the descriptors' lineage in character cells. */
#include "viewer/format/canvas.h"
#include "viewer/format/format.h"

enum { DEPTH_MOST = 24, SOURCE_ROOM = 18, NOTE_INDENT = 6 };

struct branch {
	const struct look *look;
	struct buf *out;
	struct canvas row;
	bool more[DEPTH_MOST]; /* by depth: siblings follow */
};

/* The lines that lead past this row to later siblings; returns where text begins. */
static unsigned draw_stem(struct branch *b, unsigned depth, bool at_node)
{
	unsigned shown = depth < DEPTH_MOST ? depth : DEPTH_MOST;

	for (unsigned i = 1; i < shown; i++) {
		unsigned x = (i - 1) * 3;

		if (i + 1 < shown || !at_node) {
			if (b->more[i])
				canvas_glyph(&b->row, x, 0, GLYPH_VLINE, TONE_DIM);
			continue;
		}
		canvas_glyph(&b->row, x, 0, b->more[i] ? GLYPH_TEE_LEFT : GLYPH_BOTTOM_LEFT, TONE_DIM);
		canvas_glyph(&b->row, x + 1, 0, GLYPH_HLINE, TONE_DIM);
	}
	return shown > 1 ? (shown - 1) * 3 : 0;
}

static void flush(struct branch *b)
{
	canvas_print(&b->row, b->out);
	canvas_clear(&b->row);
}

static void draw_node(struct branch *b, const struct outline_node *n, unsigned depth)
{
	unsigned width = b->look->width, x = draw_stem(b, depth, true);
	unsigned room = width - (n->source ? SOURCE_ROOM + 1 : 0);

	x += canvas_text(&b->row, x, 0, room - x, n->text, n->tone);
	if (n->source)
		canvas_site(&b->row, width - SOURCE_ROOM, 0, SOURCE_ROOM, n->source, TONE_DIM);
	if (n->note && x + 2 + canvas_text_width(b->look, n->note) <= room) {
		canvas_text(&b->row, x + 2, 0, room, n->note, n->note_tone);
		flush(b);
		return;
	}
	flush(b);
	if (!n->note)
		return;
	x = draw_stem(b, depth, false);
	if (n->children)
		canvas_glyph(&b->row, x, 0, GLYPH_VLINE, TONE_DIM);
	canvas_text(&b->row, x + 4, 0, width - x - 4, n->note, n->note_tone);
	flush(b);
}

static void draw_children(struct branch *b, const struct outline_node *parent, unsigned depth)
{
	for (const struct outline_node *n = parent->children; n; n = n->next) {
		if (depth < DEPTH_MOST)
			b->more[depth] = n->next != NULL;
		draw_node(b, n, depth + 1);
		draw_children(b, n, depth + 1);
	}
}

void text_outline(const struct outline *o, const struct look *look, struct buf *out)
{
	struct branch b = {.look = look, .out = out};

	canvas_init(&b.row, look->width, 1, look);
	draw_children(&b, &o->root, 0);
	canvas_free(&b.row);
}
