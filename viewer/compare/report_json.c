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

	for (enum difference_class class = 0; class < CLASS_COUNT; class ++)
		json_object_object_add(counts, class_word(class), json_object_new_int64((int64_t)c->counts[class]));
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

static void put_document(json_object *o, int flags, struct buf *out)
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
		put_document(report_of(&reports[i]), flags, out);
}

/* Gradescope's results.json: a test for each class, worth a point. Where it is inconclusive nobody has failed a class: the
 * one test that says so has no points, and a person must look. Source: the keys that its documentation of autograders
 * lists under "Output Format". */

static json_object *test_of(const struct comparison *c, enum difference_class class)
{
	json_object *test = json_object_new_object();
	struct buf text = {0};
	bool passed = true;

	for (size_t i = 0; i < c->differences.count; i++) {
		const struct difference *d = &c->differences.items[i];

		if (d->class != class)
			continue;
		passed &= !d->counts;
		report_difference(c, d, false, &text);
	}
	json_object_object_add(test, "name", string(class_about(class)));
	json_object_object_add(test, "number", string(class_word(class)));
	json_object_object_add(test, "score", json_object_new_int(passed));
	json_object_object_add(test, "max_score", json_object_new_int(1));
	json_object_object_add(test, "status", string(passed ? "passed" : "failed"));
	json_object_object_add(test, "output", string(text.bytes ? text.bytes : ""));
	buf_free(&text);
	return test;
}

static bool is_tested(const struct comparison *c, enum difference_class class)
{
	bool informs = class == CLASS_CHUNKING || class == CLASS_TIMING;

	return !c->options.ignored[class] && (!informs || c->options.strict);
}

void report_gradescope(const struct report *reports, size_t count, bool color, struct buf *out)
{
	const struct comparison *c = reports[0].c;
	json_object *o = json_object_new_object(), *tests = json_object_new_array();
	struct buf text = {0};

	(void)color;
	(void)count;
	for (size_t i = 0; i < c->doubts.count; i++)
		buf_printf(&text, "inconclusive, %s\n", c->doubts.items[i]);
	report_summary(c, &text);
	json_object_object_add(o, "output", string(text.bytes));
	if (c->verdict == VERDICT_INCONCLUSIVE)
		json_object_object_add(o, "score", json_object_new_int(0));
	for (enum difference_class class = 0; class < CLASS_COUNT && c->verdict != VERDICT_INCONCLUSIVE; class ++)
		if (is_tested(c, class))
			json_object_array_add(tests, test_of(c, class));
	json_object_object_add(o, "tests", tests);
	put_document(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED, out);
	buf_free(&text);
}
