/* page_data: what the script of a report reads: calls, processes, connections, addresses, findings, as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/json.h"
#include "viewer/base/mem.h"
#include "viewer/check/rule.h"
#include "viewer/check/source.h"
#include "viewer/format/format.h"
#include "viewer/format/json.h"
#include "viewer/format/svg.h"
#include "viewer/model/site.h"
#include "viewer/report/page.h"
#include "viewer/scene/axis.h"
#include "viewer/scene/words.h"

enum {
	WORDS_MOST = 400,
	VALUE_MOST = 200, /* of an argument */
	ARGV_MOST = 300,
	BYTES_MOST = 4096, /* of a payload */
	ADDRESSES_MOST = 2000,
};

/* A place in the source, told once for all of its calls. */
struct place {
	const struct site *site;
	size_t index;
};

struct writer {
	struct json_page json;
	const struct page_run *run;
	struct arena *arena; /* the run's */
	struct map places;
	json_object *sources;
};

static void put_words(struct writer *w, json_object *o, const char *key, const char *words, size_t most)
{
	json_text(o, key, page_cut(w->arena, words, most));
}

/* What a call was given and gave back */

/* Members that are said elsewhere, or mean nothing outside of the trace. */
static bool is_known(const char *key)
{
	static const char *const known[] = {"ev",   "t",     "dt",   "tid",     "call", "via",   "fd",
					    "sock", "args",  "ret",  "err",     "pc",   "stack", "data",
					    "ino",  "local", "peer", "newsock", "inos", "msgs",  "newsocks"};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i], key) == 0)
			return true;
	return false;
}

/* An address is drawn; of a descriptor's socket the number tells nobody anything. */
static const char *value_words(struct writer *w, json_object *value)
{
	const char *text;

	if (json_object_is_type(value, json_type_object) && json_member(value, "raw", json_type_string))
		return NULL;
	text = json_object_is_type(value, json_type_string)
		       ? json_object_get_string(value)
		       : json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	return escape_string(w->arena, page_cut(w->arena, text, VALUE_MOST));
}

static void add_member(struct writer *w, json_object *to, const char *key, json_object *value)
{
	const char *words = value_words(w, value);
	json_object *pair;

	if (!words)
		return;
	pair = json_object_new_array();
	json_object_array_add(pair, json_string(escape_string(w->arena, page_cut(w->arena, key, VALUE_MOST))));
	json_object_array_add(pair, json_string(words));
	json_object_array_add(to, pair);
}

static void add_members(struct writer *w, json_object *to, json_object *object, bool unknown_only)
{
	json_object_object_foreach(object, key, value)
	{
		if (!unknown_only || !is_known(key))
			add_member(w, to, key, value);
	}
}

static void put_members(struct writer *w, json_object *o, const struct event *e)
{
	struct err err;
	json_object *line = json_parse(e->line, e->line_len, &err), *list;
	json_object *args = line ? json_member(line, "args", json_type_object) : NULL;

	if (!line)
		return;
	list = json_object_new_array();
	if (args)
		add_members(w, list, args, false);
	if (e->kind == EVENT_CALL || e->kind == EVENT_EXIT || e->kind == EVENT_LOST)
		add_members(w, list, line, true);
	json_object_object_add(o, "args", list);
	json_object_put(line);
}

static void put_bytes(struct writer *w, json_object *o, const struct event *e)
{
	size_t count = e->data_len < BYTES_MOST ? e->data_len : BYTES_MOST;
	char *data, *hex;

	if (!e->data_len)
		return;
	data = mem_zeroed(e->data_len);
	hex = arena_alloc(w->arena, 2 * count + 1);
	event_data(e, data);
	for (size_t i = 0; i < count; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)data[i]);
	free(data);
	json_text(o, "hex", hex);
}

/* As the addresses' own list has them: by length and bytes. */
static void put_address(struct writer *w, json_object *o, const char *key, const struct address *address)
{
	struct buf b = {0};

	if (!address || !address->raw_len)
		return;
	buf_printf(&b, "%u:", address->len);
	for (unsigned i = 0; i < address->raw_len; i++)
		buf_printf(&b, "%02x", address->raw[i]);
	json_text(o, key, arena_copy(w->arena, b.bytes, b.len));
	buf_free(&b);
}

/* Where it was called */

static bool is_place(const void *value, const void *key)
{
	return ((const struct place *)value)->site == key;
}

