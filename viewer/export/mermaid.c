/* mermaid: the timeline as sequence diagrams in a Markdown page; as many as Mermaid's limits ask for. */
#include <string.h>

#include "viewer/export/export.h"
#include "viewer/scene/ladder.h"

/* Mermaid draws no text of more than 50,000 characters (maxTextSize), and nobody reads a diagram of thousands of arrows. */
enum { LANES_MOST = 16, TEXT_MOST = 40000, ARROWS_MOST = 400, LABEL_MOST = 160 };

struct page {
	const struct ladder *l;
	struct sink *to;
	struct buf text; /* of the diagram that is open */
	size_t arrows, diagrams;
};

/* Mermaid's own signs, and those of the HTML that it makes, as its codes for them; longer text is cut. */
static void put_label(struct buf *out, const char *text, size_t most)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t count = 0; *p; p++) {
		if ((*p & 0xc0) != 0x80 && count++ == most) {
			buf_puts(out, "\xe2\x80\xa6");
			return;
		}
		if (strchr("#;<>&\"%\\{}`$", *p))
			buf_printf(out, "#%u;", *p);
		else
			buf_put(out, (const char *)p, 1);
	}
}

static void put_part(struct buf *out, const char *before, const char *text)
{
	if (!text)
		return;
	buf_puts(out, before);
	put_label(out, text, LABEL_MOST);
}

static void put_cell(struct buf *out, const struct cell *c, const char *label)
{
	put_part(out, "", c->tag);
	put_part(out, c->tag ? " " : "", c->text);
	put_part(out, ": ", label);
	put_part(out, ", back to ", c->back);
	put_part(out, ", ", c->note);
	put_part(out, ", ", c->source);
	buf_puts(out, "\n");
}

static void begin_diagram(struct page *p)
{
	buf_printf(&p->text, "%s```mermaid\nsequenceDiagram\n", p->diagrams ? "\n" : "");
	for (size_t i = 0; i < p->l->lanes.count; i++) {
		const struct lane *lane = &p->l->lanes.items[i];

		buf_printf(&p->text, "    participant L%zu as ", i);
		put_label(&p->text, lane->role, LABEL_MOST);
		buf_puts(&p->text, " ");
		put_label(&p->text, lane->who, LABEL_MOST);
		buf_puts(&p->text, "\n");
	}
	p->diagrams++;
	p->arrows = 0;
}

static void end_diagram(struct page *p)
{
	buf_puts(&p->text, "```\n");
	buf_put(&p->to->buf, p->text.bytes, p->text.len);
	buf_clear(&p->text);
	sink_next(p->to);
}

static void put_note(struct page *p, const struct cell *c)
{
	buf_printf(&p->text, "    Note over L%u: ", c->lane);
	put_cell(&p->text, c, NULL);
}

static const struct cell *cell_of(const struct row *row, unsigned lane)
{
	for (unsigned i = 0; i < row->ncells; i++)
		if (row->cells[i].lane == lane)
			return &row->cells[i];
	return NULL;
}

static void put_arrow(struct page *p, const struct row *row)
{
	const struct cell *from = cell_of(row, row->arrow.from);

	buf_printf(&p->text, "    L%u%sL%u: ", row->arrow.from, row->arrow.style == ARROW_DASHED ? "-->>" : "->>",
		   row->arrow.to);
	if (from)
		put_cell(&p->text, from, row->arrow.label);
	else
		put_label(&p->text, row->arrow.label ? row->arrow.label : "-", LABEL_MOST);
	buf_puts(&p->text, from ? "" : "\n");
	p->arrows++;
}

static void put_row(struct page *p, const struct row *row)
{
	bool has_arrow = row->arrow.from != row->arrow.to;

	if (row->kind == ROW_BAND) {
		buf_printf(&p->text, "    Note over L0,L%zu: ", p->l->lanes.count - 1);
		put_label(&p->text, row->text, LABEL_MOST);
		buf_puts(&p->text, "\n");
		return;
	}
	if (has_arrow)
		put_arrow(p, row);
	for (unsigned i = 0; i < row->ncells; i++)
		if (!has_arrow || row->cells[i].lane != row->arrow.from)
			put_note(p, &row->cells[i]);
}

/* Indented by four spaces it is text in Markdown, whatever stands in it. */
static void put_lines(struct page *p, const char *const *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(&p->to->buf, "    %s\n", lines[i]);
}

static const char *write_mermaid(struct trace *t, const struct choice *choice, struct sink *to)
{
	struct ladder_options wanted = {.lanes = LANES_MOST, .choice = choice};
	struct ladder *l = ladder_new(t, &wanted);
	struct page p = {.l = l, .to = to};

	put_lines(&p, l->preface.lines.items, l->preface.lines.count);
	put_lines(&p, l->preface.warnings.items, l->preface.warnings.count);
	buf_puts(&to->buf, "\n");
	for (size_t i = 0; i < l->rows.count && l->lanes.count; i++) {
		if (p.text.len >= TEXT_MOST || p.arrows >= ARROWS_MOST)
			end_diagram(&p);
		if (!p.text.len)
			begin_diagram(&p);
		put_row(&p, &l->rows.items[i]);
	}
	if (p.text.len)
		end_diagram(&p);
	buf_free(&p.text);
	ladder_free(l);
	return NULL;
}

const struct exporter export_mermaid = {.name = "mermaid", .ending = ".md", .write = write_mermaid};
