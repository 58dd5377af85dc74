/* course_file: what a course's file says, in JSON. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "viewer/base/buf.h"
#include "viewer/base/escape.h"
#include "viewer/base/json.h"
#include "viewer/base/nearest.h"
#include "viewer/verdict/course.h"

enum { FILE_MOST = 1 << 20 };

struct reading {
	struct course *course;
	bool has_points;
	struct err *err;
};

static bool wants(const json_object *value, enum json_type type, const char *what, struct err *err)
{
	return json_object_is_type(value, type) || err_set(err, "%s", what);
}

static bool read_list(struct reading *r, const json_object *list, bool only)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *item = json_object_array_get_idx(list, i);
		const char *name;

		if (!wants(item, json_type_string, "wants an array of rules", r->err))
			return false;
		name = json_object_get_string(item);
		if (only ? !course_only(r->course, name, strlen(name), i == 0, r->err)
			 : !course_except(r->course, name, strlen(name), r->err))
			return false;
	}
	return true;
}

static bool read_only(struct reading *r, json_object *value)
{
	return wants(value, json_type_array, "wants an array of rules", r->err) && read_list(r, value, true);
}

static bool read_except(struct reading *r, json_object *value)
{
	return wants(value, json_type_array, "wants an array of rules", r->err) && read_list(r, value, false);
}

static bool read_fail_on(struct reading *r, json_object *value)
{
	const char *name = json_object_get_string(value);

	for (int g = 0; g < GRADES && name; g++)
		if (strcmp(name, grade_name((enum grade)g)) == 0) {
			r->course->fail_on = (enum grade)g;
			return true;
		}
	return err_set(r->err, "is one of " COURSE_FAIL_ON);
}

static bool read_points(struct reading *r, json_object *value)
{
	if (!wants(value, json_type_object, "wants an object: {\"ST012\": 5}", r->err))
		return false;
	json_object_object_foreach(value, name, points)
	{
		int64_t n;

		if (!json_integer(points, 0, POINTS_MOST, &n))
			return err_set(r->err, "%s wants a whole number from 0 to %d", name, POINTS_MOST);
		if (!course_points(r->course, name, strlen(name), (unsigned)n, r->err))
			return false;
	}
	return r->has_points = true;
}

static bool read_words(struct reading *r, json_object *value)
{
	struct arena *a = r->course->arena;

	if (!wants(value, json_type_object, "wants an object: {\"ST012\": {\"cure\": \"...\"}}", r->err))
		return false;
	json_object_object_foreach(value, name, words)
	{
		json_object *title = json_member(words, "title", json_type_string);
		json_object *cure = json_member(words, "cure", json_type_string);
		int rule = check_rule_find(name, r->err);

		if (rule < 0)
			return false;
		if (!title && !cure)
			return err_set(r->err, "%s wants a \"title\", a \"cure\" or both", name);
		r->course->rules[rule].title = escape_string(a, title ? json_object_get_string(title) : NULL);
		r->course->rules[rule].cure = escape_string(a, cure ? json_object_get_string(cure) : NULL);
	}
	return true;
}

static bool read_problem(struct reading *r, json_object *value)
{
	if (!wants(value, json_type_string, "wants a name", r->err))
		return false;
	r->course->problem = escape_string(r->course->arena, json_object_get_string(value));
	return true;
}

static const struct {
	const char *key;
	bool (*read)(struct reading *r, json_object *value);
} keys[] = {
	{"only", read_only},     {"except", read_except}, {"fail_on", read_fail_on},
	{"points", read_points}, {"words", read_words},   {"autolab_problem", read_problem},
};

static bool read_key(struct reading *r, const char *key, json_object *value)
{
	struct nearest near = {.typed = key};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (strcmp(keys[i].key, key) == 0)
			return keys[i].read(r, value) || err_where(r->err, "%s", key);
		nearest_offer(&near, keys[i].key);
	}
	if (near.word)
		return err_set(r->err, "unknown key `%s`: did you mean `%s`?", key, near.word);
	return err_set(r->err, "unknown key `%s`", key);
}

static bool read_bytes(const char *file, struct buf *text, struct err *err)
{
	FILE *f = fopen(file, "r");
	char part[4096];
	size_t n;
	bool failed;

	if (!f)
		return err_set(err, "%s", strerror(errno));
	while (text->len <= FILE_MOST && (n = fread(part, 1, sizeof part, f)) > 0)
		buf_put(text, part, n);
	failed = ferror(f);
	fclose(f);
	if (failed)
		return err_set(err, "cannot be read");
	return text->len <= FILE_MOST || err_set(err, "is too long for a course's file");
}

static bool read_object(struct reading *r, const struct buf *text)
{
	json_object *object = json_parse(text->bytes ? text->bytes : "", text->len, r->err);
	bool good = object;

	if (object) {
		json_object_object_foreach(object, key, value)
		{
			good = good && read_key(r, key, value);
		}
	}
	json_object_put(object);
	return good;
}

bool course_read_file(struct course *c, const char *file, bool *has_points, struct err *err)
{
	struct reading r = {.course = c, .err = err};
	struct buf text = {0};
	bool good = read_bytes(file, &text, err) && read_object(&r, &text);

	*has_points |= r.has_points;
	buf_free(&text);
	return good || err_where(err, "%s", file);
}
