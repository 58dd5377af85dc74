/* check: try the rules on a trace; order what they found, and say once what one line did many times. */
#include "viewer/check/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/map.h"
#include "viewer/base/mem.h"
#include "viewer/base/sort.h"
#include "viewer/check/rule.h"

/* Reports */

const char *rule_say(struct inspection *in, const char *format, ...)
{
	va_list args;
	char text[512];

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return arena_string(in->t->arena, text);
}

/* One line of one program, in however many processes of it; where lines are not known, one kind of call of a process. */
static bool is_same_place(const struct event *a, const struct event *b)
{
	if (a == b)
		return true;
	if (a->pc != b->pc || a->call != b->call)
		return false;
	if (!a->pc)
		return a->proc == b->proc;
	return a->proc->exe && b->proc->exe && strcmp(a->proc->exe, b->proc->exe) == 0;
}

/* A finding by what makes others the same; the list that it is in may still move. */
struct told {
	const struct rule *rule;
	enum grade grade;
	const struct event *at;
	size_t index;
};

static bool is_same(const void *value, const void *key)
{
	const struct told *a = value, *b = key;

	return a->rule == b->rule && a->grade == b->grade && is_same_place(a->at, b->at);
}

static uint64_t hash_place(const struct told *t)
{
	uint64_t hash = hash_number((uintptr_t)t->rule, t->grade);

	return hash_number(hash, t->at->pc ? t->at->pc : t->at->proc->index);
}

struct finding *rule_report(struct inspection *in, enum grade grade, const struct event *at, const char *what,
			    const char *cure)
{
	struct told key = {in->rule, grade, at, in->found->list.count}, *told;
	struct finding f = {in->rule, grade, at, at->conn, what, cure, 1};
	uint64_t hash = hash_place(&key);

	told = map_find(&in->told, hash, is_same, &key);
	if (told) {
		in->found->list.items[told->index].times++;
		return &in->found->list.items[told->index];
	}
	told = arena_alloc(in->t->arena, sizeof *told);
	*told = key;
	map_add(&in->told, hash, told);
	vec_push(&in->found->list, f);
	return &in->found->list.items[key.index];
}

void rule_doubt(struct inspection *in, const char *why)
{
	struct doubt d = {in->rule, why};

	for (size_t i = 0; i < in->found->doubts.count; i++)
		if (in->found->doubts.items[i].rule == d.rule && strcmp(in->found->doubts.items[i].why, why) == 0)
			return;
	vec_push(&in->found->doubts, d);
}

/* Order */

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->at->t_ns != y->at->t_ns)
		return x->at->t_ns < y->at->t_ns ? -1 : 1;
	if (x->rule != y->rule)
		return strcmp(x->rule->id, y->rule->id);
	return x->at->proc->index != y->at->proc->index
		       ? (x->at->proc->index < y->at->proc->index ? -1 : 1)
		       : (x->at->lineno > y->at->lineno) - (x->at->lineno < y->at->lineno);
}

/* The trial */

static void list_calls(struct inspection *in)
{
	for (size_t i = 0; i < in->t->events.count; i++) {
		const struct event *e = in->t->events.items[i];
		bool is_call = (e->kind == EVENT_CALL || e->kind == EVENT_PENDING) && e->call < CALL_COUNT;

		if (!is_call || e->more->pid || (e->via && strcmp(e->via, "libc") == 0))
			continue;
		vec_push(&in->of[e->call].events, e);
	}
}

static bool has_lower_port(const void *a, const void *b)
{
	return rule_port(a) < rule_port(b);
}

static void list_bound(struct inspection *in)
{
	for (size_t i = 0; i < in->t->socks.count; i++)
		if (in->t->socks.items[i]->bound)
			vec_push(&in->bound, in->t->socks.items[i]);
	sort_stable(in->bound.items, in->bound.count, has_lower_port);
}

/* What was lost or could not be read may be what a rule looks for. */
static void doubt_all(struct inspection *in)
{
	if (in->t->warnings.count)
		rule_doubt(in, rule_say(in, "%zu %s of the trace could not be read", in->t->warnings.count,
					in->t->warnings.count == 1 ? "line" : "lines"));
	for (size_t i = 0; i < in->t->procs.count; i++) {
		const struct process *p = in->t->procs.items[i];

		if (p->lost)
			rule_doubt(in, rule_say(in, "%zu %s of P%u could not be recorded", p->lost,
						p->lost == 1 ? "event" : "events", p->index));
	}
}

struct findings *check_trace(struct trace *t, const bool *wanted)
{
	struct findings *found = mem_zeroed(sizeof *found);
	struct inspection *in = mem_zeroed(sizeof *in);

	in->t = t;
	in->found = found;
	list_calls(in);
	list_bound(in);
	doubt_all(in);
	for (size_t i = 0; i < check_rule_count; i++) {
		in->rule = check_rules[i];
		if (!wanted || wanted[i])
			in->rule->check(in);
	}
	if (found->list.count)
		qsort(found->list.items, found->list.count, sizeof *found->list.items, compare);
	for (size_t i = 0; i < CALL_COUNT; i++)
		vec_free(&in->of[i].events);
	for (size_t i = 0; i < in->lists.count; i++)
		vec_free(&in->lists.items[i].events);
	vec_free(&in->lists);
	vec_free(&in->bound);
	map_free(&in->told);
	free(in);
	return found;
}

void findings_free(struct findings *f)
{
	vec_free(&f->list);
	vec_free(&f->doubts);
	free(f);
}

const char *grade_name(enum grade grade)
{
	static const char *const names[GRADES] = {
		[GRADE_ADVICE] = "advice", [GRADE_PROBABLE] = "probable", [GRADE_PROVED] = "proved"};

	return names[grade];
}
