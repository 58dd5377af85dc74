/*
 * perfetto: the Chrome trace event format, JSON that the Perfetto UI and chrome://tracing open. A track a thread, its calls as
 * slices; connections as async slices in both processes; an arrow from each write to the reads of its bytes.
 */
#include <inttypes.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/export/export.h"
#include "viewer/export/tracks.h"
#include "viewer/export/values.h"
#include "viewer/scene/words.h"

enum { ARROW_NS = 100 }; /* an arrow leaves its call so long after its entry, and no later than in its middle */

struct page {
	struct trace *trace;
	const struct choice *choice;
	struct sink *to;
	struct tracks tracks;
	uint64_t arrows;
	bool begun; /* an event has been written */
};

static uint64_t since_start(const struct page *p, uint64_t ns)
{
	return ns > p->trace->start_ns ? ns - p->trace->start_ns : 0;
}

/* Events */

static struct buf *begin(struct page *p, const char *phase, uint64_t pid, uint64_t tid)
{
	buf_puts(&p->to->buf, p->begun ? ",\n" : "");
	p->begun = true;
	buf_printf(&p->to->buf, "{\"ph\":\"%s\",\"pid\":%" PRIu64 ",\"tid\":%" PRIu64, phase, pid, tid);
	return &p->to->buf;
}

static void end(struct page *p)
{
	buf_puts(&p->to->buf, "}");
	sink_next(p->to);
}

static void put_metadata(struct page *p, uint64_t pid, uint64_t tid, const char *name, const char *key,
			 const char *words)
{
	struct buf *out = begin(p, "M", pid, tid);

	put_words(out, "name", name);
	buf_printf(out, ",\"args\":{\"%s\":", key);
	put_quoted(out, words);
	buf_puts(out, "}");
	end(p);
}

static void put_process(struct page *p, const struct process *proc)
{
	struct arena *a = p->trace->arena;
	uint64_t pid = p->tracks.of_process[proc->index];

	put_metadata(p, pid, pid, "process_name", "name",
		     arena_printf(a, "P%u %s", proc->index, words_process(a, proc)));
	put_metadata(p, pid, pid, "process_labels", "labels",
		     arena_printf(a, "%s, %s: %s", role_name(proc->role), words_ending(a, proc), words_argv(a, proc)));
	put_metadata(p, pid, pid, "thread_name", "name", "main thread");
}

static uint64_t thread_of(struct page *p, const struct event *e)
{
	bool is_new;
	uint64_t number = tracks_thread(&p->tracks, e->proc, e->tid, &is_new);

	if (is_new)
		put_metadata(p, p->tracks.of_process[e->proc->index], number, "thread_name", "name",
			     arena_printf(p->trace->arena, e->more->pid ? "vfork child %u" : "thread %u", e->tid));
	return number;
}

static void put_payload(struct buf *out, const struct event *e)
{
	char *bytes;
	struct buf copy = {0};

	if (!e->data_len)
		return;
	buf_fill(&copy, 0, e->data_len);
	bytes = copy.bytes;
	event_data(e, bytes);
	buf_puts(out, ",\"data\":");
	put_string(out, bytes, e->data_len);
	buf_free(&copy);
}

