/* strict.c: a call's line, exactly as the shim writes it, to an event. */
#include "viewer/load/strict.h"

#include <limits.h>
#include <string.h>

#include "viewer/load/scan.h"

/* A line under way. */
struct reading {
	struct scan scan;
	struct store *store;
	struct event *ev;
	struct event_more more;
	uint64_t newsock;
	int64_t newfds[2];
	uint64_t newsocks[2];
	unsigned pairs; /* of the two above, how many were there */
	bool has_more, has_ret, has_addr;
};

enum { LINE_MAX_STRICT = 1 << 20, STACK_MAX = 64 };

typedef bool member_reader(struct reading *r);

static bool take_u32(struct reading *r, uint32_t *to)
{
	uint64_t number;

	if (!scan_natural(&r->scan, &number) || number > UINT32_MAX)
		return false;
	*to = (uint32_t)number;
	return true;
}

static bool take_int(struct reading *r, int *to)
{
	int64_t number;

	if (!scan_integer(&r->scan, &number) || number < INT_MIN || number > INT_MAX)
		return false;
	*to = (int)number;
	return true;
}

static bool take_name(struct reading *r, const char **to)
{
	struct piece name;

	if (!scan_plain(&r->scan, &name))
		return false;
	*to = intern_bytes(&r->store->kept, name.text, name.len);
	return true;
}

static bool take_address(struct reading *r, const struct address **to)
{
	struct piece text = {.text = r->scan.at};

	if (*r->scan.at != '{' || !scan_value(&r->scan))
		return false;
	text.len = (size_t)(r->scan.at - text.text);
	*to = store_address(r->store, text.text, text.len);
	return *to != NULL;
}

/* Readers of members */

static bool read_via(struct reading *r)
{
	return take_name(r, &r->ev->via);
}

static bool read_fd(struct reading *r)
{
	return take_int(r, &r->ev->fd);
}

static bool read_sock(struct reading *r)
{
	return scan_natural(&r->scan, &r->ev->sock);
}

static bool is_address(const struct piece *key)
{
	return (key->len == 4 && memcmp(key->text, "addr", 4) == 0) ||
	       (key->len == 9 && memcmp(key->text, "dest_addr", 9) == 0);
}

static bool read_argument(struct reading *r)
{
	struct piece key;

	if (!scan_plain(&r->scan, &key) || !scan_char(&r->scan, ':'))
		return false;
	if (!is_address(&key))
		return scan_value(&r->scan);
	if (r->has_addr)
		return false;
	r->has_addr = true;
	return *r->scan.at == '{' ? take_address(r, &r->ev->addr) : scan_literal(&r->scan, "null");
}

static bool read_args(struct reading *r)
{
	const char *first = r->scan.at;

	if (!scan_char(&r->scan, '{'))
		return false;
	if (!scan_char(&r->scan, '}')) {
		do {
			if (!read_argument(r))
				return false;
		} while (scan_char(&r->scan, ','));
		if (!scan_char(&r->scan, '}'))
			return false;
	}
	r->ev->args_at = (uint32_t)(first - r->ev->line);
	r->ev->args_len = (uint32_t)(r->scan.at - first);
	return true;
}

static bool read_ret(struct reading *r)
{
	r->has_ret = true;
	return r->ev->kind == EVENT_CALL && scan_integer(&r->scan, &r->ev->ret);
}

static bool read_err(struct reading *r)
{
	return r->ev->kind == EVENT_CALL && take_name(r, &r->ev->err);
}

static bool read_newfds(struct reading *r)
{
	r->pairs++;
	return scan_char(&r->scan, '[') && scan_integer(&r->scan, &r->newfds[0]) && scan_char(&r->scan, ',') &&
	       scan_integer(&r->scan, &r->newfds[1]) && scan_char(&r->scan, ']');
}

