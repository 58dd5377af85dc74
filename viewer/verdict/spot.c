/* spot: where a finding is: in the source, in the trace, in time. */
#include "viewer/verdict/spot.h"

#include "viewer/base/escape.h"
#include "viewer/check/source.h"
#include "viewer/scene/phrase.h"
#include "viewer/scene/words.h"

static const char *who(const struct verdict *v, const struct finding *f)
{
	struct arena *a = v->trace->arena;
	const struct process *p = f->at->proc;
	double at_s = f->at->t_ns > v->zero_ns ? (double)(f->at->t_ns - v->zero_ns) / 1e9 : 0;
	const char *thread = f->at->tid != p->pid ? arena_printf(a, " thread %u", f->at->tid) : "";
	const char *conn = f->conn ? arena_printf(a, " c%u", f->conn->id) : "";
	const char *times = f->times > 1 ? arena_printf(a, ", %u times", f->times) : "";

	return arena_printf(a, "P%u%s%s, %.3f s%s", p->index, thread, conn, at_s, times);
}

/* In a source a backslash is itself, and blanks are blanks. */
static const char *plain_source(struct arena *a, const char *source)
{
	char *text = source ? arena_string(a, source) : NULL, *to;

	for (char *c = text; c && *c; c++)
		if (*c == '\t')
			*c = ' ';
	text = to = (char *)escape_string(a, text);
	for (const char *from = text; from && *from; from++) {
		from += from[0] == '\\' && from[1] == '\\';
		*to++ = *from;
	}
	if (to)
		*to = '\0';
	return text;
}

struct spot spot_of(const struct verdict *v, const struct finding *f)
{
	struct trace *t = v->trace;
	struct phrase phrase = phrase_event(t, f->at, PART_WHOLE);

	return (struct spot){
		.site = words_site(t, f->at),
		.source = plain_source(t->arena, source_of_event(t, f->at, 0)),
		.call = phrase.text,
		.who = who(v, f),
	};
}
