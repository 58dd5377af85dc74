/* json_cells: the bytes of addresses as JSON. */
#include <stdio.h>

#include "viewer/format/format.h"
#include "viewer/format/json.h"

static json_object *hex_string(const uint8_t *bytes, unsigned count)
{
	char hex[2 * TRACE_RAW_MAX + 1] = "";

	for (unsigned i = 0; i < count && i < TRACE_RAW_MAX; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	return json_object_new_string(hex);
}

static json_object *field_object(const struct cells_field *f)
{
	json_object *o = json_object_new_object(), *why = json_object_new_array();

	json_text(o, "name", f->name);
	json_number(o, "at", f->at);
	json_number(o, "size", f->size);
	json_text(o, "value", f->value);
	for (unsigned i = 0; i < 2; i++)
		if (f->why[i])
			json_object_array_add(why, json_string(f->why[i]));
	json_object_object_add(o, "why", why);
	return o;
}

static json_object *layout_object(const struct cells_layout *l)
{
	json_object *o, *fields;

	if (!l->type)
		return NULL;
	o = json_object_new_object();
	fields = json_object_new_array();
	json_text(o, "type", l->type);
	json_number(o, "size", l->size);
	for (unsigned i = 0; i < l->count; i++)
		json_object_array_add(fields, field_object(&l->fields[i]));
	json_object_object_add(o, "fields", fields);
	return o;
}

static json_object *note_object(const struct cells_note *note)
{
	json_object *o = json_object_new_object();

	json_text(o, "text", note->words);
	json_truth(o, "bad", note->bad);
	return o;
}

static json_object *use_object(const struct cells_use *use)
{
	json_object *o = json_object_new_object();

	json_text(o, "text", use->words);
	json_text(o, "source", use->source);
	json_number(o, "times", use->times);
	return o;
}

static json_object *picture_object(const struct cells_picture *c)
{
	json_object *o = json_object_new_object(), *notes = json_object_new_array(), *uses = json_object_new_array();

	json_text(o, "address", c->title);
	json_text(o, "family", c->family);
	json_number(o, "len", c->address->len);
	json_object_object_add(o, "raw", hex_string(c->bytes, c->address->raw_len));
	json_object_object_add(o, "generic", layout_object(&c->generic));
	json_object_object_add(o, "specific", layout_object(&c->specific));
	for (size_t i = 0; i < c->notes.count; i++)
		json_object_array_add(notes, note_object(&c->notes.items[i]));
	json_object_object_add(o, "notes", notes);
	for (size_t i = 0; i < c->uses.count; i++)
		json_object_array_add(uses, use_object(&c->uses.items[i]));
	json_object_object_add(o, "uses", uses);
	json_number(o, "more_uses", c->more_uses);
	return o;
}

void json_cells(const struct cells *c, const struct look *look, struct buf *out)
{
	struct json_page p;

	(void)look;
	json_begin(&p, out, "sockaddr");
	json_array_begin(&p, "addresses");
	for (size_t i = 0; i < c->pictures.count; i++)
		json_element(&p, picture_object(c->pictures.items[i]));
	json_array_end(&p);
	json_put(&p, "more", json_object_new_uint64(c->more));
	json_end(&p);
}
