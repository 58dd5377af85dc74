/* line.c: one line of JSON to one event. */
#include "viewer/load/line.h"

#include <limits.h>
#include <string.h>

#include "viewer/base/span.h"
#include "viewer/load/fields.h"
#include "viewer/load/strict.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What the handlers of the kinds of lines share. */
struct parse {
	struct store *store;
	const char *line;
	size_t len;
	const json_object *object;
	struct event *ev;
	struct event_more more; /* the event gets it if there is anything in it */
	struct process *proc;
	struct module *module;
	struct err *err;
};

#define FIELD(key, expects, read, member, required)                                                                    \
	{                                                                                                              \
		key, expects, read, offsetof(struct event, member), required                                           \
	}
static const struct field event_fields[] = {
	FIELD("t", "a time in nanoseconds", field_time, t_ns, true),
	FIELD("tid", "a thread id", field_u32, tid, true),
	FIELD("dt", "a duration in nanoseconds", field_time, dt_ns, false),
	FIELD("via", "a name", field_string, via, false),
	FIELD("fd", "a descriptor", field_int, fd, false),
	FIELD("sock", "a socket's cookie", field_id, sock, false),
	FIELD("ret", "a number", field_number, ret, false),
	FIELD("err", "an error's name", field_constant, err, false),
	FIELD("refs", "a number of descriptors", field_fd, refs, false),
	FIELD("local", "an address", field_address, local, false),
	FIELD("peer", "an address", field_address, peer, false),
	FIELD("pc", "an address of code", field_pointer, pc, false),
};
#undef FIELD

#define FIELD(key, expects, read, member, required)                                                                    \
	{                                                                                                              \
		key, expects, read, offsetof(struct event_more, member), required                                      \
	}
static const struct field more_fields[] = {
	FIELD("call", "the name of a call", field_string, call_name, false),
	FIELD("pid", "a process id", field_u32, pid, false),
};
#undef FIELD

#define FIELD(key, expects, read, member, required)                                                                    \
	{                                                                                                              \
		key, expects, read, offsetof(struct process, member), required                                         \
	}
static const struct field process_fields[] = {
	FIELD("t", "a time in nanoseconds", field_time, start_ns, true),
	FIELD("pid", "a process id", field_u32, pid, true),
	FIELD("ppid", "a process id", field_u32, ppid, false),
	FIELD("started", "a time in clock ticks", field_id, started, false),
	FIELD("start", "\"exec\" or \"fork\"", field_fork, forked, false),
	FIELD("sigchld", "\"ignored\"", field_string, sigchld, false),
	FIELD("exe", "a path", field_string, exe, false),
	FIELD("cwd", "a path", field_string, cwd, false),
	FIELD("host", "a name", field_string, host, false),
	FIELD("boot", "a boot id", field_string, boot, false),
	FIELD("netns", "a number", field_id, netns, false),
	FIELD("pidns", "a number", field_id, pidns, false),
	FIELD("uid", "a user id", field_number, uid, false),
	FIELD("libc", "a name", field_string, libc, false),
	FIELD("libc_calls", "true or false", field_bool, libc_calls, false),
	FIELD("shim", "a version", field_string, shim, false),
};
#undef FIELD

#define FIELD(key, expects, read, member, required)                                                                    \
	{                                                                                                              \
		key, expects, read, offsetof(struct module, member), required                                          \
	}
static const struct field module_fields[] = {
	FIELD("base", "an address of code", field_pointer, base, true),
	FIELD("end", "an address of code", field_pointer, end, true),
	FIELD("path", "a path", field_string, path, true),
	FIELD("build_id", "a build id", field_string, build_id, false),
};
#undef FIELD

/* Each byte was written as one character, U+0000 to U+00FF. They stay in the line. */
static bool read_data(struct parse *p)
{
	json_object *value = json_member(p->object, "data", json_type_string);
	const unsigned char *in = (const unsigned char *)json_object_get_string(value);
	size_t len = value ? (size_t)json_object_get_string_len(value) : 0;
	uint32_t count = 0, text_len;
	const char *text = value ? span_member(p->line, p->len, "data", &text_len) : NULL;

	if (!text)
		return true;
	for (size_t i = 0; i < len; i++, count++) {
		if (in[i] >= 0x80 && ((in[i] & 0xfe) != 0xc2 || ++i == len))
			return err_set(p->err, "\"data\" has a character above U+00FF");
	}
	p->ev->data_at = (uint32_t)(text + 1 - p->line);
	p->ev->data_len = count;
	return true;
}

static bool read_stack(struct parse *p)
{
	json_object *array = json_member(p->object, "stack", json_type_array);
	size_t count = array ? json_object_array_length(array) : 0;
	uint64_t *stack;

	if (!count)
		return true;
	stack = arena_alloc(p->store->arena, count * sizeof *stack);
	for (size_t i = 0; i < count; i++)
		if (!field_pointer(p->store, json_object_array_get_idx(array, i), &stack[i]))
			return err_set(p->err, "\"stack\" should be addresses of code");
	p->more.stack = stack;
	p->more.stack_len = (unsigned)count;
	return true;
}

