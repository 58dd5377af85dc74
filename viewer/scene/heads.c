/* heads: the lines above a timeline: when, who, which connections, what is not to be trusted. */
#include "viewer/scene/heads.h"

#include <inttypes.h>

#include "viewer/base/buf.h"
#include "viewer/base/escape.h"
#include "viewer/scene/words.h"

enum { LISTED = 8, ENDINGS = 3 };

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* " on 2 machines": boots, rather. Processes stand in the order of theirs. */
static const char *machines_words(const struct trace *t)
{
	size_t machines = 0;

	for (size_t i = 0; i < t->procs.count; i++)
		machines += !i || t->procs.items[i]->boot != t->procs.items[i - 1]->boot;
	return machines > 1 ? arena_printf(t->arena, " on %zu machines", machines) : "";
}

static void write_title(struct preface *out, struct trace *t)
{
	const char *clock = words_clock(t->arena, t);
	const char *older = t->sessions > 1 ? arena_printf(t->arena, "; %zu earlier session%s left out (--all)",
							   t->sessions - 1, plural(t->sessions - 1))
					    : "";

	vec_push(&out->lines, arena_printf(t->arena, "%s%s%zu process%s%s, %zu connection%s%s", clock ? clock : "",
					   clock ? "  " : "", t->procs.count, t->procs.count == 1 ? "" : "es",
					   machines_words(t), t->conns.count, plural(t->conns.count), older));
}

static void write_process(struct preface *out, struct trace *t, const struct process *p)
{
	vec_push(&out->lines, arena_printf(t->arena, "P%u  pid %u, %s:  %s", p->index, p->pid,
					   words_ending(t->arena, p), words_argv(t->arena, p)));
}

static const char *bytes_words(struct arena *a, const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT], *seen = client->proc ? client : &c->ends[SIDE_SERVER];

	return arena_printf(a, "%" PRIu64 " B %s, %" PRIu64 " B %s%s", seen->written, seen == client ? "there" : "out",
			    seen->read, seen == client ? "back" : "in", c->outcome == CONN_OPEN ? ", not closed" : "");
}

static const char *outcome_words(struct arena *a, const struct conn *c)
{
	const struct event *connect = c->ends[SIDE_CLIENT].made;

	switch (c->outcome) {
	case CONN_REFUSED:
		return "refused";
	case CONN_FAILED:
		return connect && connect->err && !event_is_under_way(connect) ? escape_string(a, connect->err) : "failed";
	case CONN_PENDING:
		return words_unanswered(c);
	case CONN_NOT_ACCEPTED:
		return "connected, never accepted";
	case CONN_OPEN:
	case CONN_CLOSED:
		break;
	}
	if (c->one_sided == ONE_PERHAPS_ACCEPTED)
		return "connected, not known whether it was accepted";
	return bytes_words(a, c);
}

static void write_conn(struct preface *out, struct trace *t, const struct conn *c)
{
	const char *unseen = words_unseen(t->arena, c);

	vec_push(&out->lines, arena_printf(t->arena, "%s: %s", words_conn(t->arena, c), outcome_words(t->arena, c)));
	if (c->one_sided == ONE_NOT_SENT_TO)
		vec_push(&out->lines, arena_printf(t->arena, "    %s", one_sided_words(c->one_sided)));
	if (c->kind == CONN_DATAGRAM && c->undecided && conn_reached(c))
		vec_push(&out->lines, "    not known which datagrams of those received there are its own");
	if (unseen)
		vec_push(&out->lines, arena_printf(t->arena, "    %s", unseen));
	if (c->reset)
		vec_push(&out->lines, arena_printf(t->arena, "    reset (inferred): %s", reset_words(c->reset->why)));
	if (c->on_behalf_of)
		vec_push(&out->lines, arena_printf(t->arena, "    opened while P%u was serving c%u (inferred)",
						   c->ends[SIDE_CLIENT].proc->index, c->on_behalf_of->id));
}

