/* differences: differences put into words, with the lines of code that they come from. */
#include "viewer/compare/differences.h"

#include "viewer/base/escape.h"
#include "viewer/compare/making.h"
#include "viewer/model/site.h"

enum { CONTEXT = 1 };

struct difference *difference_add(struct comparison *c, enum difference_class class, const char *message)
{
	struct difference d = {.class = class, .message = message, .role = "", .end = -1};

	if (c->options.ignored[class])
		return NULL;
	d.counts = c->options.strict || (class != CLASS_CHUNKING && class != CLASS_TIMING);
	vec_push(&c->differences, d);
	return &c->differences.items[c->differences.count - 1];
}

/* Places */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void difference_site(struct comparison *c, struct difference_side *side, struct trace *t, const struct event *e)
{
	const struct site *site = e && e->pc ? site_find(t, e->proc, e->pc) : NULL;

	side->event = e;
	if (!site)
		return;
	side->function = escape_string(c->arena, site->function);
	side->file = site->file ? escape_string(c->arena, base_name(site->file)) : NULL;
	side->line = site->line;
	side->module = escape_string(c->arena, site->module);
	side->offset = site->offset;
}

static const char *place_words(struct comparison *c, struct trace *t, const struct event *e)
{
	struct difference_side side = {0};

	difference_site(c, &side, t, e);
	if (side.file && side.line)
		return arena_printf(c->arena, "%s:%d", side.file, side.line);
	return side.function ? arena_printf(c->arena, "%s()", side.function) : NULL;
}

static const char *either_place(struct comparison *c, const char *a, const char *b)
{
	if (!a || !b || strcmp(a, b) == 0)
		return a ? a : b;
	return arena_printf(c->arena, "%s  %s", a, b);
}

/* Steps */

static const char *step_words(struct comparison *c, const struct canon *canon, const struct canon_step *step,
			      const char *port)
{
	struct buf b = {0};
	const char *words;

	act_print(&b, canon->acts, act_of(canon, step), step->bytes, port);
	words = arena_copy(c->arena, b.bytes, b.len);
	buf_free(&b);
	return words;
}

static const struct canon_step *at(const struct canon *canon, const struct canon_row *row, size_t i)
{
	return row && i < row->count ? &canon->steps.items[row->first + i] : NULL;
}

static void push_line(struct difference *d, char sign, const char *text, const char *site)
{
	vec_push(&d->hunk, ((struct hunk_line){sign, text, site}));
}

void difference_row(struct comparison *c, struct difference *d, char sign, const struct canon *canon,
		    const struct canon_row *row, const char *port, size_t most)
{
	for (size_t i = 0; i < row->count && i < most; i++) {
		const struct canon_step *step = at(canon, row, i);

		push_line(d, sign, step_words(c, canon, step, port), place_words(c, canon->trace, step->event));
	}
	if (row->count > most)
		push_line(d, sign, arena_printf(c->arena, "... %zu more", row->count - most), NULL);
}

/* Steps of both rows that are the same, before or behind the edit. */
static void tell_context(struct comparison *c, struct difference *d, const struct found *f, size_t in_a, size_t in_b)
{
	const struct canon_step *a = at(c->a, f->a, in_a), *b = at(c->b, f->b, in_b);

	if (!a || !b || a->act != b->act)
		return;
	push_line(d, ' ', step_words(c, c->b, b, f->listener),
		  either_place(c, place_words(c, c->a->trace, a->event), place_words(c, c->b->trace, b->event)));
}

static void tell_hunk(struct comparison *c, struct difference *d, const struct edit *edit, const struct found *f)
{
	for (size_t i = CONTEXT; i > 0; i--)
		if (edit->at_a >= i && edit->at_b >= i)
			tell_context(c, d, f, edit->at_a - i, edit->at_b - i);
	if (edit->a)
		push_line(d, '-', d->a.step, place_words(c, c->a->trace, edit->a->event));
	if (edit->b)
		push_line(d, '+', d->b.step, place_words(c, c->b->trace, edit->b->event));
	for (size_t i = 0; i < CONTEXT; i++)
		tell_context(c, d, f, edit->at_a + !!edit->a + i, edit->at_b + !!edit->b + i);
}

/* Messages */

static const char *of_end(const struct edit *edit, const struct found *f)
{
	if (!f->in_a && !f->in_b)
		return f->listener ? "listener" : "socket";
	if (!(f->in_a ? f->in_a : f->in_b)->conn)
		return "process";
	return edit->side == SIDE_CLIENT ? "client" : "server";
}

static const char *only_a_words(enum verb verb)
{
	switch (verb) {
	case VERB_CLOSE:
		return "never closes the descriptor";
	case VERB_MAKER_CLOSE:
		return "keeps the connected descriptor open in the parent";
	case VERB_LISTENER_CLOSE:
		return "keeps the listening descriptor open in the child";
	case VERB_UNREAD:
		return "reads all bytes, where some were left unread";
	case VERB_STRAY:
		return "no longer uses a closed descriptor";
	case VERB_NOT_ACCEPTED:
		return "accepts the connection, which was never accepted";
	default:
		return NULL;
	}
}