static void put_details(struct page *p, struct buf *out, const struct event *e)
{
	static const char *const phases[] = {
		[PHASE_NONE] = NULL,
		[PHASE_START_SERVER] = "1 Start server",
		[PHASE_START_CLIENT] = "2 Start client",
		[PHASE_EXCHANGE] = "3 Exchange data",
		[PHASE_DISCONNECT] = "4 Disconnect client",
		[PHASE_DROP] = "5 Drop client",
	};
	struct arena *a = p->trace->arena;

	buf_printf(out, ",\"args\":{\"line\":%u", e->lineno);
	if (e->conn)
		buf_printf(out, ",\"connection\":\"c%u\"", e->conn->id);
	put_words(out, "phase", phases[e->phase]);
	if (e->fd >= 0)
		buf_printf(out, ",\"fd\":%d", e->fd);
	if (e->sock)
		buf_printf(out, ",\"sock\":%" PRIu64, e->sock);
	put_args(out, e);
	if (e->kind == EVENT_CALL)
		buf_printf(out, ",\"ret\":%" PRId64, e->ret);
	if (e->kind == EVENT_PENDING)
		buf_puts(out, ",\"returned\":false");
	if (e->err) {
		put_words(out, "err", escape_string(a, e->err));
		put_words(out, "meaning", words_error(e->call, e->err));
	}
	put_words(out, "local", e->local ? words_address(a, e->local) : NULL);
	put_words(out, "peer", e->peer ? words_address(a, e->peer) : NULL);
	put_payload(out, e);
	put_words(out, "source", words_site(p->trace, e));
	buf_puts(out, "}");
}

/* chrome://tracing has colours for names of states; in Perfetto a name of its own has a colour of its own. */
static void put_name(struct buf *out, struct arena *a, const struct event *e)
{
	const char *name = escape_string(a, event_call_name(e));

	put_words(out, "name", e->err ? arena_printf(a, "%s %s", name, escape_string(a, e->err)) : name);
	put_words(out, "cat", event_failed(e) ? "call,error" : e->kind == EVENT_PENDING ? "call,pending" : "call");
	if (event_failed(e))
		put_words(out, "cname", "terrible");
}

static bool is_image(const struct process *next, const struct event *exec)
{
	if (exec->more->pid)
		return next->pid == exec->more->pid && next->parent == exec->proc && next->start_ns >= exec->t_ns;
	return next->image_of == exec->proc;
}

static const struct process *next_image(const struct page *p, const struct event *exec)
{
	for (size_t i = exec->proc->index; i < p->trace->procs.count; i++)
		if (is_image(p->trace->procs.items[i], exec))
			return p->trace->procs.items[i];
	return NULL;
}

/* A call that did not return lasts to the end of the trace; an exec until the next program began; what its thread left by a
 * jump has no end that is known. */
static void put_call(struct page *p, const struct event *e, uint64_t tid)
{
	bool is_exec = event_replaces_program(e) || (e->kind == EVENT_PENDING && e->proc->ending == END_EXEC);
	const struct process *image = is_exec ? next_image(p, e) : NULL;
	const char *phase = e->kind == EVENT_CALL || image ? "X" : e->abandoned || is_exec ? "i" : "B";
	uint64_t dt = image && image->start_ns > e->t_ns ? image->start_ns - e->t_ns : e->dt_ns;
	struct buf *out = begin(p, phase, p->tracks.of_process[e->proc->index], tid);

	put_time(out, "ts", since_start(p, e->t_ns));
	if (phase[0] == 'X')
		put_time(out, "dur", dt ? dt : 1);
	if (phase[0] == 'i')
		put_words(out, "s", "t");
	put_name(out, p->trace->arena, e);
	put_details(p, out, e);
	end(p);
}

static void put_mark(struct page *p, const struct event *e, uint64_t tid)
{
	struct arena *a = p->trace->arena;
	struct buf *out = begin(p, "i", p->tracks.of_process[e->proc->index], tid);

	put_time(out, "ts", since_start(p, e->t_ns));
	put_words(out, "s", e->kind == EVENT_INHERIT ? "t" : "p");
	put_words(out, "cat", e->kind == EVENT_LOST ? "error" : "process");
	switch (e->kind) {
	case EVENT_INHERIT:
		put_words(out, "name", arena_printf(a, "inherits %d", e->fd));
		break;
	case EVENT_LOST:
		put_words(out, "name", arena_printf(a, "%" PRId64 " events lost", e->ret));
		put_words(out, "cname", "terrible");
		break;
	default:
		put_words(out, "name", arena_printf(a, "exit %" PRId64, e->ret));
	}
	put_details(p, out, e);
	end(p);
}

