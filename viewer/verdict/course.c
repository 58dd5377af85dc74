/* course: which rules are tried, and what fails. */
#include "viewer/verdict/course.h"

#include <string.h>

/* Set wanted[] of each rule in a list with commas between. */
static bool mark(struct course *c, const char *list, bool wanted, struct err *err)
{
	for (const char *word = list; word; word = strchr(word, ',') ? strchr(word, ',') + 1 : NULL) {
		int rule = check_rule_find(arena_copy(c->arena, word, strcspn(word, ",")), err);

		if (rule < 0)
			return false;
		c->wanted[rule] = wanted;
	}
	return true;
}

bool course_read(struct course *c, const struct course_words *words, struct err *err)
{
	static const enum grade grades[] = {GRADE_PROBABLE, GRADE_PROVED, GRADE_ADVICE};

	*c = (struct course){.arena = arena_new(), .fail_on = grades[words->fail_on]};
	c->wanted = arena_alloc(c->arena, check_rule_count * sizeof *c->wanted);
	for (size_t i = 0; i < check_rule_count; i++)
		c->wanted[i] = !words->only;
	return mark(c, words->only, true, err) && mark(c, words->except, false, err);
}

void course_free(struct course *c)
{
	arena_free(c->arena);
}
