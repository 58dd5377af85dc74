/*
 * story: what is made up of the bytes is well-formed, line for line, and tells of anything: processes that are their own
 * parents, sockets made twice, calls at the end of time. It is loaded and drawn.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "viewer/base/json.h"
#include "viewer/cmd/command.h"
#include "viewer/load/load.h"
#include "viewer/report/page.h"
#include "viewer/verdict/tell.h"

struct teller {
	const uint8_t *at, *end;
	struct buf out;
	uint64_t now_ns;
};

static unsigned take(struct teller *t, unsigned below)
{
	return t->at < t->end ? *t->at++ % below : 0;
}

static const char *choose(struct teller *t, const char *const *words, unsigned count)
{
	return words[take(t, count)];
}
#define CHOOSE(t, ...)                                                                                                 \
	choose(t, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Mostly a little later; sometimes the same again, the beginning, or the end of what is allowed. */
static uint64_t tell_time(struct teller *t)
{
	switch (take(t, 16)) {
	case 0:
		return 0;
	case 1:
		return INT64_MAX / 2;
	case 2:
		return t->now_ns;
	case 3:
		return t->now_ns > 5000 ? t->now_ns - 5000 : 0;
	default:
		return t->now_ns += take(t, 256) * 100;
	}
}

static void tell_address(struct teller *t)
{
	unsigned port = 8080 + take(t, 4);

	switch (take(t, 8)) {
	case 0:
		buf_printf(&t->out, "{\"family\":\"AF_UNIX\",\"path\":\"%s\",\"len\":9,\"raw\":\"01002f746d702f7300\"}",
			   CHOOSE(t, "/tmp/s", "s", "./s", "\\u001b[2J"));
		break;
	case 1:
		buf_printf(&t->out, "{\"family\":\"AF_UNIX\",\"abstract\":\"%s\",\"len\":6,\"raw\":\"0100007801e9\"}",
			   CHOOSE(t, "x", "\\u0000", "y\\u00e9"));
		break;
	case 2:
		buf_puts(&t->out, "{\"family\":\"AF_UNIX\",\"len\":2,\"raw\":\"0100\"}");
		break;
	case 3:
		buf_puts(&t->out, "{\"family\":\"AF_NETLINK\",\"pid\":0,\"groups\":0,\"len\":12,\"raw\":"
				  "\"100000000000000000000000\"}");
		break;
	case 4:
		buf_printf(&t->out,
			   "{\"family\":\"AF_INET6\",\"addr\":\"::1\",\"port\":%u,\"flowinfo\":0,\"scope_id\":0,"
			   "\"len\":28,"
			   "\"raw\":\"0a00%04x000000000000000000000000000000000000000100000000\"}",
			   port, port);
		break;
	default:
		buf_printf(&t->out,
			   "{\"family\":\"AF_INET\",\"addr\":\"127.0.0.1\",\"port\":%u,\"len\":16,"
			   "\"raw\":\"0200%04x7f0000010000000000000000\"}",
			   port, port);
	}
}

static void tell_argument(struct teller *t, const struct call_arg *arg)
{
	switch (arg->kind) {
	case KIND_FD:
	case KIND_BUF:
	case KIND_BUF_OUT:
	case KIND_SKIP:
		return;
	case KIND_ADDR:
		buf_printf(&t->out, ",\"%s\":", arg->name);
		tell_address(t);
		return;
	case KIND_MSG:
		buf_puts(&t->out, ",\"addr\":null");
		return;
	case KIND_DOMAIN:
		buf_printf(&t->out, ",\"%s\":\"%s\"", arg->name,
			   CHOOSE(t, "AF_INET", "AF_UNIX", "AF_INET6", "AF_NETLINK"));
		return;
	case KIND_SOCKTYPE:
		buf_printf(&t->out, ",\"%s\":\"%s\"", arg->name,
			   CHOOSE(t, "SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"));
		return;
	case KIND_SHUTHOW:
		buf_printf(&t->out, ",\"%s\":\"%s\"", arg->name, CHOOSE(t, "SHUT_WR", "SHUT_RD", "SHUT_RDWR"));
		return;
	case KIND_MSGFLAGS:
		buf_printf(&t->out, ",\"%s\":[%s]", arg->name, CHOOSE(t, "", "\"MSG_PEEK\"", "\"MSG_OOB\""));
		return;
	case KIND_OPTNAME:
		buf_printf(&t->out, ",\"%s\":\"%s\"", arg->name, CHOOSE(t, "SO_ERROR", "SO_LINGER", "TCP_NODELAY"));
		return;
	case KIND_STRING:
		buf_printf(&t->out, ",\"%s\":%s", arg->name,
			   CHOOSE(t, "null", "\"\\u001b]0;x\\u0007\"", "\"localhost\""));
		return;
	default:
		buf_printf(&t->out, ",\"%s\":%u", arg->name, take(t, 8));
	}
}

