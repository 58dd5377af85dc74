/* paragraph: words on as many lines as they need. */
#include "viewer/format/paragraph.h"

#include <string.h>

#include "viewer/base/arena.h"

static unsigned width_of(struct arena *a, const struct look *look, const char *text, size_t len)
{
	return canvas_text_width(look, arena_copy(a, text, len));
}

/* As many bytes of whole words as fit into the room; at least one word. */
static size_t fitting(struct arena *a, const struct look *look, const char *text, unsigned room)
{
	size_t len = strcspn(text, " ");

	while (text[len]) {
		size_t next = len + 1 + strcspn(text + len + 1, " ");

		if (width_of(a, look, text, next) > room)
			break;
		len = next;
	}
	return len;
}

void paragraph(struct buf *out, const struct look *look, unsigned first, unsigned rest, const char *text,
	       enum tone tone)
{
	struct arena *a = arena_new();
	unsigned x = first;
	struct canvas row;

	canvas_init(&row, look->width, 1, look);
	do {
		unsigned room = look->width > x ? look->width - x : 0;
		size_t len = fitting(a, look, text, room);

		canvas_text(&row, x, 0, room, arena_copy(a, text, len), tone);
		canvas_print(&row, out);
		canvas_clear(&row);
		text += len + (text[len] == ' ');
		x = rest;
	} while (*text);
	canvas_free(&row);
	arena_free(a);
}
