/* words: the model's values as words. */
#include "viewer/scene/words.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "trace/names.h"
#include "viewer/base/buf.h"
#include "viewer/base/escape.h"
#include "viewer/model/site.h"

enum {
	CALL_ANY = -1,
	PAYLOAD_MOST = 4096, /* bytes of one transfer that are said in words */
	ARGV_MOST = 1000,    /* of a program's words */
};

static const struct {
	int call;
	const char *err, *meaning;
} meanings[] = {
#define MEANING(call, err, words) {CALL_##call, #err, words},
#include "viewer/scene/errors.def"
};

static const struct {
	const char *family, *type, *kind;
} kinds[] = {
	{"AF_INET", "SOCK_STREAM", "tcp4"}, {"AF_INET6", "SOCK_STREAM", "tcp6"},
	{"AF_INET", "SOCK_DGRAM", "udp4"},  {"AF_INET6", "SOCK_DGRAM", "udp6"},
	{"AF_UNIX", "SOCK_STREAM", "unix"}, {"AF_UNIX", "SOCK_DGRAM", "unix dgram"},
	{"AF_INET", "SOCK_RAW", "raw4"},    {"AF_UNIX", "SOCK_SEQPACKET", "unix seqpacket"},
	{"AF_INET6", "SOCK_RAW", "raw6"},   {"AF_NETLINK", "SOCK_RAW", "netlink"},
};

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

const char *words_address(struct arena *a, const struct address *address)
{
	if (!address)
		return "?";
	if (address->path)
		return address->path[0] ? escape_string(a, address->path) : "unnamed";
	if (address->abstract)
		return arena_printf(a, "@%s", escape_string(a, address->abstract));
	if (same(address->family, "AF_UNIX"))
		return "unnamed";
	if (!address->host)
		return escape_string(a, address->family ? address->family : "?");
	if (strcmp(address->host, "0.0.0.0") == 0)
		return arena_printf(a, "*:%u", address->port);
	if (strchr(address->host, ':'))
		return arena_printf(a, "[%s]:%u", escape_string(a, address->host), address->port);
	return arena_printf(a, "%s:%u", escape_string(a, address->host), address->port);
}

const char *words_duration(struct arena *a, uint64_t ns)
{
	if (ns >= 100000000)
		return arena_printf(a, "%.2f s", (double)ns / 1e9);
	if (ns >= 10000000)
		return arena_printf(a, "%.0f ms", (double)ns / 1e6);
	if (ns >= 1000000)
		return arena_printf(a, "%.1f ms", (double)ns / 1e6);
	return arena_printf(a, "%.3f ms", (double)ns / 1e6);
}

const char *words_socket_kind(struct arena *a, const char *family, const char *type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (same(family, kinds[i].family) && same(type, kinds[i].type))
			return kinds[i].kind;
	if (!family && !type)
		return "";
	return arena_printf(a, "%s %s", family ? escape_string(a, family) : "?", type ? escape_string(a, type) : "?");
}

static const char *library_text(const char *err)
{
	for (size_t i = 0; i < name_count; i++)
		if (name_table[i].group == NAMES_ERRNO && strcmp(name_table[i].name, err) == 0)
			return strerrordesc_np(name_table[i].value);
	return NULL;
}

const char *words_error(enum call_id call, const char *err)
{
	const char *any = NULL;

	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		if (strcmp(meanings[i].err, err) != 0)
			continue;
		if (meanings[i].call == (int)call)
			return meanings[i].meaning;
		if (meanings[i].call == CALL_ANY)
			any = meanings[i].meaning;
	}
	return any ? any : library_text(err);
}

const char *words_untraced(const struct event *e)
{
	static const char *const reasons[][2] = {
		{"setuid", "goes untraced: it runs with rights of its own (setuid)"},
		{"static", "goes untraced: it is linked statically"},
		{"arch", "goes untraced: it is for another architecture"},
		{"chroot", "goes untraced: libsocktrace.so is not there in its root"},
		{"room", "goes untraced: its environment leaves no room for what brings the shim along"},
		{"seccomp", "goes untraced: its sandbox does not let it write a trace"},
	};
	const char *why = event_text(e, "untraced");

	if (!why)
		return NULL;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (strcmp(why, reasons[i][0]) == 0)
			return reasons[i][1];
	return "goes untraced";
}

const char *words_site(struct trace *t, const struct event *e)
{
	const struct site *site;

	if (!e || !e->pc || !e->proc)
		return NULL;
	site = site_find(t, e->proc, e->pc);
	if (!site)
		return NULL;
	if (site->file && site->line > 0) {
		const char *slash = strrchr(site->file, '/');

		return arena_printf(t->arena, "%s:%d", escape_string(t->arena, slash ? slash + 1 : site->file),
				    site->line);
	}
	if (site->function)
		return arena_printf(t->arena, "%s()", escape_string(t->arena, site->function));
	return NULL;
}

