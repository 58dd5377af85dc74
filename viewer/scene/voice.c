/* voice: what is said of each call besides its name and descriptor. */
#include "viewer/scene/voice.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/model/passing.h"
#include "viewer/scene/multicast.h"
#include "viewer/scene/ready.h"
#include "viewer/scene/words.h"

enum { TRAVELLERS_TOLD = 4 };

/* An argument as text without JSON's quotes and brackets: flags read O_NONBLOCK|O_APPEND. */
static void put_plain(struct buf *out, const char *json)
{
	char plain[96];
	size_t len = 0;

	for (const char *p = json; *p && len < sizeof plain - 1; p++)
		if (!strchr("[]{}\"", *p))
			plain[len++] = *p == ',' ? '|' : *p;
	escape_bytes(out, plain, len);
}

static void put_argument(struct telling *s, const char *name)
{
	const char *text = event_arg_text(s->e, name);

	if (!text || !*text || strcmp(text, "[]") == 0)
		return;
	buf_puts(s->out, " ");
	put_plain(s->out, text);
}

static void ask_address(struct telling *s)
{
	if (s->e->addr)
		buf_printf(s->out, " %s", words_address(s->trace->arena, s->e->addr));
}

static void ask_backlog(struct telling *s)
{
	buf_puts(s->out, " backlog");
	put_argument(s, "backlog");
}

static void ask_option(struct telling *s)
{
	struct multicast address = multicast_of(s->trace->arena, s->e);

	put_argument(s, "optname");
	if (address.words) {
		buf_printf(s->out, address.is_group ? " %s" : " = %s", address.words);
		return;
	}
	if (event_arg_text(s->e, "optval")) {
		buf_puts(s->out, " =");
		put_argument(s, "optval");
	}
}

static void ask_optname(struct telling *s)
{
	put_argument(s, "optname");
}

static void ask_how(struct telling *s)
{
	put_argument(s, "how");
}

static void ask_fcntl(struct telling *s)
{
	put_argument(s, "cmd");
	put_argument(s, "arg");
}

static void ask_newfd(struct telling *s)
{
	buf_puts(s->out, " onto");
	put_argument(s, "newfd");
}

static void ask_host(struct telling *s)
{
	put_argument(s, "node");
	put_argument(s, "service");
}

static void ask_program(struct telling *s)
{
	put_argument(s, "pathname");
	put_argument(s, "file");
}

static void ask_status(struct telling *s)
{
	put_argument(s, "status");
}

static void get_descriptor(struct telling *s)
{
	buf_printf(s->out, " = %" PRId64, s->e->ret);
}

static void get_socket(struct telling *s)
{
	char family[32] = "";
	const char *text = event_arg_text(s->e, "domain");

	strncat(family, text ? text : "", sizeof family - 1);
	text = event_arg_text(s->e, "type");
	buf_printf(s->out, " = %" PRId64 " %s", s->e->ret,
		   words_socket_kind(s->trace->arena, family[0] ? family : NULL, text));
}

static void get_pair(struct telling *s)
{
	buf_printf(s->out, " = %d and %d", s->e->more->made[0].fd, s->e->more->made[1].fd);
}

static void get_accepted(struct telling *s)
{
	get_descriptor(s);
	if (s->e->conn)
		buf_printf(s->out, "  c%u", s->e->conn->id);
}

static void get_connected(struct telling *s)
{
	if (s->e->conn)
		buf_printf(s->out, "  c%u", s->e->conn->id);
}

static void get_local(struct telling *s)
{
	if (s->e->local)
		buf_printf(s->out, " = %s", words_address(s->trace->arena, s->e->local));
}

static void get_peer(struct telling *s)
{
	if (s->e->peer)
		buf_printf(s->out, " = %s", words_address(s->trace->arena, s->e->peer));
}

/* From how many writes a read's bytes came, or to how many reads a write's went; 0: not all of it is known. */
static size_t count_parts(const struct event *e)
{
	struct transfers transfers = transfers_of(e);
	bool reads = event_is_read(e);
	size_t count = 0;

	for (size_t i = 0; i < transfers.count; i++) {
		const struct transfer *t = &transfers.items[i], *before = i ? t - 1 : NULL;
		const struct event *other = reads ? t->write : t->read;

		if (!other)
			return 0;
		count += !before || other != (reads ? before->write : before->read);
	}
	return count;
}

