/* table: columns of text that share a width out. */
#include "viewer/format/table.h"

enum { GAP = 2 };

struct measure {
	unsigned count, widths[TABLE_COLUMNS];
	bool shown[TABLE_COLUMNS];
};

void table_begin(struct table *t, const struct table_column *columns)
{
	*t = (struct table){.columns = columns, .arena = arena_new()};
}

struct table_row *table_row(struct table *t)
{
	vec_push(&t->rows, (struct table_row){0});
	return &t->rows.items[t->rows.count - 1];
}

void table_heading(struct table *t, const char *words, enum tone tone)
{
	struct table_row *row = table_row(t);

	row->heading = words;
	row->tone = tone;
}

static unsigned wider(const struct look *look, const char *text, unsigned width)
{
	unsigned own = text ? canvas_text_width(look, text) : 0;

	return own > width ? own : width;
}

/* A column in which nothing stands is not shown. */
static void measure(const struct table *t, const struct look *look, struct measure *m)
{
	for (m->count = 0; t->columns[m->count].title; m->count++) {
		unsigned i = m->count;

		m->widths[i] = 0;
		for (size_t r = 0; r < t->rows.count; r++)
			if (!t->rows.items[r].heading)
				m->widths[i] = wider(look, t->rows.items[r].cells[i], m->widths[i]);
		m->shown[i] = m->widths[i] > 0;
		m->widths[i] = wider(look, t->columns[i].title, m->widths[i]);
	}
}

static unsigned total(const struct measure *m)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < m->count; i++)
		if (m->shown[i])
			sum += m->widths[i] + (sum ? GAP : 0);
	return sum;
}

static void drop(const struct table *t, const struct look *look, struct measure *m)
{
	while (total(m) > look->width) {
		unsigned first = m->count;

		for (unsigned i = 0; i < m->count; i++)
			if (m->shown[i] && t->columns[i].drop &&
			    (first == m->count || t->columns[i].drop > t->columns[first].drop))
				first = i;
		if (first == m->count)
			return;
		m->shown[first] = false;
	}
}

static void draw_cell(const struct table *t, const struct measure *m, struct canvas *row, unsigned i, unsigned x,
		      const char *text, enum tone tone)
{
	unsigned width = canvas_text_width(&row->look, text), room = row->width > x ? row->width - x : 0;

	if (t->columns[i].right && width < m->widths[i])
		x += m->widths[i] - width;
	canvas_text(row, x, 0, room, text, tone);
}

static void draw_row(const struct table *t, const struct measure *m, struct canvas *row, const struct table_row *r)
{
	unsigned x = 0;

	if (r && r->heading) {
		canvas_text(row, 0, 0, row->width, r->heading, r->tone);
		return;
	}
	for (unsigned i = 0; i < m->count; i++) {
		const char *text = r ? r->cells[i] : t->columns[i].title;
		enum tone tone = !r ? TONE_DIM : r->bad & 1U << i ? TONE_BAD : i == 0 ? r->tone : TONE_PLAIN;

		if (!m->shown[i])
			continue;
		draw_cell(t, m, row, i, x, text ? text : "", tone);
		x += m->widths[i] + GAP;
	}
}

void table_end(struct table *t, const struct look *look, struct buf *out)
{
	struct measure m;
	struct canvas row;

	measure(t, look, &m);
	drop(t, look, &m);
	canvas_init(&row, look->width, 1, look);
	for (size_t r = 0; r <= t->rows.count; r++) {
		draw_row(t, &m, &row, r ? &t->rows.items[r - 1] : NULL);
		canvas_print(&row, out);
		canvas_clear(&row);
	}
	canvas_free(&row);
	vec_free(&t->rows);
	arena_free(t->arena);
}
