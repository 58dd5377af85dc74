/* tell_autolab: lines for the student, and last the autoresult as https://docs.autolabproject.com/lab/ describes it. */
#include <json-c/json.h>

#include "viewer/verdict/tell.h"

static json_object *scores(const struct verdict *v)
{
	json_object *o = json_object_new_object();
	unsigned most, points = verdict_points(v, &most);

	if (v->course->problem)
		json_object_object_add(o, v->course->problem, json_object_new_int64(points));
	for (size_t i = 0; !v->course->problem && i < check_rule_count; i++) {
		const struct course_rule *r = &v->course->rules[i];

		if (r->wanted && r->points)
			json_object_object_add(o, arena_printf(v->arena, "%.*s", RULE_SHORT, check_rules[i]->id),
					       json_object_new_int64(verdict_rule_fails(v, i) ? 0 : r->points));
	}
	return o;
}

static void tell(const struct verdict *v, const struct telling *t, struct buf *out)
{
	json_object *result = json_object_new_object();

	(void)t;
	for (size_t i = 0; i < v->findings->list.count; i++)
		tell_plain(v, &v->findings->list.items[i], "", out);
	tell_doubts(v, "", out);
	if (!v->findings->list.count)
		buf_puts(out, "no mistakes found\n");
	json_object_object_add(result, "scores", scores(v));
	buf_puts(out, json_object_to_json_string_ext(result, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_puts(out, "\n");
	json_object_put(result);
}

const struct form form_autolab = {.name = "autolab", .one = true, .tell = tell};
