/* phrase: a call as one line of words. */
#include "viewer/scene/phrase.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/scene/voice.h"
#include "viewer/scene/words.h"

static const char *prefix(enum part part)
{
	static const char *const prefixes[] = {[PART_WHOLE] = "", [PART_CALL] = "call ", [PART_RETURN] = "ret "};

	return prefixes[part];
}

static bool is_plain_wait(const struct event *e)
{
	return e->err &&
	       (strcmp(e->err, "EAGAIN") == 0 || strcmp(e->err, "EINPROGRESS") == 0 || strcmp(e->err, "EINTR") == 0);
}

/* The function that the program called, of a call that libc made for it. */
static void put_origin(struct telling *s)
{
	const char *from = event_libc_for(s->e);

	if (!from || !*from)
		return;
	escape_bytes(s->out, from, strlen(from));
	buf_puts(s->out, ": ");
}

/* Nobody listens there: any more. */
static const char *words_missed(struct arena *a, const struct event *e)
{
	const struct sock *s = e->conn && event_connects(e) ? e->conn->missed : NULL;

	if (!s)
		return NULL;
	return arena_printf(a, s->closed ? "P%u listens no more" : "server P%u had ended", s->gone->proc->index);
}

static struct phrase phrase_call(struct trace *t, const struct event *e, enum part part)
{
	struct buf b = {0};
	struct telling s = {t, e, &b};
	const struct voice *voice = voice_of(e);
	struct phrase p = {.tone = voice->tone};

	buf_puts(&b, prefix(part));
	put_origin(&s);
	escape_bytes(&b, event_call_name(e), strlen(event_call_name(e)));
	if (e->fd >= 0 && !(part == PART_RETURN && event_is_accept(e)))
		buf_printf(&b, " %d", e->fd);
	/* Where a request went is said by its arrow and above the picture. */
	if (voice->asked && part != PART_RETURN &&
	    !(part == PART_CALL && e->call == CALL_connect && e->kind == EVENT_CALL))
		voice->asked(&s);
	if (voice->got && part != PART_CALL && e->kind == EVENT_CALL && !e->err)
		voice->got(&s);
	p.text = arena_copy(t->arena, b.bytes, b.len);
	buf_free(&b);
	if (e->err && part != PART_CALL) {
		const char *missed = words_missed(t->arena, e), *name = escape_string(t->arena, e->err);
		const char *meaning = missed ? missed : words_error(e->call, e->err);

		p.note = meaning ? arena_printf(t->arena, "%s: %s", name, meaning) : name;
		p.tone = is_plain_wait(e) ? TONE_DIM : TONE_BAD;
	} else if (e->call < CALL_COUNT && call_table[e->call].flags & CALL_PROC) {
		p.note = words_untraced(e);
	}
	return p;
}

static const char *open_descriptors(struct trace *t, const struct process *proc)
{
	struct buf b = {0};
	const char *words = NULL;

	for (size_t i = 0; i < t->descriptors.count; i++) {
		const struct descriptor *d = t->descriptors.items[i];

		if (d->proc != proc || d->closed)
			continue;
		buf_printf(&b, "%s %d", b.len ? "," : "still open:", d->fd);
		if (d->sock->conn && !d->sock->listener)
			buf_printf(&b, " (c%u)", d->sock->conn->id);
	}
	if (b.len)
		words = arena_copy(t->arena, b.bytes, b.len);
	buf_free(&b);
	return words;
}

static const char *inherited_words(struct trace *t, const struct event *e)
{
	const struct sock *s = e->socket;
	const char *via = e->via ? e->via : "its parent";
	const char *state = s && s->listener ? "listening " : "";
	const char *where = e->peer    ? words_address(t->arena, e->peer)
			    : e->local ? words_address(t->arena, e->local)
				       : "";

	return arena_printf(t->arena, "has %d %s%s  by %s", e->fd, state, where, escape_string(t->arena, via));
}

struct phrase phrase_event(struct trace *t, const struct event *e, enum part part)
{
	switch (e->kind) {
	case EVENT_CALL:
	case EVENT_PENDING:
		return phrase_call(t, e, part);
	case EVENT_EXIT:
		return (struct phrase){arena_printf(t->arena, "exit %" PRId64, e->ret), open_descriptors(t, e->proc),
				       e->ret ? TONE_BAD : TONE_STRONG};
	case EVENT_INHERIT:
		return (struct phrase){inherited_words(t, e), NULL, TONE_DIM};
	case EVENT_LOST:
		break;
	}
	return (struct phrase){arena_printf(t->arena, "%" PRId64 " events lost", e->ret), NULL, TONE_BAD};
}
