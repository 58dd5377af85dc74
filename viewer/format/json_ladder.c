/* json_ladder: the timeline as JSON. */
#include "viewer/format/format.h"
#include "viewer/format/json.h"

static json_object *lane_object(const struct lane *lane)
{
	json_object *o = json_object_new_object();

	json_text(o, "role", lane->role);
	json_text(o, "who", lane->who);
	json_truth(o, "traced", lane->traced);
	json_truth(o, "shared", lane->shared);
	json_number(o, "strands", lane->strands);
	json_number(o, "first_row", lane->first_row);
	json_number(o, "last_row", lane->last_row);
	return o;
}

static json_object *cell_object(const struct cell *cell)
{
	json_object *o = json_object_new_object();

	json_number(o, "lane", cell->lane);
	json_number(o, "strand", cell->strand);
	json_text(o, "who", cell->tag);
	json_text(o, "text", cell->text);
	json_text(o, "note", cell->note);
	json_text(o, "back_to", cell->back);
	json_text(o, "source", cell->source);
	json_truth(o, "bad", cell->tone == TONE_BAD || (cell->note && cell->note_tone == TONE_BAD));
	return o;
}

static json_object *arrow_object(const struct arrow *arrow)
{
	json_object *o = json_object_new_object();

	json_number(o, "from", arrow->from);
	json_number(o, "to", arrow->to);
	json_text(o, "kind", arrow->style == ARROW_SOLID ? "bytes" : "signal");
	json_text(o, "label", arrow->label);
	return o;
}

static json_object *row_object(const struct row *row)
{
	static const char *const kinds[] = {[ROW_BAND] = "phase", [ROW_STEP] = "step", [ROW_NOTE] = "note"};
	json_object *o = json_object_new_object(), *cells;

	json_text(o, "kind", kinds[row->kind]);
	json_text(o, "text", row->text);
	if (row->kind == ROW_STEP) {
		json_number(o, "at_ns", row->at_ns);
		json_number(o, "since_ns", row->since_ns);
	}
	if (row->phase)
		json_number(o, "phase", row->phase);
	if (row->conn)
		json_number(o, "conn", row->conn);
	if (row->ncells) {
		cells = json_object_new_array();
		for (unsigned i = 0; i < row->ncells; i++)
			json_object_array_add(cells, cell_object(&row->cells[i]));
		json_object_object_add(o, "cells", cells);
	}
	if (row->arrow.from != row->arrow.to)
		json_object_object_add(o, "arrow", arrow_object(&row->arrow));
	return o;
}

static json_object *wait_object(const struct wait *wait)
{
	json_object *o = json_object_new_object();

	json_number(o, "lane", wait->lane);
	json_number(o, "strand", wait->strand);
	json_number(o, "from_row", wait->from);
	json_number(o, "to_row", wait->to);
	json_number(o, "level", wait->level);
	json_text(o, "text", wait->text);
	json_truth(o, "returned", !wait->open);
	return o;
}

void json_ladder(const struct ladder *l, const struct look *look, struct buf *out)
{
	struct json_page p;

	(void)look;
	json_begin(&p, out, "timeline");
	json_preface(&p, &l->preface);
	json_array_begin(&p, "lanes");
	for (size_t i = 0; i < l->lanes.count; i++)
		json_element(&p, lane_object(&l->lanes.items[i]));
	json_array_end(&p);
	json_array_begin(&p, "rows");
	for (size_t i = 0; i < l->rows.count; i++)
		json_element(&p, row_object(&l->rows.items[i]));
	json_array_end(&p);
	json_array_begin(&p, "waits");
	for (size_t i = 0; i < l->waits.count; i++)
		json_element(&p, wait_object(&l->waits.items[i]));
	json_array_end(&p);
	json_end(&p);
}