static bool read_newsocks(struct reading *r)
{
	r->pairs++;
	return scan_char(&r->scan, '[') && scan_natural(&r->scan, &r->newsocks[0]) && scan_char(&r->scan, ',') &&
	       scan_natural(&r->scan, &r->newsocks[1]) && scan_char(&r->scan, ']');
}

static bool read_newsock(struct reading *r)
{
	return scan_natural(&r->scan, &r->newsock) && r->newsock;
}

static bool read_refs(struct reading *r)
{
	return take_int(r, &r->ev->refs) && r->ev->refs >= 0;
}

static bool read_local(struct reading *r)
{
	return take_address(r, &r->ev->local);
}

static bool read_peer(struct reading *r)
{
	return take_address(r, &r->ev->peer);
}

static bool read_peercred(struct reading *r)
{
	r->has_more = true;
	return scan_literal(&r->scan, "{\"pid\":") && take_u32(r, &r->more.peer_pid) &&
	       scan_literal(&r->scan, ",\"uid\":") && scan_value(&r->scan) && scan_literal(&r->scan, ",\"gid\":") &&
	       scan_value(&r->scan) && scan_char(&r->scan, '}');
}

static bool read_data(struct reading *r)
{
	struct piece text;

	if (!scan_bytes(&r->scan, &text, &r->ev->data_len))
		return false;
	r->ev->data_at = (uint32_t)(text.text - r->ev->line);
	return true;
}

static bool read_pc(struct reading *r)
{
	return scan_pointer(&r->scan, &r->ev->pc);
}

static bool read_stack(struct reading *r)
{
	uint64_t stack[STACK_MAX];
	unsigned count = 0;

	if (!scan_char(&r->scan, '['))
		return false;
	do {
		if (count == STACK_MAX || !scan_pointer(&r->scan, &stack[count++]))
			return false;
	} while (scan_char(&r->scan, ','));
	r->has_more = true;
	r->more.stack = memcpy(arena_alloc(r->store->arena, count * sizeof *stack), stack, count * sizeof *stack);
	r->more.stack_len = count;
	return scan_char(&r->scan, ']');
}

/* The event keeps the line: what is not read here can be looked up there. */
static bool skip(struct reading *r)
{
	return scan_value(&r->scan);
}

/* What may follow `call`, in the order in which the shim writes it. */
static const struct member {
	const char *key; /* with comma, quotes and colon */
	size_t len;
	member_reader *read;
} members[] = {
#define MEMBER(key, read)                                                                                              \
	{                                                                                                              \
		",\"" key "\":", sizeof key - 1 + 4, read                                                              \
	}
	MEMBER("via", read_via),
	MEMBER("from", skip),
	MEMBER("fd", read_fd),
	MEMBER("sock", read_sock),
	MEMBER("args", read_args),
	MEMBER("ret", read_ret),
	MEMBER("err", read_err),
	MEMBER("newfds", read_newfds),
	MEMBER("newsocks", read_newsocks),
	MEMBER("inos", skip),
	MEMBER("newsock", read_newsock),
	MEMBER("ino", skip),
	MEMBER("refs", read_refs),
	MEMBER("received", skip),
	MEMBER("local", read_local),
	MEMBER("peer", read_peer),
	MEMBER("peercred", read_peercred),
	MEMBER("optval", skip),
	MEMBER("passed", skip),
	MEMBER("msg_flags", skip),
	MEMBER("msgs", skip),
	MEMBER("msgs_cut", skip),
	MEMBER("closed", skip),
	MEMBER("closed_more", skip),
	MEMBER("child", skip),
	MEMBER("addrs", skip),
	MEMBER("addrs_more", skip),
	MEMBER("names", skip),
	MEMBER("ready", skip),
	MEMBER("ready_cut", skip),
	MEMBER("status", skip),
	MEMBER("data", read_data),
	MEMBER("untraced", skip),
	MEMBER("pc", read_pc),
	MEMBER("stack", read_stack),
#undef MEMBER
};

static const struct member *const members_end = members + sizeof members / sizeof *members;

