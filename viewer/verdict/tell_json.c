/* tell_json: a verdict as one JSON object, for programs. */
#include <json-c/json.h>

#include "viewer/base/escape.h"
#include "viewer/model/site.h"
#include "viewer/scene/words.h"
#include "viewer/verdict/spot.h"
#include "viewer/verdict/tell.h"

static void add_text(json_object *o, const char *key, const char *text)
{
	if (text)
		json_object_object_add(o, key, json_object_new_string(text));
}

static void add_number(json_object *o, const char *key, int64_t number)
{
	json_object_object_add(o, key, json_object_new_int64(number));
}

static void add_site(json_object *o, struct trace *t, const struct event *e)
{
	const struct site *site = e->pc ? site_find(t, e->proc, e->pc) : NULL;

	if (!site)
		return;
	add_text(o, "function", escape_string(t->arena, site->function));
	add_text(o, "file", escape_string(t->arena, site->file));
	if (site->line)
		add_number(o, "line", site->line);
}

static json_object *finding_object(const struct verdict *v, const struct finding *f)
{
	json_object *o = json_object_new_object();
	struct trace *t = v->trace;
	const struct event *e = f->at;
	struct spot p = spot_of(v, f);

	add_text(o, "rule", f->rule->id);
	add_text(o, "grade", grade_name(f->grade));
	add_text(o, "what", f->what);
	add_text(o, "cure", verdict_cure(v, f));
	add_site(o, t, e);
	add_text(o, "source", p.source);
	add_text(o, "call", p.call);
	add_text(o, "process", words_process(t->arena, e->proc));
	add_number(o, "pid", e->proc->pid);
	add_number(o, "tid", e->tid);
	if (e->fd >= 0)
		add_number(o, "fd", e->fd);
	if (f->conn)
		add_text(o, "connection", arena_printf(t->arena, "c%u", f->conn->id));
	add_number(o, "t", (int64_t)e->t_ns);
	add_number(o, "at_ns", e->t_ns > v->zero_ns ? (int64_t)(e->t_ns - v->zero_ns) : 0);
	add_text(o, "trace", escape_string(t->arena, event_file(e)));
	add_number(o, "trace_line", e->lineno);
	add_number(o, "times", f->times);
	return o;
}

static json_object *doubt_object(const struct doubt *d)
{
	json_object *o = json_object_new_object();

	add_text(o, "rule", d->rule ? d->rule->id : NULL);
	add_text(o, "why", d->why);
	return o;
}

static void add_points(json_object *o, const struct verdict *v)
{
	unsigned most, points = verdict_points(v, &most);

	add_number(o, "points", points);
	add_number(o, "points_most", most);
}

static json_object *verdict_object(const struct verdict *v)
{
	json_object *o = json_object_new_object(), *list = json_object_new_array(), *doubts = json_object_new_array();

	add_text(o, "name", v->name);
	add_text(o, "outcome", verdict_outcome_name(v->outcome));
	if (!v->trace)
		add_text(o, "error", escape_string(v->arena, v->err.text));
	else
		add_points(o, v);
	for (size_t i = 0; v->findings && i < v->findings->list.count; i++)
		json_object_array_add(list, finding_object(v, &v->findings->list.items[i]));
	for (size_t i = 0; v->findings && i < v->findings->doubts.count; i++)
		json_object_array_add(doubts, doubt_object(&v->findings->doubts.items[i]));
	json_object_object_add(o, "findings", list);
	json_object_object_add(o, "inconclusive", doubts);
	return o;
}

static void begin(const struct telling *t, struct buf *out)
{
	buf_puts(out, t->count > 1 ? "{\"hand_ins\": [\n" : "");
}

static void tell(const struct verdict *v, const struct telling *t, struct buf *out)
{
	json_object *o = verdict_object(v);

	(void)t;
	buf_puts(out, json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

static void end(const struct telling *t, const struct tally *tallies, struct buf *out)
{
	(void)tallies;
	buf_puts(out, t->count > 1 ? "\n]}\n" : "\n");
}

const struct form form_json = {.name = "json", .begin = begin, .tell = tell, .between = ",\n", .end = end};
