/* json_stats: a trace in numbers as JSON. */
#include "viewer/format/format.h"
#include "viewer/format/json.h"

static json_object *latency_object(const struct stats_latency *l)
{
	json_object *o = json_object_new_object();

	json_number(o, "count", l->count);
	json_number(o, "p50_ns", l->p50_ns);
	json_number(o, "p95_ns", l->p95_ns);
	json_number(o, "p99_ns", l->p99_ns);
	json_number(o, "max_ns", l->max_ns);
	json_number(o, "total_ns", l->total_ns);
	return o;
}

static json_object *call_object(const struct stats_call *c)
{
	static const char *const groups[] = {[STATS_WORK] = "work", [STATS_WAIT] = "wait", [STATS_BETWEEN] = "between"};
	json_object *o = json_object_new_object();

	json_text(o, "name", c->name);
	json_text(o, "group", groups[c->group]);
	json_number(o, "returned", c->returned);
	json_number(o, "failed", c->failed);
	json_number(o, "not_yet", c->not_yet);
	json_number(o, "open", c->open);
	json_number(o, "bytes", c->bytes);
	json_object_object_add(o, "latency", latency_object(&c->latency));
	return o;
}

static json_object *error_object(const struct stats_error *e)
{
	json_object *o = json_object_new_object();

	json_text(o, "call", e->call);
	json_text(o, "err", e->err);
	json_text(o, "meaning", e->meaning);
	json_number(o, "count", e->count);
	json_truth(o, "not_yet", e->not_yet);
	json_number(o, "first_ns", e->at_ns);
	json_number(o, "process", e->proc);
	if (e->conn)
		json_number(o, "conn", e->conn);
	json_text(o, "source", e->source);
	return o;
}

static json_object *shape_object(const struct stats_shape *s)
{
	json_object *o = json_object_new_object();

	json_number(o, "count", s->count);
	json_text(o, "outcome", s->outcome);
	json_text(o, "client", s->calls[SIDE_CLIENT]);
	json_text(o, "server", s->calls[SIDE_SERVER]);
	json_number(o, "client_sent", s->sent[SIDE_CLIENT]);
	json_number(o, "server_sent", s->sent[SIDE_SERVER]);
	json_object_object_add(o, "duration", latency_object(&s->duration));
	json_number(o, "example", s->example);
	return o;
}

static json_object *proc_object(const struct stats_proc *p)
{
	json_object *o = json_object_new_object();

	json_number(o, "process", p->index);
	json_text(o, "who", p->who);
	json_text(o, "role", *p->role ? p->role : NULL);
	json_number(o, "calls", p->calls);
	json_number(o, "failed", p->failed);
	json_number(o, "written", p->written);
	json_number(o, "read", p->read);
	return o;
}

static json_object *series_object(const struct stats_series *s, uint64_t duration_ns)
{
	json_object *o = json_object_new_object(), *slots = json_object_new_array();

	for (size_t i = 0; i < STATS_SLOTS; i++)
		json_object_array_add(slots, json_object_new_uint64(s->slots[i]));
	json_number(o, "slot_ns", duration_ns / STATS_SLOTS);
	json_number(o, "most", s->most);
	json_number(o, "most_at_ns", s->most_at_ns);
	json_object_object_add(o, "slots", slots);
	return o;
}

static void put_totals(struct json_page *p, const struct stats *s)
{
	const struct {
		const char *key;
		uint64_t number;
	} totals[] = {
		{"duration_ns", s->duration_ns},
		{"calls", s->calls},
		{"failed", s->failed},
		{"not_yet", s->not_yet},
		{"open", s->open},
		{"lost", s->lost},
		{"socks", s->socks},
		{"socks_unclosed", s->socks_unclosed},
		{"conns", s->conns},
		{"older_sessions", s->older_sessions},
	};
	json_object *outcomes = json_object_new_object();

	json_put(p, "when", json_string(s->when));
	for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
		json_put(p, totals[i].key, json_object_new_uint64(totals[i].number));
	for (enum outcome outcome = CONN_OPEN; outcome <= CONN_NOT_ACCEPTED; outcome++)
		json_number(outcomes, stats_outcome(outcome), s->outcomes[outcome]);
	json_put(p, "outcomes", outcomes);
}

void json_stats(const struct stats *s, const struct look *look, struct buf *out)
{
	struct json_page p;

	(void)look;
	json_begin(&p, out, "stats");
	put_totals(&p, s);
	json_array_begin(&p, "warnings");
	for (size_t i = 0; i < s->warnings.count; i++)
		json_element(&p, json_string(s->warnings.items[i]));
	json_array_end(&p);
	json_array_begin(&p, "rows");
	for (size_t i = 0; i < s->rows.count; i++)
		json_element(&p, call_object(&s->rows.items[i]));
	json_array_end(&p);
	json_array_begin(&p, "errors");
	for (size_t i = 0; i < s->errors.count; i++)
		json_element(&p, error_object(&s->errors.items[i]));
	json_array_end(&p);
	json_array_begin(&p, "shapes");
	for (size_t i = 0; i < s->shapes.count; i++)
		json_element(&p, shape_object(&s->shapes.items[i]));
	json_array_end(&p);
	json_array_begin(&p, "processes");
	for (size_t i = 0; i < s->procs.count; i++)
		json_element(&p, proc_object(&s->procs.items[i]));
	json_array_end(&p);
	json_put(&p, "calls_made", series_object(&s->calls_made, s->duration_ns));
	json_put(&p, "open_socks", series_object(&s->open_socks, s->duration_ns));
	json_end(&p);
}