const char *words_payload(struct arena *a, const struct event *e)
{
	struct buf b = {0};
	const char *words;
	char *data;
	size_t len = e->data_len < PAYLOAD_MOST ? e->data_len : PAYLOAD_MOST;
	bool cut = e->ret > (int64_t)len;

	if (!e->data_len)
		return NULL;
	data = arena_alloc(a, e->data_len);
	event_data(e, data);
	escape_bytes(&b, data, cut ? escape_whole(data, len) : len);
	if (cut)
		buf_puts(&b, " ..");
	words = arena_copy(a, b.bytes ? b.bytes : "", b.len);
	buf_free(&b);
	return words;
}

const char *words_process(struct arena *a, const struct process *p)
{
	return arena_printf(a, "%s %" PRIu32, p->name ? escape_string(a, p->name) : "?", p->pid);
}

const char *words_ending(struct arena *a, const struct process *p)
{
	switch (p->ending) {
	case END_RUNNING:
		return "still running";
	case END_EXIT:
		return arena_printf(a, "exited %d", p->end_status);
	case END_SIGNAL:
		return arena_printf(a, "killed by %s", escape_string(a, p->end_signal));
	case END_EXEC:
		return "became another program";
	case END_LEFT:
		return "became a program that left no trace";
	case END_UNKNOWN:
		break;
	}
	return "ended without exit: killed?";
}

const char *words_argv(struct arena *a, const struct process *p)
{
	struct buf b = {0};
	const char *words;
	size_t room = ARGV_MOST;

	for (size_t i = 0; i < p->argc || i == 0; i++) {
		const char *word = i ? p->argv[i] : p->name ? p->name : "?";
		size_t len = strnlen(word, room + 1);
		bool cut = len > room;
		if (i)
			buf_puts(&b, " ");
		escape_bytes(&b, word, cut ? escape_whole(word, room) : len);
		if (cut) {
			buf_puts(&b, " ..");
			break;
		}
		room -= len;
	}
	words = arena_copy(a, b.bytes ? b.bytes : "", b.len);
	buf_free(&b);
	return words;
}

const char *words_end(struct arena *a, const struct conn *c, enum side side)
{
	const struct end *end = &c->ends[side], *other = &c->ends[side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT];

	if (end->addr)
		return words_address(a, end->addr);
	if (other->made && other->made->peer)
		return words_address(a, other->made->peer);
	if (side == SIDE_SERVER && other->made && other->made->addr)
		return words_address(a, other->made->addr);
	return side == SIDE_SERVER && c->kind == CONN_KERNEL ? "the kernel" : "?";
}

static const char *end_words(struct arena *a, const struct conn *c, enum side side)
{
	const struct process *p = c->ends[side].proc;
	const char *where = words_end(a, c, side);
	bool known = strcmp(where, "?") != 0;

	if (!p && side == SIDE_SERVER)
		p = conn_reached(c);
	if (p)
		return arena_printf(a, "P%u%s%s", p->index, known ? " " : "", known ? where : "");
	if (c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED)
		return where;
	if (c->kind == CONN_KERNEL)
		return "the kernel";
	return arena_printf(a, "%s (%s)", known ? where : "somebody", words_stranger(c));
}

const char *words_stranger(const struct conn *c)
{
	return c->undecided ? "not known" : "not traced";
}

const char *words_conn(struct arena *a, const struct conn *c)
{
	return arena_printf(a, "c%u  %s to %s", c->id, end_words(a, c, SIDE_CLIENT), end_words(a, c, SIDE_SERVER));
}

const char *words_unanswered(const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT];

	if (!client->made || client->made->kind == EVENT_PENDING)
		return "connect never returned";
	if (c->undecided)
		return "not known whether it was answered";
	return client->sock && client->sock->closed ? "no answer before it was closed" : "no answer to the connect";
}

const char *words_unseen(struct arena *a, const struct conn *c)
{
	const char *words = NULL;

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		const struct end *end = &c->ends[side];
		const struct {
			uint64_t bytes;
			const char *where;
		} ways[] = {{end->wrote_unseen, "out of"}, {end->read_unseen, "into"}};

		for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
			if (ways[i].bytes && end->proc)
				words = arena_printf(a, "%s%s%" PRIu64 " B%s %s P%u", words ? words : "",
						     words ? ", " : "", ways[i].bytes,
						     words ? "" : " moved unseen (stdio?)", ways[i].where,
						     end->proc->index);
	}
	return words;
}

const char *words_clock(struct arena *a, const struct trace *t)
{
	const struct process *first = NULL;
	struct tm tm;
	char text[32];
	time_t seconds;

	for (size_t i = 0; i < t->procs.count; i++)
		if (t->procs.items[i]->realtime_s && (!first || t->procs.items[i]->start_ns < first->start_ns))
			first = t->procs.items[i];
	if (!first)
		return NULL;
	seconds = (time_t)first->realtime_s;
	if (!localtime_r(&seconds, &tm) || !strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm))
		return NULL;
	return arena_string(a, text);
}