static void read_pair(const json_object *fds, const json_object *socks, struct event_more *more)
{
	for (size_t i = 0; i < COUNT(more->made); i++) {
		const json_object *fd = json_object_array_get_idx(fds, i);
		const json_object *sock = json_object_array_get_idx(socks, i);

		if (field_fd(NULL, fd, &more->made[i].fd))
			field_id(NULL, sock, &more->made[i].sock);
	}
}

static void read_made(struct parse *p)
{
	json_object *fds = json_member(p->object, "newfds", json_type_array);
	json_object *socks = json_member(p->object, "newsocks", json_type_array);
	json_object *sock = json_member(p->object, "newsock", json_type_int);
	int64_t ret = p->ev->ret;

	if (fds && socks)
		read_pair(fds, socks, &p->more);
	else if (sock && ret >= 0 && ret <= INT_MAX) {
		p->more.made[0].fd = (int)ret;
		field_id(NULL, sock, &p->more.made[0].sock);
	}
}

static void read_args(struct parse *p)
{
	static const char *const keys[] = {"addr", "dest_addr"};
	json_object *args = json_member(p->object, "args", json_type_object);
	struct event *ev = p->ev;
	const char *text;

	text = args ? span_member(p->line, p->len, "args", &ev->args_len) : NULL;
	if (!text)
		return;
	ev->args_at = (uint32_t)(text - p->line);
	for (size_t i = 0; i < COUNT(keys) && !ev->addr; i++) {
		json_object *address = json_member(args, keys[i], json_type_object);

		if (address)
			field_address(p->store, address, &ev->addr);
	}
}

static void read_peercred(struct parse *p)
{
	json_object *cred = json_member(p->object, "peercred", json_type_object);

	if (cred)
		field_u32(NULL, json_member(cred, "pid", json_type_int), &p->more.peer_pid);
}

static void keep_more(struct parse *p)
{
	struct event_more *more;

	if (memcmp(&p->more, &event_no_more, sizeof p->more) == 0)
		return;
	more = arena_alloc(p->store->arena, sizeof *more);
	*more = p->more;
	p->ev->more = more;
}

static enum line_kind read_event(struct parse *p, enum event_kind kind)
{
	struct event *ev = p->ev;

	*ev = (struct event){.kind = kind,
			     .call = CALL_UNKNOWN,
			     .fd = -1,
			     .refs = -1,
			     .side = SIDE_NONE,
			     .more = &event_no_more,
			     .line = p->line,
			     .line_len = (uint32_t)p->len};
	memcpy(&p->more, &event_no_more, sizeof p->more);
	if (!fields_read(p->store, p->object, event_fields, COUNT(event_fields), ev, p->err) ||
	    !fields_read(p->store, p->object, more_fields, COUNT(more_fields), &p->more, p->err) || !read_data(p) ||
	    !read_stack(p))
		return LINE_BAD;
	if (kind != EVENT_CALL)
		ev->dt_ns = 0;
	return LINE_EVENT;
}

static enum line_kind read_call_of(struct parse *p, enum event_kind kind)
{
	struct event *ev = p->ev;

	if (read_event(p, kind) == LINE_BAD)
		return LINE_BAD;
	if (!p->more.call_name)
		return err_set(p->err, "no \"call\""), LINE_BAD;
	ev->call = store_call(p->store, p->more.call_name, strlen(p->more.call_name));
	if (ev->call != CALL_UNKNOWN)
		p->more.call_name = NULL;
	read_made(p);
	read_args(p);
	read_peercred(p);
	return LINE_EVENT;
}

static enum line_kind read_call(struct parse *p)
{
	if (!json_object_object_get_ex(p->object, "ret", NULL))
		return err_set(p->err, "no \"ret\""), LINE_BAD;
	return read_call_of(p, EVENT_CALL);
}

static enum line_kind read_pending(struct parse *p)
{
	enum line_kind kind = read_call_of(p, EVENT_PENDING);

	if (kind != LINE_EVENT)
		return kind;
	p->ev->ret = 0;
	p->ev->err = NULL;
	return kind;
}

static enum line_kind read_inherit(struct parse *p)
{
	enum line_kind kind = read_event(p, EVENT_INHERIT);

	if (kind == LINE_EVENT && (p->ev->fd < 0 || !p->ev->sock))
		return err_set(p->err, "no \"fd\" or no \"sock\""), LINE_BAD;
	return kind;
}

static enum line_kind read_exit(struct parse *p)
{
	enum line_kind kind = read_event(p, EVENT_EXIT);

	if (kind == LINE_EVENT)
		json_integer(json_member(p->object, "status", json_type_int), INT_MIN, INT_MAX, &p->ev->ret);
	return kind;
}

