/* verdict: what was found in one hand-in. */
#include "viewer/verdict/verdict.h"

#include "viewer/scene/choice.h"

bool verdict_fails(const struct verdict *v, const struct finding *f)
{
	return f->grade >= v->course->fail_on;
}

const char *verdict_outcome_name(enum verdict_outcome outcome)
{
	static const char *const names[] = {
		[CHECK_CLEAN] = "clean",
		[CHECK_FOUND] = "found",
		[CHECK_UNREADABLE] = "unreadable",
		[CHECK_INCONCLUSIVE] = "inconclusive",
	};

	return names[outcome];
}

static enum verdict_outcome judge(const struct verdict *v)
{
	for (size_t i = 0; i < v->findings->list.count; i++)
		if (verdict_fails(v, &v->findings->list.items[i]))
			return CHECK_FOUND;
	return v->findings->doubts.count ? CHECK_INCONCLUSIVE : CHECK_CLEAN;
}

void verdict_find(struct verdict *v, const struct course *course, const char *const *paths, int count,
		  const struct load_options *load)
{
	struct choice all;

	*v = (struct verdict){.course = course, .outcome = CHECK_UNREADABLE};
	v->trace = load_trace(paths, count, load, &v->err);
	if (!v->trace)
		return;
	choice_all(&all, v->trace);
	v->zero_ns = all.zero_ns;
	choice_free(&all);
	v->findings = check_trace(v->trace, course->wanted);
	v->outcome = judge(v);
}

void verdict_end(struct verdict *v)
{
	if (!v->trace)
		return;
	findings_free(v->findings);
	trace_free(v->trace);
}
