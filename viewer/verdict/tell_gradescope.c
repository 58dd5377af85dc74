/* tell_gradescope: results.json as https://gradescope-autograders.readthedocs.io/en/latest/specs/ describes it. */
#include <json-c/json.h>

#include "viewer/verdict/tell.h"

static void add_text(json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

static void add_number(json_object *o, const char *key, unsigned number)
{
	json_object_object_add(o, key, json_object_new_int64(number));
}

static const char *findings_text(const struct verdict *v, size_t rule)
{
	const char *doubt = tell_doubt_of(v, rule), *text;
	struct buf b = {0};

	for (size_t i = 0; i < v->findings->list.count; i++)
		if (v->findings->list.items[i].rule == check_rules[rule])
			tell_plain(v, &v->findings->list.items[i], "", &b);
	if (doubt)
		buf_printf(&b, "inconclusive: %s\n", doubt);
	text = arena_copy(v->arena, b.bytes ? b.bytes : "", b.len);
	buf_free(&b);
	return text;
}

static json_object *test_object(const struct verdict *v, size_t rule)
{
	json_object *o = json_object_new_object();
	bool fails = verdict_rule_fails(v, rule);
	unsigned points = v->course->rules[rule].points;

	add_text(o, "name",
		 arena_printf(v->arena, "%.*s %s", RULE_SHORT, check_rules[rule]->id, verdict_title(v, rule)));
	add_number(o, "score", fails ? 0 : points);
	add_number(o, "max_score", points);
	add_text(o, "status", fails ? "failed" : "passed");
	add_text(o, "output_format", "text");
	add_text(o, "output", findings_text(v, rule));
	return o;
}

static const char *whole_text(const struct verdict *v)
{
	struct buf b = {0};
	const char *text;

	buf_puts(&b, v->outcome == CHECK_CLEAN ? "No mistakes found.\n"
		     : v->outcome == CHECK_FOUND
			     ? "Mistakes were found: see the failed tests.\n"
			     : "No mistakes found in what the trace shows; it does not show all.\n");
	tell_doubts(v, "", &b);
	text = arena_copy(v->arena, b.bytes, b.len);
	buf_free(&b);
	return text;
}

static void tell(const struct verdict *v, const struct telling *t, struct buf *out)
{
	json_object *o = json_object_new_object(), *tests = json_object_new_array();
	unsigned most, points = verdict_points(v, &most);

	(void)t;
	add_number(o, "score", points);
	add_text(o, "output", whole_text(v));
	add_text(o, "output_format", "text");
	for (size_t i = 0; i < check_rule_count; i++)
		if (v->course->rules[i].wanted)
			json_object_array_add(tests, test_object(v, i));
	json_object_object_add(o, "tests", tests);
	buf_puts(out, json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_puts(out, "\n");
	json_object_put(o);
}

const struct form form_gradescope = {.name = "gradescope", .one = true, .tell = tell};