static json_object *source_object(struct writer *w, const struct event *e, const struct site *site, const char *source)
{
	json_object *o = json_object_new_object();

	put_words(w, o, "at", source, VALUE_MOST);
	put_words(w, o, "function", escape_string(w->arena, site->function), VALUE_MOST);
	put_words(w, o, "line", escape_string(w->arena, source_of_event(w->run->trace, e, 0)), VALUE_MOST);
	return o;
}

static void put_source(struct writer *w, json_object *o, const struct call_row *row)
{
	const struct event *e = row->event;
	const struct site *site = row->source && e->pc ? site_find(w->run->trace, e->proc, e->pc) : NULL;
	uint64_t hash = hash_number(0, (uintptr_t)site);
	struct place *place = site ? map_find(&w->places, hash, is_place, site) : NULL;

	if (!site)
		return;
	if (!place) {
		place = arena_alloc(w->arena, sizeof *place);
		*place = (struct place){site, json_object_array_length(w->sources)};
		map_add(&w->places, hash, place);
		json_object_array_add(w->sources, source_object(w, e, site, row->source));
	}
	json_number(o, "source", place->index);
}

/* Calls */

static void put_numbers(struct writer *w, json_object *o, const char *key, const size_t *numbers, size_t count)
{
	json_object *list;

	if (!count)
		return;
	list = json_object_new_array();
	for (size_t i = 0; i < count; i++)
		json_object_array_add(list, json_object_new_uint64(w->run->first + numbers[i]));
	json_object_object_add(o, key, list);
}

static const char *name_of(struct writer *w, const struct event *e)
{
	static const char *const others[] = {
		[EVENT_INHERIT] = "(inherit)", [EVENT_EXIT] = "(exit)", [EVENT_LOST] = "(lost)"};
	const char *name = event_call_name(e);

	return name ? page_cut(w->arena, escape_string(w->arena, name), VALUE_MOST) : others[e->kind];
}

static json_object *call_object(struct writer *w, const struct call_row *row)
{
	const struct event *e = row->event;
	json_object *o = json_object_new_object();

	json_number(o, "at", row->at_ns);
	if (e->dt_ns)
		json_number(o, "took", e->dt_ns);
	json_number(o, "proc", e->proc->index);
	if (e->tid != e->proc->pid)
		json_number(o, "tid", e->tid);
	if (row->conn)
		json_number(o, "conn", row->conn);
	if (e->fd >= 0)
		json_number(o, "fd", (uint64_t)e->fd);
	json_text(o, "name", name_of(w, e));
	put_words(w, o, "text", row->phrase.text, WORDS_MOST);
	put_words(w, o, "note", row->phrase.note, WORDS_MOST);
	json_text(o, "tone", svg_tone(row->phrase.tone));
	put_words(w, o, "payload", row->payload, WORDS_MOST);
	if (row->failed)
		json_truth(o, "failed", true);
	if (e->kind == EVENT_PENDING)
		json_truth(o, "pending", true);
	if (row->listener)
		json_number(o, "listener", w->run->first + row->listener);
	if (row->box >= 0)
		json_number(o, "box", (uint64_t)row->box);
	if (e->phase)
		json_number(o, "phase", e->phase);
	if (e->ret > 0 && e->data_len)
		json_number(o, "moved", (uint64_t)e->ret);
	put_numbers(w, o, "causes", row->causes.items, row->causes.count);
	put_numbers(w, o, "lineage", row->lineage.items, row->lineage.count);
	put_address(w, o, "addr", e->addr);
	put_address(w, o, "local", e->local);
	put_address(w, o, "peer", e->peer);
	put_source(w, o, row);
	put_members(w, o, e);
	put_bytes(w, o, e);
	return o;
}

static void put_calls(struct writer *w)
{
	json_array_begin(&w->json, "calls");
	for (size_t i = 1; i <= w->run->trace->events.count; i++) {
		struct call_row row;

		call_row_fill(&w->run->calls, i, &row);
		json_element(&w->json, call_object(w, &row));
		call_row_free(&row);
	}
	json_array_end(&w->json);
}

/* Who, and when */

static json_object *proc_object(struct writer *w, const struct process *p)
{
	json_object *o = json_object_new_object();

	json_number(o, "number", p->index);
	put_words(w, o, "who", words_process(w->arena, p), VALUE_MOST);
	put_words(w, o, "role", role_name(p->role), VALUE_MOST);
	put_words(w, o, "argv", words_argv(w->arena, p), ARGV_MOST);
	put_words(w, o, "ending", words_ending(w->arena, p), VALUE_MOST);
	return o;
}