static void tell_arguments(struct teller *t, const struct call_desc *d)
{
	size_t begin;

	buf_puts(&t->out, ",\"args\":{");
	begin = t->out.len;
	for (int i = 0; i < d->nargs; i++)
		tell_argument(t, &d->args[i]);
	if (t->out.len > begin) {
		/* Without the first one's comma. */
		for (size_t i = begin; i + 1 < t->out.len; i++)
			t->out.bytes[i] = t->out.bytes[i + 1];
		t->out.len--;
	}
	buf_puts(&t->out, "}");
}

static void tell_results(struct teller *t)
{
	unsigned fate = take(t, 8);

	if (fate == 0) {
		buf_printf(&t->out, ",\"ret\":-1,\"err\":\"%s\"",
			   CHOOSE(t, "EAGAIN", "ECONNREFUSED", "EPIPE", "ECONNRESET", "EINPROGRESS", "EBADF"));
		return;
	}
	buf_printf(&t->out, ",\"ret\":%u", take(t, 12));
	if (fate & 1)
		buf_printf(&t->out, ",\"newsock\":%u", 1 + take(t, 12));
	if (take(t, 4) == 0)
		buf_printf(&t->out, ",\"refs\":%u", take(t, 2));
	if (fate & 2) {
		buf_puts(&t->out, ",\"local\":");
		tell_address(t);
		buf_puts(&t->out, ",\"peer\":");
		tell_address(t);
	}
	if (take(t, 8) == 1)
		buf_printf(&t->out, ",\"received\":[{\"fd\":%u,\"sock\":%u}]", take(t, 8), 1 + take(t, 12));
	if (take(t, 8) == 1)
		buf_printf(&t->out, ",\"status\":{%s}", CHOOSE(t, "\"exited\":0", "\"signal\":\"SIGPIPE\"", ""));
	if (take(t, 4) == 1)
		buf_printf(&t->out, ",\"data\":\"%s\"", CHOOSE(t, "x", "\\u001b[31m", "", "\\u00ff\\u0080"));
}

static void tell_call(struct teller *t, bool returned)
{
	const struct call_desc *d = &call_table[take(t, CALL_COUNT)];

	buf_printf(&t->out, "{\"ev\":\"%s\",\"t\":%llu", returned ? "call" : "pending",
		   (unsigned long long)tell_time(t));
	if (returned)
		buf_printf(&t->out, ",\"dt\":%u", take(t, 256) * 50);
	buf_printf(&t->out, ",\"tid\":%u,\"call\":\"%s\",\"fd\":%u,\"sock\":%u", 1 + take(t, 6), d->name, take(t, 8),
		   take(t, 12));
	tell_arguments(t, d);
	if (returned)
		tell_results(t);
	buf_puts(&t->out, "}\n");
}

static void tell_process(struct teller *t)
{
	unsigned pid = 1 + take(t, 6), ppid = take(t, 6);

	buf_printf(&t->out,
		   "{\"ev\":\"process\",\"t\":%llu,\"tid\":%u,\"v\":1,\"pid\":%u,\"ppid\":%u,\"started\":%u,"
		   "\"realtime\":[%u,0],\"start\":\"%s\",\"exe\":\"/bin/%s\",\"argv\":[\"%s\"],\"cwd\":\"/"
		   "\",\"host\":\"h\","
		   "\"boot\":\"%s\",\"netns\":%u,\"pidns\":1,\"uid\":0,\"libc\":\"\",\"libc_calls\":false,\"shim\":"
		   "\"\"}\n",
		   (unsigned long long)tell_time(t), pid, pid, ppid, take(t, 3), 1700000000 + take(t, 4),
		   CHOOSE(t, "exec", "fork"), CHOOSE(t, "a", "\\u202eb"), CHOOSE(t, "a", "\\u001b[2J", ""),
		   CHOOSE(t, "b1", "b2"), take(t, 3));
}

