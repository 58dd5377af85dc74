/* report_json: comparisons for scripts: docs/diff.schema.json. */
#include <json-c/json.h>

#include "viewer/base/escape.h"
#include "viewer/compare/report.h"

static json_object *string(const char *text)
{
	return text ? json_object_new_string(text) : NULL;
}

/* What the user typed may be no UTF-8. */
static json_object *name(const struct comparison *c, const char *text)
{
	return string(escape_string(c->arena, text));
}

static json_object *side_of(const struct difference_side *s)
{
	json_object *side;

	if (!s->step && !s->file && !s->function && !s->conn)
		return NULL;
	side = json_object_new_object();
	json_object_object_add(side, "step", string(s->step));
	json_object_object_add(side, "function", string(s->function));
	json_object_object_add(side, "file", string(s->file));
	json_object_object_add(side, "line", s->line ? json_object_new_int(s->line) : NULL);
	json_object_object_add(side, "conn", s->conn ? json_object_new_int64(s->conn) : NULL);
	return side;
}

static json_object *conn_of(const struct difference *d)
{
	json_object *conn;

	if (!d->times)
		return NULL;
	conn = json_object_new_object();
	json_object_object_add(conn, "count", json_object_new_int64((int64_t)d->times));
	json_object_object_add(conn, "of", json_object_new_int64((int64_t)d->of));
	return conn;
}

static json_object *difference_of(const struct difference *d, size_t id)
{
	json_object *o = json_object_new_object();

	json_object_object_add(o, "id", json_object_new_int64((int64_t)id));
	json_object_object_add(o, "class", string(class_word(d->class)));
	json_object_object_add(o, "counts", json_object_new_boolean(d->counts));
	json_object_object_add(o, "role", *d->role ? string(d->role) : NULL);
	json_object_object_add(o, "listener", string(d->listener));
	json_object_object_add(o, "conn", conn_of(d));
	json_object_object_add(o, "end", d->end < 0 ? NULL : string(d->end == SIDE_CLIENT ? "client" : "server"));
	json_object_object_add(o, "a", side_of(&d->a));
	json_object_object_add(o, "b", side_of(&d->b));
	json_object_object_add(o, "message", string(d->message));
	return o;
}

static json_object *counts_of(const struct comparison *c)
{
	json_object *counts = json_object_new_object();

	for (enum difference_class kind = 0; kind < CLASS_COUNT; kind++)
		json_object_object_add(counts, class_word(kind), json_object_new_int64((int64_t)c->counts[kind]));
	return counts;
}

static json_object *report_of(const struct report *r)
{
	const struct comparison *c = r->c;
	json_object *o = json_object_new_object(), *differences = json_object_new_array(),
		    *doubts = json_object_new_array();

	for (size_t i = 0; i < c->differences.count; i++)
		json_object_array_add(differences, difference_of(&c->differences.items[i], i + 1));
	for (size_t i = 0; i < c->doubts.count; i++)
		json_object_array_add(doubts, string(c->doubts.items[i]));
	json_object_object_add(o, "schema", string("socktrace-diff-1"));
	json_object_object_add(o, "a", name(c, r->a));
	json_object_object_add(o, "b", name(c, r->b));
	json_object_object_add(o, "verdict", string(verdict_word(c->verdict)));
	json_object_object_add(o, "inconclusive", doubts);
	json_object_object_add(o, "counts", counts_of(c));
	json_object_object_add(o, "connections_equal", json_object_new_int64((int64_t)c->equal));
	json_object_object_add(o, "followed", json_object_new_int64((int64_t)c->followed));
	json_object_object_add(o, "bytes_not_compared", json_object_new_int64((int64_t)c->unseen));
	json_object_object_add(o, "differences", differences);
	return o;
}

void report_document(struct json_object *o, int flags, struct buf *out)
{
	buf_puts(out, json_object_to_json_string_ext(o, flags | JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_puts(out, "\n");
	json_object_put(o);
}

/* One document, indented; of several each takes a line. */
void report_json(const struct report *reports, size_t count, bool color, struct buf *out)
{
	int flags = count == 1 ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN;

	(void)color;
	for (size_t i = 0; i < count; i++)
		report_document(report_of(&reports[i]), flags, out);
}