/* Arrows */

static void put_arrow_end(struct page *p, const char *phase, const struct event *e, uint64_t at_ns, const char *name)
{
	uint64_t tid = thread_of(p, e);
	struct buf *out = begin(p, phase, p->tracks.of_process[e->proc->index], tid);

	put_time(out, "ts", since_start(p, at_ns));
	buf_printf(out, ",\"id\":%" PRIu64, p->arrows);
	put_words(out, "cat", "arrow");
	put_words(out, "name", name);
	if (phase[0] == 'f')
		put_words(out, "bp", "e");
	end(p);
}

/* In a call that waited, the part after what it waited for has come. */
static void put_arrival(struct page *p, const struct event *from, const struct event *to, uint64_t at_ns,
			const char *name)
{
	struct arena *a = p->trace->arena;
	uint64_t tid = thread_of(p, to);
	struct buf *out = begin(p, "X", p->tracks.of_process[to->proc->index], tid);

	put_time(out, "ts", since_start(p, at_ns));
	put_time(out, "dur", event_end_ns(to) - at_ns);
	put_words(out, "name", name);
	put_words(out, "cat", "arrival");
	buf_puts(out, ",\"args\":{\"from\":");
	put_quoted(out,
		   arena_printf(a, "P%u %s %d", from->proc->index, escape_string(a, event_call_name(from)), from->fd));
	buf_puts(out, "}");
	end(p);
}

/*
 * Both ends lie within their calls: an arrow binds to the slice that it lies in. By disagreeing clocks some would go back.
 * Perfetto points arrows from the slice that began earlier to the later one, whatever we say: a reader that was there
 * before its writer needs a slice that began when the bytes came.
 */
static void put_arrow(struct page *p, const struct event *from, const struct event *to, const char *name)
{
	uint64_t leaves = from->t_ns + (from->dt_ns / 2 < ARROW_NS ? from->dt_ns / 2 : ARROW_NS);
	uint64_t least = to->t_ns > leaves ? to->t_ns : leaves, until = event_end_ns(to);
	uint64_t arrives = least + (until - least) / 2;

	if (from->kind == EVENT_INHERIT || from->kind == EVENT_EXIT || until <= leaves || !choice_has(p->choice, from))
		return;
	p->arrows++;
	put_arrow_end(p, "s", from, leaves, name);
	if (to->t_ns < from->t_ns)
		put_arrival(p, from, to, arrives, name);
	put_arrow_end(p, "f", to, arrives, name);
}

static void put_arrows(struct page *p, const struct event *e)
{
	struct transfers from;

	if (e->kind != EVENT_CALL)
		return;
	if (event_is_accept(e) && e->cause)
		put_arrow(p, e->cause, e, "connection request");
	else if (event_is_eof(e) && e->cause)
		put_arrow(p, e->cause, e, "EOF");
	if (!event_is_read(e) && e->call != CALL_recvmmsg)
		return;
	from = transfers_of(e);
	for (size_t i = 0; i < from.count; i++)
		if (from.items[i].write)
			put_arrow(p, from.items[i].write, e, arena_printf(p->trace->arena, "%u B", from.items[i].len));
}

/* Connections */

struct span {
	uint64_t from_ns, to_ns;
};

/* From its first call to the return of its last. */
static struct span span_of(const struct conn *c, enum side side)
{
	struct span s = {UINT64_MAX, 0};

	for (size_t i = 0; i < c->events.count; i++) {
		const struct event *e = c->events.items[i];

		if (e->side != side)
			continue;
		s.from_ns = e->t_ns < s.from_ns ? e->t_ns : s.from_ns;
		s.to_ns = event_end_ns(e) > s.to_ns ? event_end_ns(e) : s.to_ns;
	}
	/* A server has a connection once accept has given it. */
	if (side == SIDE_SERVER && c->ends[side].made && event_is_accept(c->ends[side].made))
		s.from_ns = event_end_ns(c->ends[side].made);
	return s;
}

