/* tell_page: a page of docs/mistakes as text for a terminal. */
#include <string.h>

#include "viewer/format/canvas.h"
#include "viewer/format/paragraph.h"
#include "viewer/verdict/tell.h"

enum { CODE_INDENT = 4 };

/* Where we are in the page. The lines of a paragraph are joined before they are broken anew. */
struct reading {
	const struct look *look;
	struct buf *out;
	struct arena *arena;
	struct buf words;
	bool code;
};

static void end_paragraph(struct reading *r)
{
	bool item = r->words.len > 2 && strncmp(r->words.bytes, "- ", 2) == 0;

	if (r->words.len)
		paragraph(r->out, r->look, 0, item ? 2 : 0, r->words.bytes, TONE_PLAIN);
	buf_clear(&r->words);
}

static void read_line(struct reading *r, const char *line)
{
	if (strncmp(line, "```", 3) == 0) {
		end_paragraph(r);
		r->code = !r->code;
	} else if (r->code) {
		size_t tabs = strspn(line, "\t");

		buf_fill(r->out, ' ', *line ? (1 + tabs) * CODE_INDENT : 0);
		canvas_line(r->out, r->look, line + tabs, TONE_DATA);
	} else if (line[0] == '#') {
		canvas_line(r->out, r->look, line + strspn(line, "# "), TONE_STRONG);
	} else if (!*line) {
		end_paragraph(r);
		buf_puts(r->out, "\n");
	} else {
		if (strncmp(line, "- ", 2) == 0)
			end_paragraph(r);
		buf_puts(&r->words, r->words.len ? " " : "");
		buf_puts(&r->words, line + (r->words.len ? strspn(line, " ") : 0));
	}
}

void tell_page(const char *markdown, const struct look *look, struct buf *out)
{
	struct reading r = {.look = look, .out = out, .arena = arena_new()};

	while (*markdown) {
		size_t len = strcspn(markdown, "\n");

		read_line(&r, arena_copy(r.arena, markdown, len));
		markdown += len + (markdown[len] == '\n');
	}
	end_paragraph(&r);
	buf_free(&r.words);
	arena_free(r.arena);
}
