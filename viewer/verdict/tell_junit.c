/* tell_junit: JUnit's XML as CI systems read it: a suite is a hand-in, a case a rule. */
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/xml.h"
#include "viewer/verdict/tell.h"

static void put_attribute(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, " %s=\"", name);
	xml_put(out, text);
	buf_puts(out, "\"");
}

static const struct finding *first_failing(const struct verdict *v, size_t rule)
{
	for (size_t i = 0; i < v->findings->list.count; i++)
		if (v->findings->list.items[i].rule == check_rules[rule] &&
		    verdict_fails(v, &v->findings->list.items[i]))
			return &v->findings->list.items[i];
	return NULL;
}

static void put_findings(const struct verdict *v, size_t rule, struct buf *out)
{
	struct buf text = {0};

	for (size_t i = 0; i < v->findings->list.count; i++)
		if (v->findings->list.items[i].rule == check_rules[rule])
			tell_plain(v, &v->findings->list.items[i], "", &text);
	xml_put(out, text.bytes ? text.bytes : "");
	buf_free(&text);
}

static void put_advice(const struct verdict *v, size_t rule, struct buf *out)
{
	size_t before = out->len;
	static const char tag[] = "      <system-out>";

	buf_puts(out, tag);
	put_findings(v, rule, out);
	if (out->len == before + strlen(tag))
		out->len = before;
	else
		buf_puts(out, "</system-out>\n");
}

/* Nothing found is no pass where the trace does not show all: for this rule, or for every one. */
static const char *doubt_of(const struct verdict *v, size_t rule)
{
	const char *why = tell_doubt_of(v, rule);

	for (size_t i = 0; !why && i < v->findings->doubts.count; i++)
		if (!v->findings->doubts.items[i].rule)
			why = v->findings->doubts.items[i].why;
	return why;
}

static void tell_rule(const struct verdict *v, size_t rule, struct buf *out)
{
	const struct finding *failing = first_failing(v, rule);
	const char *doubt = doubt_of(v, rule);

	buf_puts(out, "    <testcase classname=\"socktrace\"");
	put_attribute(out, "name",
		      arena_printf(v->arena, "%.*s %s", RULE_SHORT, check_rules[rule]->id, verdict_title(v, rule)));
	buf_puts(out, ">\n");
	if (failing) {
		buf_puts(out, "      <failure");
		put_attribute(out, "message", failing->what);
		put_attribute(out, "type", grade_name(failing->grade));
		buf_puts(out, ">");
		put_findings(v, rule, out);
		buf_puts(out, "</failure>\n");
	} else if (doubt) {
		buf_puts(out, "      <skipped");
		put_attribute(out, "message", arena_printf(v->arena, "inconclusive: %s", doubt));
		buf_puts(out, "/>\n");
	}
	if (!failing)
		put_advice(v, rule, out);
	buf_puts(out, "    </testcase>\n");
}

static void tell_unreadable(const struct verdict *v, struct buf *out)
{
	buf_puts(out, " tests=\"1\" failures=\"0\" skipped=\"0\" errors=\"1\">\n"
		      "    <testcase classname=\"socktrace\" name=\"trace\">\n      <error");
	put_attribute(out, "message", escape_string(v->arena, v->err.text));
	buf_puts(out, "/>\n    </testcase>\n");
}

static void tell_all(const struct verdict *v, struct buf *out)
{
	unsigned tests = 0, failures = 0, skipped = 0;

	for (size_t i = 0; i < check_rule_count; i++) {
		if (!v->course->rules[i].wanted)
			continue;
		tests++;
		if (verdict_rule_fails(v, i))
			failures++;
		else if (doubt_of(v, i))
			skipped++;
	}
	buf_printf(out, " tests=\"%u\" failures=\"%u\" skipped=\"%u\" errors=\"0\">\n", tests, failures, skipped);
	for (size_t i = 0; i < check_rule_count; i++)
		if (v->course->rules[i].wanted)
			tell_rule(v, i, out);
}

static void begin(const struct telling *t, struct buf *out)
{
	(void)t;
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
}

static void tell(const struct verdict *v, const struct telling *t, struct buf *out)
{
	(void)t;
	buf_puts(out, "  <testsuite");
	put_attribute(out, "name", v->name);
	if (v->trace)
		tell_all(v, out);
	else
		tell_unreadable(v, out);
	buf_puts(out, "  </testsuite>\n");
}

static void end(const struct telling *t, const struct tally *tallies, struct buf *out)
{
	(void)t;
	(void)tallies;
	buf_puts(out, "</testsuites>\n");
}

const struct form form_junit = {.name = "junit", .begin = begin, .tell = tell, .end = end};