static struct buf *begin_async(struct page *p, const char *phase, const struct conn *c, enum side side, uint64_t at_ns,
			       const char *name)
{
	uint64_t pid = p->tracks.of_process[c->ends[side].proc->index];
	struct buf *out = begin(p, phase, pid, pid);

	put_time(out, "ts", since_start(p, at_ns));
	buf_printf(out, ",\"id2\":{\"local\":\"%u\"}", c->id * 2 + (side == SIDE_SERVER));
	put_words(out, "cat", "connection");
	put_words(out, "name", name);
	return out;
}

static void put_end(struct page *p, const struct conn *c, enum side side, const char *name)
{
	static const char *const outcomes[] = {
		[CONN_OPEN] = "open",     [CONN_CLOSED] = "closed",   [CONN_REFUSED] = "refused",
		[CONN_FAILED] = "failed", [CONN_PENDING] = "pending", [CONN_NOT_ACCEPTED] = "not accepted",
	};
	const struct end *e = &c->ends[side];
	struct span span = span_of(c, side);
	uint64_t queued_ns = side == SIDE_CLIENT && e->made && e->made->kind == EVENT_CALL ? c->queued_ns : 0;
	struct buf *out;

	if (span.from_ns > span.to_ns)
		return;
	out = begin_async(p, "b", c, side, span.from_ns, name);
	buf_puts(out, ",\"args\":{\"side\":");
	buf_puts(out, side == SIDE_CLIENT ? "\"client\"" : "\"server\"");
	put_words(out, "outcome", outcomes[c->outcome]);
	put_words(out, "reset", c->reset ? reset_words(c->reset->why) : NULL);
	buf_printf(out, ",\"written\":%" PRIu64 ",\"read\":%" PRIu64 "}", e->written, e->read);
	end(p);
	if (queued_ns && event_end_ns(e->made) + queued_ns <= span.to_ns) {
		begin_async(p, "b", c, side, event_end_ns(e->made), "in the backlog");
		end(p);
		begin_async(p, "e", c, side, event_end_ns(e->made) + queued_ns, "in the backlog");
		end(p);
	}
	begin_async(p, "e", c, side, span.to_ns, name);
	end(p);
}

static void put_conn(struct page *p, const struct conn *c)
{
	const char *name = words_conn(p->trace->arena, c);

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		if (c->ends[side].proc)
			put_end(p, c, side, name);
}

static const char *write_perfetto(struct trace *t, const struct choice *choice, struct sink *to)
{
	struct page p = {.trace = t, .choice = choice, .to = to, .tracks = tracks_new(t)};

	buf_puts(&to->buf,
		 "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"written by\":\"socktrace " SOCKTRACE_VERSION "\"");
	put_words(&to->buf, "begins", words_clock(t->arena, t));
	buf_puts(&to->buf, "},\"traceEvents\":[\n");
	for (size_t i = 0; i < t->procs.count; i++)
		put_process(&p, t->procs.items[i]);
	for (size_t i = 0; i < t->conns.count; i++)
		if (choice_has_conn(choice, t->conns.items[i]))
			put_conn(&p, t->conns.items[i]);
	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];
		uint64_t tid;

		if (!choice_has(choice, e))
			continue;
		tid = thread_of(&p, e);
		if (e->kind == EVENT_CALL || e->kind == EVENT_PENDING)
			put_call(&p, e, tid);
		else
			put_mark(&p, e, tid);
		put_arrows(&p, e);
	}
	buf_puts(&to->buf, "\n]}\n");
	tracks_free(&p.tracks);
	return NULL;
}

const struct exporter export_perfetto = {.name = "perfetto", .ending = ".json", .write = write_perfetto};
