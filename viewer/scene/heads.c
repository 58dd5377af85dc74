/* heads: the lines above a timeline: when, who, which connections, what is not to be trusted. */
#include "viewer/scene/heads.h"

#include "viewer/base/escape.h"
#include "viewer/scene/words.h"

enum { LISTED = 8 };

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void write_title(struct ladder *l, const struct trace *t)
{
	const char *clock = words_clock(l->arena, t);
	const char *older = t->sessions > 1 ? arena_printf(l->arena, "; %zu earlier session%s left out (--all)",
							   t->sessions - 1, plural(t->sessions - 1))
					    : "";

	vec_push(&l->heads, arena_printf(l->arena, "%s%s%zu process%s, %zu connection%s%s", clock ? clock : "",
					 clock ? "  " : "", t->procs.count, t->procs.count == 1 ? "" : "es",
					 t->conns.count, plural(t->conns.count), older));
}

static void write_process(struct ladder *l, const struct process *p)
{
	vec_push(&l->heads, arena_printf(l->arena, "P%u  pid %u, %s:  %s", p->index, p->pid, words_ending(l->arena, p),
					 words_argv(l->arena, p)));
}

static const char *outcome_words(struct arena *a, const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT], *seen = client->proc ? client : &c->ends[SIDE_SERVER];

	switch (c->outcome) {
	case CONN_REFUSED:
		return "refused";
	case CONN_FAILED:
		return client->made && client->made->err ? escape_string(a, client->made->err) : "failed";
	case CONN_PENDING:
		return "connect never returned";
	case CONN_NOT_ACCEPTED:
		return "connected, never accepted";
	case CONN_OPEN:
	case CONN_CLOSED:
		break;
	}
	return arena_printf(a, "%llu B %s, %llu B %s%s", (unsigned long long)seen->written,
			    seen == client ? "there" : "out", (unsigned long long)seen->read,
			    seen == client ? "back" : "in", c->outcome == CONN_OPEN ? ", not closed" : "");
}

static void write_conn(struct ladder *l, const struct conn *c)
{
	const char *unseen = words_unseen(l->arena, c);

	vec_push(&l->heads, arena_printf(l->arena, "%s: %s", words_conn(l->arena, c), outcome_words(l->arena, c)));
	if (unseen)
		vec_push(&l->heads, arena_printf(l->arena, "    %s", unseen));
}

static void write_warnings(struct ladder *l, const struct trace *t)
{
	size_t told = t->warnings.count > LISTED ? LISTED : t->warnings.count;

	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];

		if (p->lost)
			vec_push(&l->warnings, arena_printf(l->arena, "P%u: %zu event%s could not be recorded",
							    p->index, p->lost, plural(p->lost)));
	}
	for (size_t i = 0; i < told; i++)
		vec_push(&l->warnings, escape_string(l->arena, t->warnings.items[i]));
	if (t->warnings.count > told)
		vec_push(&l->warnings,
			 arena_printf(l->arena, "and %zu more lines that could not be read", t->warnings.count - told));
}

static void write_processes(struct ladder *l, const struct trace *t, const struct choice *choice,
			    const struct drawn *drawn)
{
	size_t told = 0, more = 0;

	for (size_t i = 0; i < t->procs.count; i++) {
		if (!choice_is_all(choice) && !drawn->procs[t->procs.items[i]->index])
			continue;
		if (told++ < LISTED)
			write_process(l, t->procs.items[i]);
		else
			more++;
	}
	if (more)
		vec_push(&l->heads, arena_printf(l->arena, "    and %zu more process%s: socktrace tree lists all", more,
						 more == 1 ? "" : "es"));
}

static void write_conns(struct ladder *l, const struct trace *t, const struct drawn *drawn)
{
	size_t told = 0, more = 0;

	for (size_t i = 0; i < t->conns.count; i++) {
		if (!drawn->conns[t->conns.items[i]->id])
			continue;
		if (told++ < LISTED)
			write_conn(l, t->conns.items[i]);
		else
			more++;
	}
	if (more)
		vec_push(&l->heads, arena_printf(l->arena, "    and %zu more connection%s", more, plural(more)));
}

static void write_choice(struct ladder *l, const struct trace *t, const struct choice *choice,
			 const struct steps *steps)
{
	const char *what = choice_told(l->arena, choice);

	if (choice_is_all(choice))
		return;
	if (steps->found)
		vec_push(&l->heads,
			 arena_printf(l->arena, "Only %s: %zu of %zu steps", what, steps->found, steps->all));
	else
		vec_push(&l->warnings,
			 arena_printf(l->arena, "None of %zu steps in %s is left: only %s was asked for", steps->all,
				      words_duration(l->arena, t->end_ns - choice->zero_ns), what));
}

void heads_write(struct ladder *l, const struct trace *t, const struct choice *choice, const struct drawn *drawn,
		 const struct steps *steps)
{
	write_title(l, t);
	write_processes(l, t, choice, drawn);
	write_conns(l, t, drawn);
	write_choice(l, t, choice, steps);
	write_warnings(l, t);
}