static void tell_inherit(struct teller *t)
{
	buf_printf(&t->out,
		   "{\"ev\":\"inherit\",\"t\":%llu,\"tid\":1,\"fd\":%u,\"sock\":%u,\"family\":\"AF_INET\","
		   "\"type\":\"SOCK_STREAM\",\"protocol\":\"IPPROTO_TCP\",\"state\":\"%s\",\"local\":",
		   (unsigned long long)tell_time(t), take(t, 8), 1 + take(t, 12),
		   CHOOSE(t, "connected", "listening", "unconnected"));
	tell_address(t);
	buf_puts(&t->out, ",\"peer\":");
	tell_address(t);
	buf_printf(&t->out, ",\"via\":\"%s\"}\n", CHOOSE(t, "fork", "exec", "untraced", "received"));
}

static void tell_line(struct teller *t)
{
	switch (take(t, 24)) {
	case 0:
	case 1:
		tell_process(t);
		break;
	case 2:
		tell_inherit(t);
		break;
	case 3:
		buf_printf(&t->out,
			   "{\"ev\":\"exit\",\"t\":%llu,\"tid\":1,\"how\":\"exit\",\"status\":%u,\"open\":[]}\n",
			   (unsigned long long)tell_time(t), take(t, 3));
		break;
	case 4:
		tell_call(t, false);
		break;
	default:
		tell_call(t, true);
	}
}

static bool is_json(const char *text)
{
	struct err err;
	json_object *value = json_parse(text, strlen(text), &err);
	bool parsed = value;

	json_object_put(value);
	return parsed;
}

static void draw(const struct command *c, struct trace *t, const char *format)
{
	const struct look look = {.width = 80};
	struct buf out = {0};
	struct err err;

	if (c->draw(t, format_find(format, NULL, &err), &look, &out, &err) && strcmp(format, "json") == 0 &&
	    !is_json(out.bytes))
		abort();
	buf_free(&out);
}

/* The first byte says which command, in which format. */
static void draw_one(struct trace *trace, unsigned which)
{
	static const char *const formats[] = {"text", "svg", "json"};
	const struct command *const *c = commands;
	unsigned count = 0;

	while (c[count])
		count++;
	c += which / 3 % count;
	if ((*c)->draw)
		draw(*c, trace, formats[which % 3]);
}

/* A page's data stand in an element of their own, which nothing in them may end. */
static void write_report(const struct verdict *v)
{
	struct page p = {.runs = {{.name = "fuzz", .trace = v->trace, .findings = v->findings}}, .count = 1};
	struct buf out = {0};
	char *data, *end;

	page_write(&p, &out);
	data = strstr(out.bytes, "id=\"data\">[");
	end = data ? strstr(data, "]</script>") : NULL;
	if (!end)
		abort();
	*end = '\0';
	if (!is_json(strchr(data, '[') + 1))
		abort();
	buf_free(&out);
}

/* The rules, and each form of a verdict; the last line of Autolab's is the JSON. */
static void judge(struct trace *trace, unsigned which)
{
	const struct look look = {.width = 80};
	const struct telling telling = {&look, 1, 1};
	const struct form *form = tell_forms[which % 6];
	const struct course_words words = {.fail_on = COURSE_FAIL_ON_UNSET};
	struct course course;
	struct verdict v;
	struct buf out = {0};
	struct err err;

	if (!course_read(&course, &words, &err))
		abort();
	verdict_take(&v, &course, "fuzz", trace);
	form->tell(&v, &telling, &out);
	if ((form == &form_json || form == &form_gradescope) && !is_json(out.bytes))
		abort();
	buf_free(&out);
	if (which % 4 == 0)
		write_report(&v);
	verdict_end(&v);
	course_free(&course);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct teller t = {.at = bytes, .end = bytes + size, .now_ns = 1000000};
	const struct load_options options = {.all = size % 2};
	unsigned which = take(&t, 256);
	const char *path;
	struct trace *trace;
	struct err err;

	tell_process(&t);
	while (t.at < t.end)
		tell_line(&t);
	path = fuzz_file((const uint8_t *)t.out.bytes, t.out.len);
	buf_free(&t.out);
	trace = load_trace(&path, 1, &options, &err);
	if (!trace)
		return 0;
	draw_one(trace, which);
	fuzz_compare(trace, which % 2);
	judge(trace, which);
	return 0;
}