/* What a message lost where it found too little room. With MSG_TRUNC a read returns its whole length all the same. */
static uint64_t bytes_cut_off(const struct event *e)
{
	struct transfers transfers = transfers_of(e);
	uint64_t whole = transfers.count == 1 && transfers.items[0].write ? transfers.items[0].len : 0;
	uint64_t got = (uint64_t)e->ret;
	int64_t room;

	if (!event_is_read(e))
		return 0;
	if ((event_arg_int(e, "len", &room) || event_arg_int(e, "count", &room)) && room >= 0 && room < e->ret)
		got = (uint64_t)room;
	whole = whole > (uint64_t)e->ret ? whole : (uint64_t)e->ret;
	return whole - got;
}

static void get_bytes(struct telling *s)
{
	uint64_t cut_off;
	size_t parts;

	if (event_is_eof(s->e)) {
		buf_puts(s->out, "  0 EOF");
		return;
	}
	buf_printf(s->out, "  %" PRId64 " B", s->e->ret);
	parts = count_parts(s->e);
	if (parts > 1)
		buf_printf(s->out, event_is_read(s->e) ? " of %zu writes" : " for %zu reads", parts);
	cut_off = bytes_cut_off(s->e);
	if (cut_off)
		buf_printf(s->out, ", %" PRIu64 " B cut off", cut_off);
}

/* Descriptors that travelled in the message: by the numbers that this process has for them. */
static void get_travellers(struct telling *s)
{
	const char *key = event_is_read(s->e) ? "received" : "passed";
	struct fdsocks travelled = fdsocks_of(s->trace->arena, s->e, key);

	for (size_t i = 0; i < travelled.count && i < TRAVELLERS_TOLD; i++)
		buf_printf(s->out, "%s %d", i ? "," : " + fd", travelled.items[i].fd);
	if (travelled.count > TRAVELLERS_TOLD)
		buf_printf(s->out, " and %zu more", travelled.count - TRAVELLERS_TOLD);
}

static void get_message(struct telling *s)
{
	get_bytes(s);
	get_travellers(s);
}

static void get_datagram(struct telling *s)
{
	get_message(s);
	if (s->e->peer && !s->e->conn)
		buf_printf(s->out, "  from %s", words_address(s->trace->arena, s->e->peer));
}

static void ask_readiness(struct telling *s)
{
	const char *descriptors = ready_question(s->trace->arena, s->e);

	if (descriptors)
		buf_printf(s->out, " %s", descriptors);
}

static void ask_watch(struct telling *s)
{
	put_argument(s, "op");
}

static void ask_request(struct telling *s)
{
	put_argument(s, "request");
}

static void get_readiness(struct telling *s)
{
	const char *ready = ready_answer(s->trace->arena, s->e);

	get_descriptor(s);
	if (ready)
		buf_printf(s->out, ": %s", ready);
	else if (s->e->ret == 0)
		buf_puts(s->out, ": time is up");
}

static void get_copies(struct telling *s)
{
	if (s->e->refs > 0)
		buf_printf(s->out, ", %d %s left", s->e->refs, s->e->refs == 1 ? "copy" : "copies");
}

static void get_option(struct telling *s)
{
	const char *value = multicast_of(s->trace->arena, s->e).words;

	value = value ? value : event_text(s->e, "optval");
	if (!value)
		return;
	buf_puts(s->out, " = ");
	put_plain(s->out, value);
}

static void get_fcntl(struct telling *s)
{
	if (s->e->more->made[0].sock)
		get_descriptor(s);
}

/* {"exited":0} reads "exited 0". */
static void put_status(struct buf *out, const char *json)
{
	for (; *json; json++)
		if (!strchr("{}\"", *json))
			escape_bytes(out, *json == ':' ? " " : json, 1);
}

/* The image of a child that a fork made, or that a wait saw the end of: an exec in between has made one of another. */
static const struct process *child_of(const struct telling *s, bool at_its_end)
{
	const struct process *found = NULL;

	for (size_t i = 0; i < s->trace->procs.count; i++) {
		const struct process *p = s->trace->procs.items[i];

		if (p->pid != s->e->ret || p->parent != s->e->proc)
			continue;
		if (at_its_end ? p->start_ns < event_end_ns(s->e) : !found && p->start_ns >= s->e->t_ns)
			found = p;
	}
	return found;
}

static void get_child(struct telling *s)
{
	bool waited = call_table[s->e->call].flags & CALL_BLOCKS;
	const struct process *child = child_of(s, waited);
	const char *status = event_text(s->e, "status");

	get_descriptor(s);
	if (child)
		buf_printf(s->out, "  P%u", child->index);
	if (status) {
		buf_puts(s->out, " ");
		put_status(s->out, status);
	}
}

