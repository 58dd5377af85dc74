/* course: which rules are tried, what fails, what it costs. */
#include "viewer/verdict/course.h"

#include <stdlib.h>
#include <string.h>

static struct course_rule *rule_of(struct course *c, const char *name, size_t len, struct err *err)
{
	int rule = check_rule_find(arena_copy(c->arena, name, len), err);

	return rule < 0 ? NULL : &c->rules[rule];
}

bool course_only(struct course *c, const char *name, size_t len, bool first, struct err *err)
{
	struct course_rule *r = rule_of(c, name, len, err);

	for (size_t i = 0; r && first && i < check_rule_count; i++)
		c->rules[i].wanted = false;
	if (r)
		r->wanted = true;
	return r;
}

bool course_except(struct course *c, const char *name, size_t len, struct err *err)
{
	struct course_rule *r = rule_of(c, name, len, err);

	if (r)
		r->wanted = false;
	return r;
}

bool course_points(struct course *c, const char *name, size_t len, unsigned points, struct err *err)
{
	struct course_rule *r = rule_of(c, name, len, err);

	if (r)
		r->points = points;
	return r;
}

static const char *next_word(const char *word)
{
	word += strcspn(word, ",");
	return *word ? word + 1 : NULL;
}

/* "ST012=5" */
static bool read_points(struct course *c, const char *word, struct err *err)
{
	size_t len = strcspn(word, ","), name = strcspn(word, "=,");
	char *end = NULL;
	unsigned long n = 0;

	if (word[name] == '=' && word[name + 1] >= '0' && word[name + 1] <= '9')
		n = strtoul(word + name + 1, &end, 10);
	if (end != word + len || n > POINTS_MOST)
		return err_set(err, "--points wants RULE=N with N up to %d, not `%.*s`", POINTS_MOST, (int)len, word);
	return course_points(c, word, name, (unsigned)n, err);
}

static bool read_words(struct course *c, const struct course_words *words, struct err *err)
{
	for (const char *w = words->only; w; w = next_word(w))
		if (!course_only(c, w, strcspn(w, ","), w == words->only, err))
			return false;
	for (const char *w = words->except; w; w = next_word(w))
		if (!course_except(c, w, strcspn(w, ","), err))
			return false;
	for (const char *w = words->points; w; w = next_word(w))
		if (!read_points(c, w, err))
			return false;
	return true;
}

bool course_read(struct course *c, const struct course_words *words, struct err *err)
{
	static const enum grade grades[] = {GRADE_PROBABLE, GRADE_PROVED, GRADE_ADVICE};
	bool has_points = words->points;

	*c = (struct course){.arena = arena_new(), .fail_on = GRADE_PROBABLE};
	c->rules = arena_alloc(c->arena, check_rule_count * sizeof *c->rules);
	for (size_t i = 0; i < check_rule_count; i++)
		c->rules[i].wanted = true;
	if (words->file && !course_read_file(c, words->file, &has_points, err))
		return false;
	if (words->fail_on != COURSE_FAIL_ON_UNSET)
		c->fail_on = grades[words->fail_on];
	if (!read_words(c, words, err))
		return false;
	for (size_t i = 0; i < check_rule_count && !has_points; i++)
		c->rules[i].points = check_rules[i]->grade >= c->fail_on;
	return true;
}

void course_free(struct course *c)
{
	arena_free(c->arena);
}