static enum line_kind read_lost(struct parse *p)
{
	enum line_kind kind = read_event(p, EVENT_LOST);

	if (kind == LINE_EVENT)
		json_integer(json_member(p->object, "count", json_type_int), 0, INT64_MAX, &p->ev->ret);
	return kind;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* What the program was called by: /proc/self/exe of redis-server is redis-check-rdb. A login shell's has a dash before it,
 * and servers write there what they do: "nginx: worker process -c /etc/nginx.conf". */
static const char *name_of_process(struct arena *a, const struct process *p)
{
	const char *title = p->argc ? p->argv[0] : "";
	bool is_path = title[0] == '/' || title[0] == '.';
	const char *called = base_name(is_path ? title : arena_copy(a, title, strcspn(title, " :")));

	return called[0] && called[0] != '-' ? called : base_name(p->exe);
}

static void read_argv(struct parse *p)
{
	json_object *argv = json_member(p->object, "argv", json_type_array);
	size_t count = argv ? json_object_array_length(argv) : 0;

	if (count > TRACE_ARGV_MAX)
		count = TRACE_ARGV_MAX;
	p->proc->argv = arena_alloc(p->store->arena, (count + 1) * sizeof *p->proc->argv);
	for (size_t i = 0; i < count; i++)
		if (field_string(p->store, json_object_array_get_idx(argv, i), &p->proc->argv[p->proc->argc]))
			p->proc->argc++;
}

static void read_realtime(struct parse *p)
{
	json_object *pair = json_member(p->object, "realtime", json_type_array);

	if (!pair)
		return;
	json_integer(json_object_array_get_idx(pair, 0), 0, INT64_MAX / 4000000000, &p->proc->realtime_s);
	json_integer(json_object_array_get_idx(pair, 1), 0, 999999999, &p->proc->realtime_ns);
}

static enum line_kind read_process(struct parse *p)
{
	struct process *proc = p->proc;
	int64_t version;

	if (!json_integer(json_member(p->object, "v", json_type_int), 1, INT_MAX, &version))
		return err_set(p->err, "a process line without a format version (\"v\")"), LINE_BAD;
	if (version > TRACE_VERSION)
		return err_set(p->err, "format version %d; this socktrace reads %d: update it", (int)version,
			       TRACE_VERSION),
		       LINE_NEWER;
	*proc = (struct process){.exe = "", .cwd = "", .host = "", .boot = "", .libc = "", .shim = "", .uid = -1};
	if (!fields_read(p->store, p->object, process_fields, COUNT(process_fields), proc, p->err))
		return LINE_BAD;
	proc->boot = intern_bytes(&p->store->kept, proc->boot, strlen(proc->boot));
	read_argv(p);
	read_realtime(p);
	proc->name = name_of_process(p->store->arena, proc);
	proc->last_ns = proc->start_ns;
	return LINE_PROCESS;
}

static enum line_kind read_module(struct parse *p)
{
	*p->module = (struct module){0};
	if (!fields_read(p->store, p->object, module_fields, COUNT(module_fields), p->module, p->err))
		return LINE_BAD;
	return LINE_MODULE;
}

static const struct {
	const char *ev;
	enum line_kind (*read)(struct parse *);
} kinds[] = {
	{"call", read_call},       {"pending", read_pending}, {"process", read_process}, {"module", read_module},
	{"inherit", read_inherit}, {"exit", read_exit},       {"lost", read_lost},
};

static enum line_kind dispatch(struct parse *p)
{
	json_object *ev = json_member(p->object, "ev", json_type_string);

	if (!ev)
		return err_set(p->err, "JSON without \"ev\": not a line of a socktrace trace"), LINE_BAD;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strcmp(json_object_get_string(ev), kinds[i].ev) == 0)
			return kinds[i].read(p);
	return LINE_OTHER;
}

enum line_kind load_line_parsed(struct store *s, const char *line, size_t len, struct event *ev, struct process *proc,
				struct module *module, struct err *err)
{
	struct parse p = {.store = s, .line = line, .len = len, .ev = ev, .proc = proc, .module = module, .err = err};
	json_object *object = json_parse(line, len, err);
	enum line_kind kind;

	if (!object)
		return LINE_BAD;
	p.object = object;
	kind = dispatch(&p);
	if (kind == LINE_EVENT)
		keep_more(&p);
	json_object_put(object);
	return kind;
}

enum line_kind load_line(struct store *s, const char *line, size_t len, struct event *ev, struct process *proc,
			 struct module *module, struct err *err)
{
	if (len >= strlen(TRACE_PAD) && memcmp(line, TRACE_PAD, strlen(TRACE_PAD)) == 0)
		return LINE_OTHER;
	if (strict_read(s, line, len, ev))
		return LINE_EVENT;
	return load_line_parsed(s, line, len, ev, proc, module, err);
}