/* Calls of which there is more to say than their results' kind. */
static const struct voice voices[CALL_COUNT] = {
	[CALL_socket] = {NULL, get_socket, TONE_PLAIN},
	[CALL_socketpair] = {NULL, get_pair, TONE_LINK},
	[CALL_bind] = {ask_address, NULL, TONE_PLAIN},
	[CALL_listen] = {ask_backlog, NULL, TONE_PLAIN},
	[CALL_accept] = {NULL, get_accepted, TONE_LINK},
	[CALL_accept4] = {NULL, get_accepted, TONE_LINK},
	[CALL_connect] = {ask_address, get_connected, TONE_LINK},
	[CALL_getsockname] = {NULL, get_local, TONE_DIM},
	[CALL_getpeername] = {NULL, get_peer, TONE_DIM},
	[CALL_getsockopt] = {ask_optname, get_option, TONE_DIM},
	[CALL_setsockopt] = {ask_option, NULL, TONE_DIM},
	[CALL_shutdown] = {ask_how, NULL, TONE_END},
	[CALL_close] = {NULL, get_copies, TONE_END},
	[CALL_fclose] = {NULL, get_copies, TONE_END},
	[CALL_dup] = {NULL, get_descriptor, TONE_DIM},
	[CALL_dup2] = {ask_newfd, NULL, TONE_DIM},
	[CALL_dup3] = {ask_newfd, NULL, TONE_DIM},
	[CALL_fcntl] = {ask_fcntl, get_fcntl, TONE_DIM},
	[CALL_fcntl64] = {ask_fcntl, get_fcntl, TONE_DIM},
	[CALL_sendto] = {ask_address, get_bytes, TONE_DATA},
	[CALL_recvfrom] = {NULL, get_datagram, TONE_DATA},
	[CALL_sendmsg] = {ask_address, get_message, TONE_DATA},
	[CALL_recvmsg] = {NULL, get_datagram, TONE_DATA},
	[CALL_poll] = {ask_readiness, get_readiness, TONE_DIM},
	[CALL_ppoll] = {ask_readiness, get_readiness, TONE_DIM},
	[CALL_select] = {ask_readiness, get_readiness, TONE_DIM},
	[CALL_pselect] = {ask_readiness, get_readiness, TONE_DIM},
	[CALL_ioctl] = {ask_request, NULL, TONE_DIM},
	[CALL_epoll_ctl] = {ask_watch, NULL, TONE_DIM},
	[CALL_epoll_wait] = {NULL, get_readiness, TONE_DIM},
	[CALL_epoll_pwait] = {NULL, get_readiness, TONE_DIM},
	[CALL_epoll_pwait2] = {NULL, get_readiness, TONE_DIM},
	[CALL_getaddrinfo] = {ask_host, NULL, TONE_PLAIN},
	[CALL_execve] = {ask_program, NULL, TONE_STRONG},
	[CALL_execv] = {ask_program, NULL, TONE_STRONG},
	[CALL_execvp] = {ask_program, NULL, TONE_STRONG},
	[CALL_execvpe] = {ask_program, NULL, TONE_STRONG},
	[CALL_execl] = {ask_program, NULL, TONE_STRONG},
	[CALL_execlp] = {ask_program, NULL, TONE_STRONG},
	[CALL_execle] = {ask_program, NULL, TONE_STRONG},
	[CALL_fexecve] = {NULL, NULL, TONE_STRONG},
	[CALL__exit] = {ask_status, NULL, TONE_STRONG},
};

/* All others are told by name, descriptor and result. */
static const struct voice plain_voices[] = {
	[RESULT_STATUS] = {NULL, NULL, TONE_DIM},      [RESULT_NEWFD] = {NULL, get_descriptor, TONE_PLAIN},
	[RESULT_BYTES] = {NULL, get_bytes, TONE_DATA}, [RESULT_NOTHING] = {NULL, NULL, TONE_DIM},
	[RESULT_PID] = {NULL, get_child, TONE_STRONG}, [RESULT_BEFORE] = {NULL, NULL, TONE_DIM},
};

static const struct voice unknown_voice = {NULL, get_descriptor, TONE_PLAIN};

const struct voice *voice_of(const struct event *e)
{
	const struct voice *v = e->call < CALL_COUNT ? &voices[e->call] : &unknown_voice;
	unsigned result = e->call < CALL_COUNT ? call_table[e->call].result : ~0U;

	if (v->asked || v->got || v->tone != TONE_PLAIN)
		return v;
	if (result < sizeof plain_voices / sizeof plain_voices[0] && plain_voices[result].tone != TONE_PLAIN)
		return &plain_voices[result];
	return &unknown_voice;
}
