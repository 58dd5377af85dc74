/* outline_words: what a process and a descriptor say of themselves in the tree. */
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/scene/outline.h"
#include "viewer/scene/words.h"

enum { FACTS_MOST = 24 };

static void add_fact(struct arena *a, struct outline_node *node, struct outline_fact fact)
{
	if (!node->facts)
		node->facts = arena_alloc(a, FACTS_MOST * sizeof *node->facts);
	if (node->nfacts < FACTS_MOST)
		node->facts[node->nfacts++] = fact;
}

static void fact_text(struct arena *a, struct outline_node *node, const char *key, const char *text)
{
	if (text)
		add_fact(a, node, (struct outline_fact){FACT_TEXT, key, text, 0});
}

static void fact_number(struct arena *a, struct outline_node *node, const char *key, uint64_t number)
{
	add_fact(a, node, (struct outline_fact){FACT_NUMBER, key, NULL, number});
}

/* Processes */

static const char *start_of(const struct process *proc)
{
	if (proc->image_of)
		return "exec";
	if (!proc->parent)
		return "";
	return proc->fork ? event_call_name(proc->fork) : "fork";
}

void outline_process(struct trace *t, struct outline_node *node, const struct process *proc, unsigned open)
{
	struct arena *a = t->arena;
	const char *role = role_name(proc->role), *start = start_of(proc);
	bool left = open && proc->ending == END_EXIT;

	node->text = arena_printf(a, "%s%sP%u %s%s%s", start, *start ? ": " : "", proc->index, words_process(a, proc),
				  *role ? "  " : "", role);
	if (proc->threads > 1)
		node->text = arena_printf(a, "%s  %u threads", node->text, proc->threads);
	node->note = arena_printf(a, "%s%s: %s", words_ending(a, proc),
				  left ? arena_printf(a, " with %u open", open) : "", words_argv(a, proc));
	node->tone = TONE_STRONG;
	node->note_tone = proc->ending == END_SIGNAL || proc->ending == END_UNKNOWN ? TONE_BAD : TONE_DIM;
	fact_number(a, node, "process", proc->index);
	fact_number(a, node, "pid", proc->pid);
	fact_text(a, node, "name", proc->name);
	fact_text(a, node, "start", *start ? start : NULL);
	if (proc->image_of || proc->parent)
		fact_number(a, node, "parent", (proc->image_of ? proc->image_of : proc->parent)->index);
	fact_text(a, node, "role", *role ? role : NULL);
	fact_number(a, node, "threads", proc->threads);
	fact_text(a, node, "ending", words_ending(a, proc));
	fact_number(a, node, "open_at_end", open);
}

/* Descriptors */

static const char *state_words(struct arena *a, const struct descriptor *d)
{
	const struct sock *s = d->sock;

	if (s->listener)
		return arena_printf(a, " listening %s", words_address(a, s->local));
	if (s->conn)
		return arena_printf(a, " %s", words_conn(a, s->conn));
	return s->local ? arena_printf(a, " bound %s", words_address(a, s->local)) : " unconnected";
}

/* How a descriptor came to be: "fork", "accept", "dup2"... */
static const char *birth_of(struct arena *a, const struct descriptor *d)
{
	if (!d->born)
		return "inherited";
	if (d->born->kind != EVENT_INHERIT)
		return escape_string(a, event_call_name(d->born));
	return d->born->via ? escape_string(a, d->born->via) : "inherited";
}

static const char *birth_words(struct arena *a, const struct descriptor *d)
{
	const char *how = birth_of(a, d);

	if (d->from && d->from->proc != d->proc)
		return arena_printf(a, "from P%u's %d by %s", d->from->proc->index, d->from->fd, how);
	if (!d->born || d->born->kind == EVENT_INHERIT)
		return arena_printf(a, "it had it from the start (%s)", how);
	if (d->from && !event_is_accept(d->born))
		return arena_printf(a, "%s of %d", how, d->from->fd);
	return how;
}

