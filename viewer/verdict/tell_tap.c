/* tell_tap: TAP 14: a test is a rule; of several hand-ins each is a subtest. https://testanything.org/tap-version-14-specification.html */
#include <string.h>

#include "viewer/verdict/spot.h"
#include "viewer/verdict/tell.h"

static size_t count_tests(const struct verdict *v)
{
	size_t count = 0;

	for (size_t i = 0; i < check_rule_count; i++)
		count += v->course->rules[i].wanted;
	return count;
}

/* A # begins a directive, a backslash escapes. */
static void put_description(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			buf_puts(out, "\\");
		buf_put(out, text, 1);
	}
}

static void put_member(struct buf *out, const char *margin, const char *key, const char *value)
{
	if (!value)
		return;
	buf_printf(out, "%s    %s: ", margin, key);
	tell_quoted(out, value);
	buf_puts(out, "\n");
}

static void tell_finding(const struct verdict *v, const struct finding *f, const char *margin, struct buf *out)
{
	struct spot s = spot_of(v, f);

	buf_printf(out, "%s  - grade: %s\n", margin, grade_name(f->grade));
	put_member(out, margin, "message", f->what);
	put_member(out, margin, "cure", verdict_cure(v, f));
	put_member(out, margin, "at", s.site);
	put_member(out, margin, "call", s.call);
	put_member(out, margin, "who", s.who);
}

static void tell_findings(const struct verdict *v, size_t rule, const char *margin, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < v->findings->list.count; i++) {
		if (v->findings->list.items[i].rule != check_rules[rule])
			continue;
		if (!any)
			buf_printf(out, "%s  ---\n%s  findings:\n", margin, margin);
		any = true;
		tell_finding(v, &v->findings->list.items[i], margin, out);
	}
	if (any)
		buf_printf(out, "%s  ...\n", margin);
}

static void tell_rule(const struct verdict *v, size_t rule, size_t number, const char *margin, struct buf *out)
{
	const char *doubt = tell_doubt_of(v, rule);

	buf_printf(out, "%s%s %zu - %.*s ", margin, verdict_rule_fails(v, rule) ? "not ok" : "ok", number, RULE_SHORT,
		   check_rules[rule]->id);
	put_description(out, verdict_title(v, rule));
	if (doubt && !verdict_rule_fails(v, rule)) {
		buf_puts(out, " # SKIP inconclusive: ");
		put_description(out, doubt);
	}
	buf_puts(out, "\n");
	tell_findings(v, rule, margin, out);
}

static void tell_rules_of(const struct verdict *v, const char *margin, struct buf *out)
{
	size_t number = 0;

	buf_printf(out, "%s1..%zu\n", margin, count_tests(v));
	for (size_t i = 0; i < check_rule_count; i++)
		if (v->course->rules[i].wanted)
			tell_rule(v, i, ++number, margin, out);
	for (size_t i = 0; i < v->findings->doubts.count; i++)
		if (!v->findings->doubts.items[i].rule)
			buf_printf(out, "%s# inconclusive: %s\n", margin, v->findings->doubts.items[i].why);
}

static void begin_version(int version, const struct telling *t, struct buf *out)
{
	buf_printf(out, "TAP version %d\n", version);
	if (t->count > 1)
		buf_printf(out, "1..%zu\n", t->count);
}

static void begin(const struct telling *t, struct buf *out)
{
	begin_version(14, t, out);
}

static void begin13(const struct telling *t, struct buf *out)
{
	begin_version(13, t, out);
}

static void tell(const struct verdict *v, const struct telling *t, struct buf *out)
{
	if (t->count == 1) {
		tell_rules_of(v, "", out);
		return;
	}
	if (v->trace) {
		buf_printf(out, "# Subtest: %s\n", v->name);
		tell_rules_of(v, "    ", out);
	}
	buf_printf(out, "%s %zu - ", v->outcome == CHECK_FOUND || !v->trace ? "not ok" : "ok", t->index);
	put_description(out, v->name);
	buf_puts(out, "\n");
	if (!v->trace) {
		buf_puts(out, "  ---\n");
		put_member(out, "", "unreadable", v->err.text);
		buf_puts(out, "  ...\n");
	}
}

const struct form form_tap = {.name = "tap", .begin = begin, .tell = tell};

/* For readers that refuse what calls itself 14. All else is the same: they pass over subtests as lines that are none of theirs. */
const struct form form_tap13 = {.name = "tap13", .begin = begin13, .tell = tell};