static const char *only_b_words(const struct act *act)
{
	switch (act->verb) {
	case VERB_CLOSE:
		return "closes the descriptor, which was never closed";
	case VERB_MAKER_CLOSE:
		return "closes the connected descriptor in the parent, which was kept open";
	case VERB_LISTENER_CLOSE:
		return "closes the listening descriptor in the child, which was kept open";
	case VERB_UNREAD:
		return "leaves bytes unread";
	case VERB_STRAY:
		return act->call == CALL_close ? "closes the descriptor twice" : "uses the descriptor after closing it";
	case VERB_NOT_ACCEPTED:
		return "never accepts the connection";
	default:
		return NULL;
	}
}

static const char *message_of(struct comparison *c, const struct edits *e, const struct edit *edit,
			      const struct found *f, const struct difference *d)
{
	const struct act *act = edit_act(e, edit);
	const char *who = of_end(edit, f), *known = NULL;

	if (!edit->b)
		known = only_a_words(act->verb);
	else if (!edit->a)
		known = only_b_words(act);
	if (known)
		return arena_printf(c->arena, "the %s %s", who, known);
	if (!edit->b)
		return arena_printf(c->arena, "the %s lacks `%s`", who, d->a.step);
	if (!edit->a)
		return arena_printf(c->arena, "the %s has an extra `%s`", who, d->b.step);
	return arena_printf(c->arena, "the %s has `%s` instead of `%s`", who, d->b.step, d->a.step);
}

static const char *role_of(const struct found *f)
{
	const struct process *p = f->b && f->b->proc ? f->b->proc : f->a ? f->a->proc : NULL;
	static const char *const roles[] = {
		[ROLE_NONE] = "",       [ROLE_CLIENT] = "client", [ROLE_SERVER] = "server",
		[ROLE_PROXY] = "proxy", [ROLE_WORKER] = "worker", [ROLE_BOTH] = "client and server"};

	return p ? roles[p->role] : "";
}

static unsigned id_of(const struct canon_conn *c)
{
	return c && c->conn ? c->conn->id : 0;
}

/* Of a step that is not there: what stands before it. */
static void tell_side(struct comparison *c, struct difference_side *side, const struct canon *canon,
		      const struct canon_row *row, const struct canon_step *step, size_t index, const struct found *f)
{
	const struct canon_step *shown = step ? step : index ? at(canon, row, index - 1) : NULL;

	if (step)
		side->step = step_words(c, canon, step, f->listener);
	if (shown)
		difference_site(c, side, canon->trace, shown->event);
	if (!step)
		side->event = NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || text_equals(a, b);
}

static bool same_place(const struct difference_side *a, const struct difference_side *b)
{
	return a->line == b->line && same_text(a->file, b->file) && same_text(a->function, b->function) &&
	       (a->line || (same_text(a->module, b->module) && a->offset == b->offset)) && !a->step == !b->step;
}

static bool has_place(const struct difference_side *s)
{
	return s->line || s->offset || !s->step;
}

/* Where it is not known which call it was the steps must be the same. */
static bool is_alike(const struct difference *a, const struct difference *b)
{
	if (a->class != b->class || a->end != b->end || !same_text(a->listener, b->listener) ||
	    !same_place(&a->a, &b->a) || !same_place(&a->b, &b->b))
		return false;
	if (has_place(&a->a) && has_place(&a->b) && a->verb == b->verb)
		return true;
	return same_text(a->a.step, b->a.step) && same_text(a->b.step, b->b.step);
}

static struct difference *find_alike(struct comparison *c, const struct difference *d)
{
	for (size_t i = 0; i < c->differences.count; i++)
		if (is_alike(&c->differences.items[i], d))
			return &c->differences.items[i];
	return NULL;
}

void difference_of_edit(struct comparison *c, const struct edits *e, const struct edit *edit, const struct found *f)
{
	struct difference d = {
		.class = edit->class, .listener = f->listener, .end = f->in_a || f->in_b ? (int)edit->side : -1};
	struct difference *known;

	d.verb = edit_act(e, edit)->verb;
	d.role = role_of(f);
	tell_side(c, &d.a, c->a, f->a, edit->a, edit->at_a, f);
	tell_side(c, &d.b, c->b, f->b, edit->b, edit->at_b, f);
	known = find_alike(c, &d);
	if (known) {
		if (known->latest != f)
			known->times += f->times;
		known->latest = f;
		return;
	}
	known = difference_add(c, edit->class, message_of(c, e, edit, f, &d));
	if (!known)
		return;
	d.counts = known->counts;
	d.message = known->message;
	d.latest = f;
	d.times = f->times;
	d.of = f->of;
	d.a.conn = id_of(f->in_a);
	d.b.conn = id_of(f->in_b);
	*known = d;
	tell_hunk(c, known, edit, f);
}