static bool closes(const struct event *e)
{
	return event_is_close(e) || e->call == CALL_close_range || e->call == CALL_closefrom;
}

/* What took the descriptor. */
static const char *end_of(const struct descriptor *d)
{
	if (d->handed_on)
		return "handed on by exec";
	if (d->closed)
		return closes(d->closed) ? "closed" : d->closed->kind == EVENT_CALL ? "replaced" : "closed by exec";
	if (d->proc->ending == END_RUNNING)
		return "still open";
	if (d->proc->ending == END_EXIT)
		return "open at exit";
	if (d->proc->ending == END_LEFT)
		return "open in the program that came by exec";
	return d->proc->ending == END_SIGNAL || d->proc->ending == END_UNKNOWN ? "open when it died"
									       : "open at the end";
}

/* Whether nothing had the socket any more when this descriptor went. */
static bool was_last(const struct descriptor *d)
{
	return d->gone && d->sock->gone == d->gone && d->sock->open == 0;
}

static unsigned copies(const struct sock *s)
{
	unsigned count = 0;

	for (const struct descriptor *d = s->descriptors; d; d = d->next)
		count++;
	return count;
}

/* Of a connection's end, where it began: bytes that it moved by no recorded call. */
static const char *unseen_words(struct arena *a, const struct descriptor *d)
{
	const struct conn *c = d->sock->conn;
	const struct end *end = c ? &c->ends[c->ends[SIDE_SERVER].sock == d->sock ? SIDE_SERVER : SIDE_CLIENT] : NULL;
	bool began = !d->from || (d->born && event_is_accept(d->born));

	return began && end && (end->wrote_unseen || end->read_unseen) ? words_unseen(a, c) : NULL;
}

static void facts_of(struct trace *t, struct outline_node *node, const struct descriptor *d)
{
	struct arena *a = t->arena;

	fact_number(a, node, "fd", (uint64_t)d->fd);
	fact_number(a, node, "process", d->proc->index);
	fact_number(a, node, "sock", d->sock->cookie);
	fact_text(a, node, "family", d->sock->family);
	fact_text(a, node, "type", d->sock->type);
	if (d->sock->conn)
		fact_number(a, node, "conn", d->sock->conn->id);
	fact_text(a, node, "born_by", birth_of(a, d));
	if (d->born && d->born_ns >= t->start_ns)
		fact_number(a, node, "born_ns", d->born_ns - t->start_ns);
	if (d->from) {
		fact_number(a, node, "from_process", d->from->proc->index);
		fact_number(a, node, "from_fd", (uint64_t)d->from->fd);
	}
	fact_text(a, node, "end", end_of(d));
	if (d->gone_ns >= t->start_ns && d->gone_ns < UINT64_MAX)
		fact_number(a, node, "gone_ns", d->gone_ns - t->start_ns);
	add_fact(a, node, (struct outline_fact){FACT_TRUTH, "last_copy", NULL, was_last(d)});
}

void outline_descriptor(struct trace *t, struct outline_node *node, const struct descriptor *d)
{
	struct arena *a = t->arena;
	const char *unseen = unseen_words(a, d), *last = "";

	if (was_last(d) && (d->closed || copies(d->sock) > 1))
		last = ", the last copy";
	node->text = arena_printf(a, "%d  %s%s", d->fd, words_socket_kind(a, d->sock->family, d->sock->type),
				  state_words(a, d));
	node->note = arena_printf(a, "%s; %s%s%s%s", birth_words(a, d), end_of(d), last, unseen ? "; " : "",
				  unseen ? unseen : "");
	node->source = d->born && d->born->kind == EVENT_CALL ? words_site(t, d->born) : NULL;
	node->tone = d->sock->listener ? TONE_STRONG : d->sock->conn ? TONE_LINK : TONE_PLAIN;
	node->note_tone = d->closed ? TONE_DIM : TONE_WAIT;
	facts_of(t, node, d);
}
