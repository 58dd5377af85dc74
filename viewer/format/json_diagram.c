/* json_diagram: the lesson's diagram as JSON. */
#include "viewer/format/format.h"
#include "viewer/format/json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *side_name(enum side side)
{
	return side == SIDE_CLIENT ? "client" : "server";
}

static json_object *box_object(const struct box *box)
{
	static const char *const states[] = {
		[BOX_DONE] = "done",       [BOX_FAILED] = "failed",       [BOX_WAITING] = "waiting",
		[BOX_MISSING] = "missing", [BOX_UNTRACED] = "not traced",
	};
	json_object *o = json_object_new_object();

	json_text(o, "side", side_name(box->side));
	json_number(o, "row", box->row);
	json_text(o, "name", box->name);
	json_text(o, "state", states[box->state]);
	json_number(o, "count", box->count);
	json_text(o, "fact", box->fact);
	json_text(o, "source", box->source);
	return o;
}

static json_object *edge_object(const struct edge *edge)
{
	static const char *const kinds[] = {
		[EDGE_NEXT] = "next", [EDGE_DATA] = "bytes", [EDGE_REQUEST] = "request", [EDGE_EOF] = "eof"};
	json_object *o = json_object_new_object();

	json_number(o, "from", edge->from);
	json_number(o, "to", edge->to);
	json_text(o, "kind", kinds[edge->style]);
	json_truth(o, "happened", edge->happened);
	json_text(o, "label", edge->label);
	return o;
}

static json_object *loop_object(const struct loop *loop)
{
	json_object *o = json_object_new_object();

	json_text(o, "side", side_name(loop->side));
	json_number(o, "top", loop->top);
	json_number(o, "bottom", loop->bottom);
	json_number(o, "count", loop->count);
	json_text(o, "label", loop->label);
	return o;
}

static json_object *brace_object(const struct brace *brace)
{
	json_object *o = json_object_new_object();

	json_text(o, "side", side_name(brace->side));
	json_number(o, "top", brace->top);
	json_number(o, "bottom", brace->bottom);
	json_text(o, "label", brace->label);
	return o;
}

static void put_shapes(struct json_page *p, const struct diagram *d)
{
	json_array_begin(p, "boxes");
	for (size_t i = 0; i < COUNT(d->boxes); i++)
		json_element(p, box_object(&d->boxes[i]));
	json_array_end(p);
	json_array_begin(p, "edges");
	for (size_t i = 0; i < d->nedges; i++)
		json_element(p, edge_object(&d->edges[i]));
	json_array_end(p);
	json_array_begin(p, "loops");
	for (size_t i = 0; i < COUNT(d->loops); i++)
		json_element(p, loop_object(&d->loops[i]));
	json_array_end(p);
	json_array_begin(p, "braces");
	for (size_t i = 0; i < COUNT(d->braces); i++)
		json_element(p, brace_object(&d->braces[i]));
	json_array_end(p);
}

void json_diagram(const struct diagram *d, const struct look *look, struct buf *out)
{
	struct json_page p;
	json_object *columns = json_object_new_object();

	(void)look;
	json_begin(&p, out, "lesson");
	json_put(&p, "title", json_string(d->title));
	json_put(&p, "choice", json_string(d->choice));
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		json_text(columns, side_name(side), d->columns[side]);
	json_put(&p, "columns", columns);
	put_shapes(&p, d);
	json_array_begin(&p, "phases");
	for (size_t i = 0; i < COUNT(d->phases); i++)
		json_element(&p, json_string(d->phases[i]));
	json_array_end(&p);
	json_put(&p, "session_top", json_object_new_uint64(d->session_top));
	json_put(&p, "session_bottom", json_object_new_uint64(d->session_bottom));
	json_array_begin(&p, "notes");
	for (size_t i = 0; i < d->notes.count; i++)
		json_element(&p, json_string(d->notes.items[i]));
	json_array_end(&p);
	json_end(&p);
}