static json_object *conn_object(struct writer *w, const struct conn *c)
{
	json_object *o = json_object_new_object();

	size_t listener = call_rows_listener(&w->run->calls, c->listener);

	json_number(o, "number", c->id);
	if (listener)
		json_number(o, "listener", w->run->first + listener);
	put_words(w, o, "text", words_conn(w->arena, c), WORDS_MOST);
	return o;
}

static json_object *part_object(const struct axis *x, const struct axis_part *part)
{
	json_object *o = json_object_new_object();

	json_number(o, "from", part->from_ns > x->zero_ns ? part->from_ns - x->zero_ns : 0);
	json_number(o, "to", part->to_ns > x->zero_ns ? part->to_ns - x->zero_ns : 0);
	json_number(o, "slot", part->slot);
	json_number(o, "slots", part->slots);
	return o;
}

/* Where long times without a call are cut out. */
static void put_axis(struct writer *w, const struct choice *all)
{
	struct axis axis = axis_find(w->run->trace, all, false);

	json_array_begin(&w->json, "axis");
	for (unsigned i = 0; i < axis.nparts; i++)
		json_element(&w->json, part_object(&axis, &axis.parts[i]));
	json_array_end(&w->json);
}

static void put_addresses(struct writer *w, const struct choice *all)
{
	struct cells *c = cells_new(w->run->trace, &(struct cells_options){.most = ADDRESSES_MOST, .choice = all});

	buf_puts(w->json.out, ",\n\"sockaddr\":");
	json_cells(c, NULL, w->json.out);
	cells_free(c);
}

static json_object *finding_object(struct writer *w, const struct finding *f)
{
	json_object *o = json_object_new_object();

	json_number(o, "call", w->run->first + call_rows_number(&w->run->calls, f->at));
	json_text(o, "rule", arena_copy(w->arena, f->rule->id, RULE_SHORT));
	json_text(o, "grade", grade_name(f->grade));
	put_words(w, o, "what", f->what, WORDS_MOST);
	put_words(w, o, "cure", f->cure, WORDS_MOST);
	return o;
}

static void put_findings(struct writer *w)
{
	const struct findings *found = w->run->findings;

	json_array_begin(&w->json, "findings");
	for (size_t i = 0; i < found->list.count; i++)
		json_element(&w->json, finding_object(w, &found->list.items[i]));
	json_array_end(&w->json);
}

static void put_run(const struct page_run *run, struct buf *out)
{
	struct trace *t = run->trace;
	struct writer w = {.run = run, .arena = t->arena, .sources = json_object_new_array()};
	struct choice all;

	choice_all(&all, t);
	json_begin(&w.json, out, "report");
	json_put(&w.json, "letter", json_object_new_string(run->letter ? (char[]){run->letter, '\0'} : ""));
	json_put(&w.json, "first", json_object_new_uint64(run->first));
	put_axis(&w, &all);
	json_array_begin(&w.json, "procs");
	for (size_t i = 0; i < t->procs.count; i++)
		json_element(&w.json, proc_object(&w, t->procs.items[i]));
	json_array_end(&w.json);
	json_array_begin(&w.json, "conns");
	for (size_t i = 0; i < t->conns.count; i++)
		json_element(&w.json, conn_object(&w, t->conns.items[i]));
	json_array_end(&w.json);
	put_addresses(&w, &all);
	put_findings(&w);
	put_calls(&w);
	json_put(&w.json, "sources", w.sources);
	json_end(&w.json);
	map_free(&w.places);
	choice_free(&all);
}

/* In a page "<" could end the script's element or begin a comment; in JSON it stands in strings only. */
static void put_within_page(struct buf *out, const struct buf *json)
{
	const char *at = json->bytes, *end = at + json->len, *less;

	while ((less = memchr(at, '<', (size_t)(end - at)))) {
		buf_put(out, at, (size_t)(less - at));
		buf_puts(out, "\\u003c");
		at = less + 1;
	}
	buf_put(out, at, (size_t)(end - at));
}

void page_data(const struct page *p, struct buf *out)
{
	buf_puts(out, "<script type=\"application/json\" id=\"data\">[");
	for (unsigned i = 0; i < p->count; i++) {
		struct buf json = {0};

		put_run(&p->runs[i], &json);
		buf_puts(out, i ? "," : "");
		put_within_page(out, &json);
		buf_free(&json);
	}
	buf_puts(out, "]</script>\n");
}
