/* svg_frames: the three pictures of accept as SVG. */
#include "viewer/base/arena.h"
#include "viewer/format/format.h"
#include "viewer/format/svg.h"

enum {
	MARGIN = 20,
	BOX_WIDTH = 300,
	GAP = 260,
	HEIGHT = 120, /* of a box */
	CHILD_HEIGHT = 70,
	LINE = 24,
	DOT = 8,
	LEFT_EDGE = MARGIN + BOX_WIDTH, /* where the client's box ends */
	RIGHT_EDGE = LEFT_EDGE + GAP,   /* where the server's begins */
	WIDTH = RIGHT_EDGE + BOX_WIDTH + MARGIN,
};

static double height_of(const struct frame *f)
{
	return HEIGHT + (f->child ? CHILD_HEIGHT + 10 : 0);
}

static void draw_descriptor(struct buf *out, bool client, double y, const char *name, enum tone tone)
{
	double x = client ? LEFT_EDGE : RIGHT_EDGE;

	svg_rect(out, tone == TONE_LINK ? "fill link" : "fill strong", x - DOT / 2.0, y - DOT / 2.0, DOT, DOT);
	svg_text(out, client ? x - 12 : x + 12, y + 4, client ? SVG_END : SVG_START, 0, tone, name);
}

static void draw_link(struct buf *out, double y, const struct frame *f)
{
	bool request = f->link == LINK_REQUEST;
	const char *label = request ? "connection request" : "connected";
	struct buf name = {0};

	buf_printf(&name, "%s %s %s", f->clientfd, request ? "sends a connection request to" : "is connected with",
		   request     ? f->listenfd
		   : f->connfd ? f->connfd
			       : "the server");
	svg_thing_begin(out, name.bytes);
	svg_line(out, request ? "arrow dashed" : "arrow", TONE_LINK, LEFT_EDGE + DOT, y, RIGHT_EDGE - DOT, y);
	if (!request)
		svg_line(out, "arrow", TONE_LINK, RIGHT_EDGE - DOT, y, LEFT_EDGE + DOT, y);
	svg_text(out, (LEFT_EDGE + RIGHT_EDGE) / 2.0, y - 6, SVG_MIDDLE, 0, TONE_LINK, label);
	svg_thing_end(out);
	buf_free(&name);
}

static void draw_frame(struct buf *out, const struct frame *f, double top)
{
	double listenfd = top + 2.9 * LINE, connfd = top + 4 * LINE + (f->child ? CHILD_HEIGHT + 8 : 0);
	double clientfd = f->connfd ? connfd : listenfd;

	svg_rect(out, "done", MARGIN, top, BOX_WIDTH, height_of(f));
	svg_rect(out, "done", RIGHT_EDGE, top, BOX_WIDTH, HEIGHT);
	svg_text(out, MARGIN + 12, top + LINE, SVG_START, 0, TONE_STRONG, "Client");
	svg_text(out, MARGIN + 12, top + 1.8 * LINE, SVG_START, BOX_WIDTH - 24, TONE_PLAIN, f->client);
	svg_text(out, RIGHT_EDGE + 12, top + LINE, SVG_START, 0, TONE_STRONG, "Server");
	svg_text(out, RIGHT_EDGE + 12, top + 1.8 * LINE, SVG_START, BOX_WIDTH - 24, TONE_PLAIN, f->server);
	if (f->child) {
		svg_rect(out, "done", RIGHT_EDGE, top + HEIGHT + 10, BOX_WIDTH, CHILD_HEIGHT);
		svg_text(out, RIGHT_EDGE + 12, top + HEIGHT + 10 + LINE, SVG_START, BOX_WIDTH - 24, TONE_PLAIN,
			 f->child);
	}
	if (f->waits) {
		svg_rect(out, "here", RIGHT_EDGE + BOX_WIDTH - 76, listenfd - 12, 64, 24);
		svg_text(out, RIGHT_EDGE + BOX_WIDTH - 44, listenfd + 4, SVG_MIDDLE, 0, TONE_STRONG, "waits");
	}
	draw_descriptor(out, true, clientfd, f->clientfd, f->link == LINK_NONE ? TONE_PLAIN : TONE_LINK);
	draw_descriptor(out, false, listenfd, f->listenfd, TONE_STRONG);
	if (f->connfd)
		draw_descriptor(out, false, connfd, f->connfd, TONE_LINK);
	if (f->link != LINK_NONE)
		draw_link(out, clientfd, f);
}

static const char *caption_of(struct arena *a, const struct frames *f, unsigned i)
{
	return arena_printf(a, "%u  %s", i + 1, f->frames[i].caption);
}

/* The frames below each other, each with its caption above it. With out NULL only how high they are. */
static double draw_frames(struct arena *a, const struct frames *f, struct buf *out)
{
	double y = 80;

	for (unsigned i = 0; i < f->count; i++) {
		y += SVG_ROW *
		     (svg_paragraph(out, MARGIN, y, WIDTH - 2 * MARGIN, 3 * SVG_FONT, TONE_PHASE, caption_of(a, f, i)) -
		      1.0);
		if (out)
			draw_frame(out, &f->frames[i], y + 12);
		y += height_of(&f->frames[i]) + 50;
	}
	return y;
}

void svg_frames(const struct frames *f, const struct look *look, struct buf *out)
{
	struct arena *a = arena_new();
	const char *told = "";

	for (unsigned i = 0; i < f->count; i++)
		told = arena_printf(a, "%s%s ", told, caption_of(a, f, i));
	svg_begin(out, look, (struct svg_about){arena_printf(a, "accept in three pictures: %s", f->title), told}, WIDTH,
		  draw_frames(a, f, NULL) - 20);
	svg_text(out, MARGIN, 26, SVG_START, WIDTH - 2 * MARGIN, TONE_STRONG, f->title);
	if (f->choice)
		svg_text(out, MARGIN, 46, SVG_START, WIDTH - 2 * MARGIN, TONE_DIM, f->choice);
	draw_frames(a, f, out);
	svg_end(out);
	arena_free(a);
}