static void write_warnings(struct preface *out, struct trace *t)
{
	size_t told = t->warnings.count > LISTED ? LISTED : t->warnings.count;

	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];

		if (p->lost)
			vec_push(&out->warnings, arena_printf(t->arena, "P%u: %zu event%s could not be recorded",
							      p->index, p->lost, plural(p->lost)));
	}
	for (size_t i = 0; i < told; i++)
		vec_push(&out->warnings, escape_string(t->arena, t->warnings.items[i]));
	if (t->warnings.count > told)
		vec_push(&out->warnings,
			 arena_printf(t->arena, "and %zu more lines that could not be read", t->warnings.count - told));
}

static void write_skews(struct preface *out, struct trace *t)
{
	for (size_t i = 0; i < t->skews.count && i < LISTED; i++) {
		const struct skew *s = &t->skews.items[i];
		const struct process *cause = s->cause->proc, *effect = s->effect->proc;

		vec_push(&out->warnings,
			 arena_printf(
				 t->arena,
				 "the clocks of %s and %s differ by %s or more: P%u's %s seems to come before P%u's %s",
				 escape_string(t->arena, cause->host), escape_string(t->arena, effect->host),
				 words_duration(t->arena, s->by_ns), effect->index,
				 escape_string(t->arena, event_call_name(s->effect)), cause->index,
				 escape_string(t->arena, event_call_name(s->cause))));
	}
}

static void write_processes(struct preface *out, struct trace *t, const struct choice *choice,
			    const struct drawn *drawn)
{
	size_t told = 0, more = 0;

	for (size_t i = 0; i < t->procs.count; i++) {
		if (!choice_is_all(choice) && !drawn->procs[t->procs.items[i]->index])
			continue;
		if (told++ < LISTED)
			write_process(out, t, t->procs.items[i]);
		else
			more++;
	}
	if (more)
		vec_push(&out->lines, arena_printf(t->arena, "    and %zu more process%s: socktrace tree lists all",
						   more, more == 1 ? "" : "es"));
}

static void write_conns(struct preface *out, struct trace *t, const struct drawn *drawn)
{
	size_t told = 0, more = 0;

	for (size_t i = 0; i < t->conns.count; i++) {
		if (!drawn->conns[t->conns.items[i]->id])
			continue;
		if (told++ < LISTED)
			write_conn(out, t, t->conns.items[i]);
		else
			more++;
	}
	if (more)
		vec_push(&out->lines, arena_printf(t->arena, "    and %zu more connection%s", more, plural(more)));
}

static void write_choice(struct preface *out, struct trace *t, const struct choice *choice, size_t found, size_t all)
{
	const char *what = choice_told(t->arena, choice);

	if (choice_is_all(choice))
		return;
	if (found)
		vec_push(&out->lines, arena_printf(t->arena, "Only %s: %zu of %zu steps", what, found, all));
	else
		vec_push(&out->warnings,
			 arena_printf(t->arena, "None of %zu steps in %s is left: only %s was asked for", all,
				      words_duration(t->arena, t->end_ns - choice->zero_ns), what));
}

/* Of many processes those that did not end well. */
static void write_bad_endings(struct preface *out, struct trace *t)
{
	struct buf words = {0};
	size_t bad = 0;

	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];

		if (p->ending != END_SIGNAL && (p->ending != END_EXIT || !p->end_status))
			continue;
		if (bad++ < ENDINGS)
			buf_printf(&words, "%sP%u %s", bad > 1 ? ", " : "", p->index, words_ending(t->arena, p));
	}
	if (bad)
		vec_push(&out->warnings, arena_printf(t->arena, "%zu process%s did not end well: %s%s", bad,
						      bad == 1 ? "" : "es", words.bytes, bad > ENDINGS ? "..." : ""));
	buf_free(&words);
}

void heads_ladder(struct preface *out, struct trace *t, const struct choice *choice, const struct drawn *drawn,
		  const struct steps *steps)
{
	write_title(out, t);
	write_processes(out, t, choice, drawn);
	write_conns(out, t, drawn);
	write_choice(out, t, choice, steps->found, steps->all);
	write_skews(out, t);
	write_warnings(out, t);
}

void heads_overview(struct preface *out, struct trace *t, const struct choice *choice)
{
	struct steps steps = {.most = 0};

	steps_find(&steps, t, choice);
	write_title(out, t);
	write_choice(out, t, choice, steps.found, steps.all);
	write_bad_endings(out, t);
	write_skews(out, t);
	write_warnings(out, t);
}
