/* writable.c: connects under way that poll, select or epoll found made: writable, and without an error (connect(2)); or failed. */
#include <string.h>

#include "viewer/base/json.h"
#include "viewer/model/steps.h"

static bool is_select(const struct event *e)
{
	return e->call == CALL_select || e->call == CALL_pselect;
}

static bool is_poll(const struct event *e)
{
	return e->call == CALL_poll || e->call == CALL_ppoll || e->call == CALL_epoll_wait ||
	       e->call == CALL_epoll_pwait || e->call == CALL_epoll_pwait2;
}

/* Asked of all, before any line is read. */
static bool may_tell(const struct event *e)
{
	if (e->kind != EVENT_CALL || e->ret <= 0)
		return false;
	if (is_poll(e))
		return line_has(e, "LLOUT\"") || line_has(e, "LLERR\"");
	return is_select(e) && line_has(e, "\"write\":[{");
}

/* What waits for an answer when the call returns; NULL. */
static struct conn *under_way(struct build *b, const struct event *e, const json_object *item)
{
	json_object *cookie = json_member(item, "sock", json_type_int);
	const struct sock *s = cookie ? build_known_sock(b, e->proc, json_object_get_uint64(cookie)) : NULL;
	struct conn *c = s ? s->conn : NULL;
	const struct event *connect = c ? c->ends[SIDE_CLIENT].made : NULL;

	if (!connect || c->outcome != CONN_PENDING || c->ends[SIDE_CLIENT].sock != s)
		return NULL;
	return event_is_under_way(connect) && connect->t_ns < event_end_ns(e) ? c : NULL;
}

static bool has_event(const json_object *events, const char *name)
{
	for (size_t i = 0; events && i < json_object_array_length(events); i++) {
		const char *event = json_object_get_string(json_object_array_get_idx(events, i));

		if (event && strstr(event, name))
			return true;
	}
	return false;
}

/* A connection that it had, and reset, has an error too. Of who was killed nobody knows whether he was there when it came. */
static bool may_have_been_reset(const struct conn *c)
{
	return c->ends[SIDE_SERVER].made || (c->listener && sock_is_held(c->listener, c->ends[SIDE_CLIENT].made->t_ns));
}

/* POLLOUT, EPOLLOUT, but neither POLLERR nor POLLHUP: a socket that failed is writable, too. An error that is of no reset is one of
 * connecting: which, only who asks for it is told. */
static void look_at_events(struct conn *c, const json_object *events)
{
	bool failed = has_event(events, "LLERR");

	if (failed && !may_have_been_reset(c)) {
		c->outcome = CONN_FAILED;
		c->listener = NULL;
	} else if (!failed && has_event(events, "LLOUT") && !has_event(events, "LLHUP")) {
		c->outcome = CONN_OPEN;
	}
}

static void look_at_list(struct build *b, const struct event *e, const json_object *ready)
{
	for (size_t i = 0; ready && i < json_object_array_length(ready); i++) {
		const json_object *item = json_object_array_get_idx(ready, i);
		struct conn *c = under_way(b, e, item);

		if (c)
			look_at_events(c, json_member(item, "events", json_type_array));
	}
}

static bool has_descriptor(const json_object *set, int64_t fd)
{
	for (size_t i = 0; set && i < json_object_array_length(set); i++) {
		json_object *item = json_object_array_get_idx(set, i), *member = json_member(item, "fd", json_type_int);
		int64_t number;

		if (json_integer(member ? member : item, 0, INT32_MAX, &number) && number == fd)
			return true;
	}
	return false;
}

/* select has no word for errors: a socket that failed is readable, too, for who asks. */
static void look_at_sets(struct build *b, const struct event *e, const json_object *line, const json_object *ready)
{
	const json_object *args = json_member(line, "args", json_type_object);
	const json_object *asked = json_member(args, "readfds", json_type_array);
	const json_object *readable = json_member(ready, "read", json_type_array);
	const json_object *writable = json_member(ready, "write", json_type_array);

	for (size_t i = 0; writable && i < json_object_array_length(writable); i++) {
		const json_object *item = json_object_array_get_idx(writable, i);
		struct conn *c = under_way(b, e, item);
		int64_t fd;

		if (c && json_integer(json_member(item, "fd", json_type_int), 0, INT32_MAX, &fd) &&
		    has_descriptor(asked, fd) && !has_descriptor(readable, fd))
			c->outcome = CONN_OPEN;
	}
}

static void look_at(struct build *b, const struct event *e)
{
	struct err ignored;
	json_object *line = json_parse(e->line, e->line_len, &ignored);

	if (!line)
		return;
	if (is_select(e))
		look_at_sets(b, e, line, json_member(line, "ready", json_type_object));
	else
		look_at_list(b, e, json_member(line, "ready", json_type_array));
	json_object_put(line);
}

/* When the first connect began that is under way still; UINT64_MAX: none is. */
static uint64_t first_under_way_ns(const struct trace *t)
{
	uint64_t first_ns = UINT64_MAX;

	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *c = t->conns.items[i];
		const struct event *e = c->ends[SIDE_CLIENT].made;

		if (c->outcome == CONN_PENDING && e && event_is_under_way(e) && e->t_ns < first_ns)
			first_ns = e->t_ns;
	}
	return first_ns;
}

void build_writable(struct build *b)
{
	uint64_t first_ns = first_under_way_ns(b->t);

	for (size_t i = 0; first_ns < UINT64_MAX && i < b->t->events.count; i++) {
		const struct event *e = b->t->events.items[i];

		if (event_end_ns(e) > first_ns && may_tell(e))
			look_at(b, e);
	}
}