/* The member at the cursor, looked for from `m` on: no key comes twice, or before one that stands before it. */
static const struct member *find_member(const struct scan *s, const struct member *m)
{
	size_t room = (size_t)(s->last - s->at);

	for (; m < members_end; m++)
		if (m->len <= room && m->key[2] == s->at[2] && memcmp(m->key, s->at, m->len) == 0)
			return m;
	return NULL;
}

static bool read_members(struct reading *r)
{
	const struct member *m = members;

	while (*r->scan.at == ',') {
		m = find_member(&r->scan, m);
		if (!m)
			return false;
		r->scan.at += m->len;
		if (!m->read(r))
			return false;
		m++;
	}
	return true;
}

static bool read_call_name(struct reading *r)
{
	struct piece name;

	if (!scan_literal(&r->scan, ",\"call\":") || !scan_plain(&r->scan, &name))
		return false;
	r->ev->call = store_call(r->store, name.text, name.len);
	return r->ev->call != CALL_UNKNOWN;
}

/* Times have 18 digits at most: sums of two stay within int64_t. */
static bool read_kind(struct reading *r)
{
	struct event *ev = r->ev;

	if (scan_literal(&r->scan, "{\"ev\":\"call\",\"t\":")) {
		ev->kind = EVENT_CALL;
		return scan_natural(&r->scan, &ev->t_ns) && scan_literal(&r->scan, ",\"dt\":") &&
		       scan_natural(&r->scan, &ev->dt_ns);
	}
	ev->kind = EVENT_PENDING;
	return scan_literal(&r->scan, "{\"ev\":\"pending\",\"t\":") && scan_natural(&r->scan, &ev->t_ns);
}

static bool read_head(struct reading *r)
{
	if (!read_kind(r) || !scan_literal(&r->scan, ",\"tid\":") || !take_u32(r, &r->ev->tid))
		return false;
	if (scan_literal(&r->scan, ",\"pid\":")) {
		r->has_more = true;
		if (!take_u32(r, &r->more.pid))
			return false;
	}
	return read_call_name(r);
}

/* The descriptors that the call made. */
static bool settle_made(struct reading *r)
{
	int64_t ret = r->ev->ret;

	if (r->pairs == 1 || (r->pairs && r->newsock))
		return false;
	r->has_more |= r->pairs || r->newsock;
	if (r->newsock && ret >= 0 && ret <= INT_MAX)
		r->more.made[0] = (struct fdsock){.fd = (int)ret, .sock = r->newsock};
	for (int i = 0; r->pairs && i < 2; i++) {
		if (r->newfds[i] < 0 || r->newfds[i] > INT_MAX)
			return false;
		r->more.made[i] = (struct fdsock){.fd = (int)r->newfds[i], .sock = r->newsocks[i]};
	}
	return true;
}

static void settle_more(struct reading *r)
{
	struct event_more *more;

	if (!r->has_more)
		return;
	more = arena_alloc(r->store->arena, sizeof *more);
	*more = r->more;
	r->ev->more = more;
}

/* The last line of a block has spaces before its brace. */
static bool is_at_end(struct scan *s)
{
	while (*s->at == ' ')
		s->at++;
	return s->at == s->last;
}

bool strict_read(struct store *s, const char *line, size_t len, struct event *ev)
{
	struct reading r = {.store = s, .ev = ev, .more = event_no_more};

	if (len < 2 || len > LINE_MAX_STRICT || line[len - 1] != '}')
		return false;
	r.scan = (struct scan){.at = line, .last = line + len - 1};
	*ev = (struct event){.fd = -1,
			     .refs = -1,
			     .side = SIDE_NONE,
			     .more = &event_no_more,
			     .line = line,
			     .line_len = (uint32_t)len};
	if (!read_head(&r) || !read_members(&r) || !is_at_end(&r.scan))
		return false;
	if ((ev->kind == EVENT_CALL) != r.has_ret || !settle_made(&r))
		return false;
	settle_more(&r);
	return true;
}
