/* ready: what poll, select and epoll were asked, and answered. */
#include "viewer/scene/ready.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/base/buf.h"
#include "viewer/base/json.h"

enum { SHOWN = 4 };

static const int64_t ALL = INT64_MAX;

/* An event's name ends so. */
static const struct {
	const char *ending, *words;
} meanings[] = {
	{"LLRDHUP", "hung up"},   {"LLHUP", "hung up"},     {"LLERR", "failed"},
	{"LLNVAL", "not open"},   {"LLIN", "readable"},     {"LLOUT", "writable"},
	{"LLRDNORM", "readable"}, {"LLWRNORM", "writable"}, {"LLPRI", "urgent"},
};

/* What select calls its three sets. */
static const struct {
	const char *set, *words;
} sets[] = {{"read", "readable"}, {"write", "writable"}, {"except", "urgent"}};

static bool ends_in(const char *name, const char *ending)
{
	size_t len = strlen(name), tail = strlen(ending);

	return len >= tail && strcmp(name + len - tail, ending) == 0;
}

/* Each meaning once, in the order of the list. */
static void put_events(struct buf *b, json_object *events)
{
	const char *last = "";

	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
		for (size_t k = 0; k < json_object_array_length(events); k++) {
			const char *name = json_object_get_string(json_object_array_get_idx(events, k));

			if (!name || !ends_in(name, meanings[i].ending) || strcmp(last, meanings[i].words) == 0)
				continue;
			last = meanings[i].words;
			buf_printf(b, " %s", last);
		}
}

static void put_separator(struct buf *b, size_t index)
{
	if (index)
		buf_puts(b, ", ");
}

/* [{"fd":3,"events":["POLLIN"]}] */
static void put_list(struct buf *b, json_object *list)
{
	size_t count = json_object_array_length(list);

	for (size_t i = 0; i < count && i < SHOWN; i++) {
		json_object *item = json_object_array_get_idx(list, i), *events;
		int64_t fd = -1;

		put_separator(b, i);
		json_integer(json_member(item, "fd", json_type_int), 0, INT32_MAX, &fd);
		if (fd >= 0)
			buf_printf(b, "%" PRId64, fd);
		else
			buf_puts(b, "one of several");
		events = json_member(item, "events", json_type_array);
		if (events)
			put_events(b, events);
	}
	if (count > SHOWN)
		buf_printf(b, ", %zu more", count - SHOWN);
}

/* The number of a descriptor, alone or in an object. */
static bool number_of(json_object *item, int64_t *fd)
{
	json_object *member = json_member(item, "fd", json_type_int);

	return json_integer(member ? member : item, 0, INT32_MAX, fd);
}

/* Those of the list from `from` on and below `to`. */
static size_t put_numbers(struct buf *b, json_object *list, int64_t from, int64_t to, size_t shown)
{
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		int64_t fd;

		if (!number_of(json_object_array_get_idx(list, i), &fd) || fd < from || fd >= to)
			continue;
		if (shown < SHOWN)
			buf_printf(b, "%s%" PRId64, b->len ? " " : "", fd);
		else if (shown == SHOWN)
			buf_puts(b, " ..");
		shown++;
	}
	return shown;
}

/* {"read":[{"fd":3,"sock":77}],"write":[]} */
static void put_sets(struct buf *b, json_object *object)
{
	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
		json_object *set = json_member(object, sets[i].set, json_type_array);
		struct buf numbers = {0};

		put_numbers(&numbers, set, 0, ALL, 0);
		if (numbers.len) {
			put_separator(b, b->len);
			buf_printf(b, "%s %s", numbers.bytes, sets[i].words);
		}
		buf_free(&numbers);
	}
}

static const char *kept(struct arena *a, struct buf *b)
{
	const char *words = b->len ? arena_copy(a, b->bytes, b->len) : NULL;

	buf_free(b);
	return words;
}

static json_object *parsed(const char *text)
{
	struct err ignored;

	return text ? json_parse(text, strlen(text), &ignored) : NULL;
}

/* json_parse takes documents that are objects only. */
static json_object *wrapped(const char *text)
{
	struct buf b = {0};
	json_object *object;

	if (!text)
		return NULL;
	buf_printf(&b, "{\"it\":%s}", text);
	object = parsed(b.bytes);
	buf_free(&b);
	return object;
}

const char *ready_answer(struct arena *a, const struct event *e)
{
	json_object *object = wrapped(event_text(e, "ready"));
	json_object *list = object ? json_member(object, "it", json_type_array) : NULL;
	json_object *select = object ? json_member(object, "it", json_type_object) : NULL;
	struct buf b = {0};

	if (list)
		put_list(&b, list);
	if (select)
		put_sets(&b, select);
	json_object_put(object);
	return kept(a, &b);
}

/* What the call was asked of the descriptors from `from` on and below `to`. */
static void put_asked(struct buf *b, const struct event *e, int64_t from, int64_t to)
{
	static const char *const lists[] = {"fds", "readfds", "writefds", "exceptfds"};
	size_t shown = 0;

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		json_object *object = wrapped(event_arg_text(e, lists[i]));

		if (object)
			shown = put_numbers(b, json_member(object, "it", json_type_array), from, to, shown);
		json_object_put(object);
	}
}

const char *ready_question(struct arena *a, const struct event *e)
{
	struct buf b = {0}, left_out = {0};
	int64_t nfds;

	if (!event_takes(e, EVENT_KIND(FDSET)) || !event_arg_int(e, "nfds", &nfds)) {
		put_asked(&b, e, 0, ALL);
		return kept(a, &b);
	}
	put_asked(&b, e, 0, nfds);
	put_asked(&left_out, e, nfds, ALL);
	if (left_out.len)
		buf_printf(&b, "%snot %s (nfds %" PRId64 ")", b.len ? ", " : "", left_out.bytes, nfds);
	buf_free(&left_out);
	return kept(a, &b);
}
