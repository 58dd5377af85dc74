/* report_gradescope: results.json as https://gradescope-autograders.readthedocs.io/en/latest/specs/ describes it. */
#include <json-c/json.h>

#include "viewer/compare/report.h"

/* A test for each class, worth a point. Where it is inconclusive nobody has failed a class: there are no tests then, the score
 * is 0 and the output says why, so that a person must look. */
static json_object *test_of(const struct comparison *c, enum difference_class kind)
{
	json_object *test = json_object_new_object();
	struct buf text = {0};
	bool passed = true;

	for (size_t i = 0; i < c->differences.count; i++) {
		const struct difference *d = &c->differences.items[i];

		if (d->class != kind)
			continue;
		passed &= !d->counts;
		report_difference(c, d, false, &text);
	}
	json_object_object_add(test, "name", json_object_new_string(class_about(kind)));
	json_object_object_add(test, "number", json_object_new_string(class_word(kind)));
	json_object_object_add(test, "score", json_object_new_int(passed));
	json_object_object_add(test, "max_score", json_object_new_int(1));
	json_object_object_add(test, "status", json_object_new_string(passed ? "passed" : "failed"));
	json_object_object_add(test, "output", json_object_new_string(text.bytes ? text.bytes : ""));
	buf_free(&text);
	return test;
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
	json_object_object_add(o, "output", json_object_new_string(text.bytes));
	if (c->verdict == VERDICT_INCONCLUSIVE)
		json_object_object_add(o, "score", json_object_new_int(0));
	for (enum difference_class kind = 0; kind < CLASS_COUNT && c->verdict != VERDICT_INCONCLUSIVE; kind++)
		if (report_has_class(c, kind))
			json_object_array_add(tests, test_of(c, kind));
	json_object_object_add(o, "tests", tests);
	report_document(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED, out);
	buf_free(&text);
}
