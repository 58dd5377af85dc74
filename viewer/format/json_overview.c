/* json_overview: a timeline of many connections as JSON. */
#include "viewer/format/format.h"
#include "viewer/format/json.h"

static json_object *numbers(const uint64_t *slots)
{
	json_object *list = json_object_new_array();

	for (size_t i = 0; i < AXIS_SLOTS; i++)
		json_object_array_add(list, json_object_new_uint64(slots[i]));
	return list;
}

/* From one slot to another the connection did the same. */
static json_object *span_object(size_t from, size_t to, unsigned marks)
{
	static const struct {
		unsigned mark;
		const char *name;
	} names[] = {
		{TRACK_OPEN, "open"}, {TRACK_QUEUED, "queued"}, {TRACK_THERE, "there"},
		{TRACK_BACK, "back"}, {TRACK_FAILED, "failed"}, {TRACK_ENDED, "ended"},
	};
	json_object *o = json_object_new_object(), *list = json_object_new_array();

	json_number(o, "from_slot", from);
	json_number(o, "to_slot", to);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (marks & names[i].mark)
			json_object_array_add(list, json_object_new_string(names[i].name));
	json_object_object_add(o, "marks", list);
	return o;
}

static json_object *spans_of(const struct track *track)
{
	json_object *list = json_object_new_array();

	for (size_t from = 0, to; from < AXIS_SLOTS; from = to + 1) {
		for (to = from; to + 1 < AXIS_SLOTS && track->marks[to + 1] == track->marks[from];)
			to++;
		if (track->marks[from])
			json_object_array_add(list, span_object(from, to, track->marks[from]));
	}
	return list;
}

static json_object *track_object(const struct track *track)
{
	json_object *o = json_object_new_object();

	json_text(o, "to", track->to);
	json_text(o, "text", track->text);
	if (track->like) {
		json_number(o, "like", track->like);
		json_number(o, "p50_ns", track->p50_ns);
		json_number(o, "p95_ns", track->p95_ns);
		json_object_object_add(o, "open", numbers(track->open));
		return o;
	}
	json_number(o, "conn", track->conn);
	json_text(o, "client", track->client);
	json_number(o, "duration_ns", track->duration_ns);
	json_number(o, "there", track->there);
	json_number(o, "back", track->back);
	json_object_object_add(o, "spans", spans_of(track));
	return o;
}

static json_object *activity_object(const struct activity *a)
{
	json_object *o = json_object_new_object();

	json_text(o, "name", a->name);
	json_number(o, "total", a->total);
	json_number(o, "failed", a->failed);
	json_object_object_add(o, "calls", numbers(a->calls));
	return o;
}

static void put_activities(struct json_page *p, const char *key, const struct activity *items, size_t count)
{
	json_array_begin(p, key);
	for (size_t i = 0; i < count; i++)
		json_element(p, activity_object(&items[i]));
	json_array_end(p);
}

static void put_axis(struct json_page *p, const struct axis *x)
{
	json_array_begin(p, "axis");
	for (unsigned i = 0; i < x->nparts; i++) {
		const struct axis_part *part = &x->parts[i];
		json_object *o = json_object_new_object();

		json_number(o, "from_ns", part->from_ns > x->zero_ns ? part->from_ns - x->zero_ns : 0);
		json_number(o, "to_ns", part->to_ns > x->zero_ns ? part->to_ns - x->zero_ns : 0);
		json_number(o, "slot", part->slot);
		json_number(o, "slots", part->slots);
		json_element(p, o);
	}
	json_array_end(p);
}

void json_overview(const struct overview *o, const struct look *look, struct buf *out)
{
	struct json_page p;

	(void)look;
	json_begin(&p, out, "connections");
	json_preface(&p, &o->preface);
	put_axis(&p, &o->axis);
	put_activities(&p, "phases", o->phases.items, o->phases.count);
	put_activities(&p, "processes", o->procs.items, o->procs.count);
	json_array_begin(&p, "tracks");
	for (size_t i = 0; i < o->tracks.count; i++)
		json_element(&p, track_object(&o->tracks.items[i]));
	json_array_end(&p);
	json_end(&p);
}
