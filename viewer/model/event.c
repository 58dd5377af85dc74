/* event.c: questions about one event. */
#include "viewer/model/event.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/chars.h"
#include "viewer/base/json.h"
#include "viewer/base/span.h"
#include "viewer/model/model.h"

const struct event_more event_no_more = {.made = {{.fd = -1}, {.fd = -1}}};

const char *event_call_name(const struct event *e)
{
	return e->call < CALL_COUNT ? call_table[e->call].name : e->more->call_name;
}

const char *event_file(const struct event *e)
{
	return e->is_live ? e->proc->live_file : e->proc->file;
}

void event_data(const struct event *e, char *to)
{
	const char *at = e->line + e->data_at;

	for (uint32_t i = 0; i < e->data_len; i++)
		to[i] = (char)chars_next(&at);
}

/* Where a member's value is a plain one, its text in the line is enough. */
static bool is_plain_string(const char *value, size_t len)
{
	return len >= 2 && value[0] == '"' && !memchr(value, '\\', len);
}

static bool is_plain_integer(const char *value, size_t len)
{
	size_t sign = len && value[0] == '-', digits = len - sign;

	if (digits < 1 || digits > 18 || (value[sign] == '0' && len > 1))
		return false;
	for (size_t i = sign; i < len; i++)
		if (value[i] < '0' || value[i] > '9')
			return false;
	return true;
}

/* Strings as they are, everything else as JSON. The caller frees. */
static char *text_of(json_object *value)
{
	if (json_object_is_type(value, json_type_string))
		return strdup(json_object_get_string(value));
	return strdup(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN));
}

static char *parsed_text(const char *json, size_t len, const char *key)
{
	struct err ignored;
	json_object *object = json_parse(json, len, &ignored), *value;
	char *text = NULL;

	if (object && json_object_object_get_ex(object, key, &value) && value)
		text = text_of(value);
	json_object_put(object);
	return text;
}

/* Each thread's latest text, which ends with the thread. */
static pthread_key_t latest;

static void make_latest(void)
{
	pthread_key_create(&latest, free);
}

static const char *keep_latest(char *text)
{
	static pthread_once_t made = PTHREAD_ONCE_INIT;

	pthread_once(&made, make_latest);
	free(pthread_getspecific(latest));
	pthread_setspecific(latest, text);
	return text;
}

static const char *member_text(const char *json, size_t len, const char *key)
{
	uint32_t value_len;
	const char *value = json ? span_member(json, len, key, &value_len) : NULL;

	if (!value)
		return NULL;
	if (is_plain_string(value, value_len))
		return keep_latest(strndup(value + 1, value_len - 2));
	if (is_plain_integer(value, value_len))
		return keep_latest(strndup(value, value_len));
	return keep_latest(parsed_text(json, len, key));
}

static bool parsed_int(const char *json, size_t len, const char *key, int64_t *number)
{
	struct err ignored;
	json_object *object = json_parse(json, len, &ignored);
	bool found = object && json_integer(json_member(object, key, json_type_int), INT64_MIN, INT64_MAX, number);

	json_object_put(object);
	return found;
}

static bool member_int(const char *json, size_t len, const char *key, int64_t *number)
{
	uint32_t value_len;
	const char *value = json ? span_member(json, len, key, &value_len) : NULL;

	if (!value)
		return false;
	if (!is_plain_integer(value, value_len))
		return parsed_int(json, len, key, number);
	*number = strtoll(value, NULL, 10);
	return true;
}

bool event_arg_int(const struct event *e, const char *name, int64_t *value)
{
	return member_int(event_args(e), e->args_len, name, value);
}

const char *event_arg_text(const struct event *e, const char *name)
{
	return member_text(event_args(e), e->args_len, name);
}

bool event_int(const struct event *e, const char *key, int64_t *value)
{
	return member_int(e->line, e->line_len, key, value);
}

const char *event_text(const struct event *e, const char *key)
{
	return member_text(e->line, e->line_len, key);
}

const char *event_libc_for(const struct event *e)
{
	const char *from;

	if (!e->via || strcmp(e->via, "libc") != 0)
		return NULL;
	from = event_text(e, "from");
	if (!from)
		return "";
	return strcmp(from, event_call_name(e)) == 0 ? NULL : from;
}

/* A read into a buffer of no size returns 0 on an open connection too. */
static bool gave_room(const struct event *e)
{
	static const char *const names[] = {"count", "len", "iovcnt"};
	int64_t room;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (event_arg_int(e, names[i], &room))
			return room != 0;
	return true;
}

static bool is_wait(const struct call_desc *call)
{
	return call->result == RESULT_COUNT && (call->flags & (CALL_BLOCKS | CALL_IO)) == CALL_BLOCKS;
}

static bool is_plain_call(const struct event *e, const struct call_desc *call)
{
	const uint64_t others = EVENT_KIND(MSG) | EVENT_KIND(MSG_OUT) | EVENT_KIND(MSGVEC) | EVENT_KIND(MSGVEC_OUT);

	return is_wait(call) ? !e->via : call->flags & CALL_IO && !(call->kinds & others) && !e->addr && !e->local;
}

bool event_is_plain(const struct event *e)
{
	return e->kind == EVENT_CALL && e->call < CALL_COUNT && e->more == &event_no_more &&
	       is_plain_call(e, &call_table[e->call]);
}

bool event_splices_out(const struct event *e)
{
	int64_t fd;

	return event_arg_int(e, "fd_out", &fd) && fd == e->fd;
}

bool event_is_fast_open(const struct event *e)
{
	static const char flag[] = "\"MSG_FASTOPEN\"";

	if ((e->call != CALL_sendto && e->call != CALL_sendmsg) || !e->addr)
		return false;
	return e->args_at && memmem(event_args(e), e->args_len, flag, sizeof flag - 1);
}

static bool is_of_messages(const struct sock *s)
{
	return s && s->type && (strcmp(s->type, "SOCK_DGRAM") == 0 || strcmp(s->type, "SOCK_RAW") == 0);
}

/* SOCK_SEQPACKET has both: an empty message is what is known to have been sent so. */
static bool took_empty_message(const struct event *e)
{
	return is_of_messages(e->socket) || (e->cause && e->cause->ret == 0 && event_is_write(e->cause));
}

bool event_is_eof(const struct event *e)
{
	return e->kind == EVENT_CALL && e->ret == 0 && event_is_read(e) && gave_room(e) && !took_empty_message(e);
}

bool host_is_wildcard(const char *host)
{
	return host && (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0 || strcmp(host, "::ffff:0.0.0.0") == 0);
}

enum { ERRORS_MAX = 3 };

static bool has_error_of(const struct event *e, const char *const errors[ERRORS_MAX])
{
	for (size_t i = 0; e->err && i < ERRORS_MAX; i++)
		if (strcmp(e->err, errors[i]) == 0)
			return true;
	return false;
}

bool event_is_under_way(const struct event *e)
{
	return has_error_of(e, (const char *const[ERRORS_MAX]){"EINPROGRESS", "EALREADY", "EINTR"});
}

bool event_failed(const struct event *e)
{
	return e->err && !has_error_of(e, (const char *const[ERRORS_MAX]){"EAGAIN", "EINPROGRESS", "EINTR"});
}
