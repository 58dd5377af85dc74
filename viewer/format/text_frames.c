/* text_frames: the three pictures of accept in character cells. */
#include "viewer/format/canvas.h"
#include "viewer/format/format.h"
#include "viewer/format/paragraph.h"

enum {
	MARGIN = 3,
	BOX_LEAST = 24,
	WIDTH_USED = 100,
	/* Lines of a box from its top: two of words, one for each descriptor, and its frame. */
	LINE_ROLE = 1,
	LINE_WHO,
	LINE_LISTENFD,
	LINE_CONNFD,
	HEIGHT = 6,
	HEIGHT_WITH_CHILD = 9, /* the server's box without connfd, and its child's below */
	CHILD_TOP = 5,
	CHILD_CONNFD = CHILD_TOP + 2,
};

struct sheet {
	struct canvas c;
	unsigned box, left, right; /* a box's width; where the client's ends, where the server's begins */
};

static unsigned height_of(const struct frame *f)
{
	return f->child ? HEIGHT_WITH_CHILD : HEIGHT;
}

static void draw_box(struct sheet *s, unsigned x, unsigned y, unsigned height)
{
	unsigned end = x + s->box - 1, bottom = y + height - 1;

	canvas_across(&s->c, x + 1, y, end, GLYPH_HLINE, TONE_BOX);
	canvas_across(&s->c, x + 1, bottom, end, GLYPH_HLINE, TONE_BOX);
	canvas_down(&s->c, x, y + 1, bottom, GLYPH_VLINE, TONE_BOX);
	canvas_down(&s->c, end, y + 1, bottom, GLYPH_VLINE, TONE_BOX);
	canvas_glyph(&s->c, x, y, GLYPH_TOP_LEFT, TONE_BOX);
	canvas_glyph(&s->c, end, y, GLYPH_TOP_RIGHT, TONE_BOX);
	canvas_glyph(&s->c, x, bottom, GLYPH_BOTTOM_LEFT, TONE_BOX);
	canvas_glyph(&s->c, end, bottom, GLYPH_BOTTOM_RIGHT, TONE_BOX);
}

static void draw_words(struct sheet *s, unsigned x, unsigned y, const char *words, enum tone tone)
{
	canvas_text(&s->c, x + 2, y, s->box - 4, words, tone);
}

/* On the client's right edge, its name before it. */
static void draw_clientfd(struct sheet *s, unsigned y, const char *name, enum tone tone)
{
	unsigned width = canvas_text_width(&s->c.look, name);

	canvas_glyph(&s->c, s->left - 1, y, GLYPH_DESCRIPTOR, tone);
	canvas_text(&s->c, s->left - 2 - width, y, width, name, tone);
}

/* On the server's left edge, its name behind it. */
static void draw_serverfd(struct sheet *s, unsigned y, const char *name, enum tone tone, bool waits)
{
	unsigned x = s->right + 2;

	canvas_glyph(&s->c, s->right, y, GLYPH_DESCRIPTOR, tone);
	x += canvas_text(&s->c, x, y, s->box - 6, name, tone) + 1;
	if (waits)
		canvas_glyph(&s->c, x, y, GLYPH_BLOCKED, TONE_WAIT);
}

static void draw_link(struct sheet *s, unsigned y, enum frame_link link)
{
	bool request = link == LINK_REQUEST;
	const char *label = request ? "connection request" : "connected";
	unsigned from = s->left, to = s->right, width = canvas_text_width(&s->c.look, label);

	if (width + 6 > to - from)
		label = request ? "request" : "", width = canvas_text_width(&s->c.look, label);
	canvas_across(&s->c, from, y, to, request ? GLYPH_HDASH : GLYPH_HLINE, TONE_LINK);
	canvas_glyph(&s->c, to - 1, y, GLYPH_ARROW_RIGHT, TONE_LINK);
	if (!request)
		canvas_glyph(&s->c, from, y, GLYPH_ARROW_LEFT, TONE_LINK);
	if (!width)
		return;
	from += (to - from - width - 2) / 2;
	canvas_text(&s->c, from, y, 1, " ", TONE_LINK);
	canvas_text(&s->c, from + 1, y, width, label, TONE_LINK);
	canvas_text(&s->c, from + 1 + width, y, 1, " ", TONE_LINK);
}

static void draw_server(struct sheet *s, const struct frame *f)
{
	draw_box(s, s->right, 0, f->child ? CHILD_TOP : HEIGHT);
	draw_words(s, s->right, LINE_ROLE, "Server", TONE_STRONG);
	draw_words(s, s->right, LINE_WHO, f->server, TONE_PLAIN);
	draw_serverfd(s, LINE_LISTENFD, f->listenfd, TONE_STRONG, f->waits);
	if (f->child) {
		draw_box(s, s->right, CHILD_TOP, HEIGHT_WITH_CHILD - CHILD_TOP);
		draw_words(s, s->right, CHILD_TOP + 1, f->child, TONE_PLAIN);
	}
	if (f->connfd)
		draw_serverfd(s, f->child ? CHILD_CONNFD : LINE_CONNFD, f->connfd, TONE_LINK, false);
}

/* The client's descriptor stands where it can be reached straight from the one at the other end. */
static void draw_frame(struct sheet *s, const struct frame *f)
{
	unsigned line = !f->connfd ? LINE_LISTENFD : f->child ? CHILD_CONNFD : LINE_CONNFD;

	draw_box(s, MARGIN, 0, height_of(f));
	draw_words(s, MARGIN, LINE_ROLE, "Client", TONE_STRONG);
	draw_words(s, MARGIN, LINE_WHO, f->client, TONE_PLAIN);
	draw_clientfd(s, line, f->clientfd, f->link == LINK_NONE ? TONE_DIM : TONE_LINK);
	draw_server(s, f);
	if (f->link != LINK_NONE)
		draw_link(s, line, f->link);
}

void text_frames(const struct frames *f, const struct look *look, struct buf *out)
{
	unsigned width = look->width < WIDTH_USED ? look->width : WIDTH_USED;
	struct sheet s = {.box = width / 3 < BOX_LEAST ? BOX_LEAST : width / 3};

	s.left = MARGIN + s.box;
	s.right = width - s.box;
	paragraph(out, look, 0, 4, f->title, TONE_STRONG);
	if (f->choice)
		paragraph(out, look, 0, 4, f->choice, TONE_DIM);
	for (unsigned i = 0; i < f->count; i++) {
		char number[] = {(char)('1' + i), ' ', ' ', '\0'};
		struct buf caption = {0};

		buf_printf(&caption, "%s%s", number, f->frames[i].caption);
		buf_puts(out, "\n");
		paragraph(out, look, 0, MARGIN, caption.bytes, TONE_PHASE);
		canvas_init(&s.c, width, height_of(&f->frames[i]), look);
		draw_frame(&s, &f->frames[i]);
		canvas_print(&s.c, out);
		canvas_free(&s.c);
		buf_free(&caption);
	}
}
