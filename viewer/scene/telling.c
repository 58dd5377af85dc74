/* telling: steps into rows: causes and effects onto one row, phases into bands. */
#include <inttypes.h>
#include <string.h>

#include "viewer/scene/builder.h"
#include "viewer/scene/words.h"

enum { JOIN_BACK = 4 }; /* rows: how far up an effect looks for its cause's row */

static const char *const phase_titles[] = {
	[PHASE_START_SERVER] = "1 Start server", [PHASE_START_CLIENT] = "2 Start client",
	[PHASE_EXCHANGE] = "3 Exchange data",    [PHASE_DISCONNECT] = "4 Disconnect client",
	[PHASE_DROP] = "5 Drop client",
};

/* Of a process to itself or to the kernel, or a socketpair: it has no client and no server, so none of the lesson's phases. */
static bool is_inner(const struct conn *c)
{
	return c && (c->ends[SIDE_CLIENT].proc == c->ends[SIDE_SERVER].proc || c->kind == CONN_PAIR ||
		     c->kind == CONN_KERNEL);
}

static bool has_ended(const struct conn *c, uint64_t by_ns)
{
	return conn_ended_ns(c, SIDE_CLIENT) <= by_ns || conn_ended_ns(c, SIDE_SERVER) <= by_ns;
}

/* A wait for bytes begins in the exchange, even where what it brings in the end is the end. */
static unsigned own_phase(const struct step *s)
{
	const struct event *e = s->event;
	bool early = s->part == PART_CALL && e->conn && e->phase > PHASE_EXCHANGE && !has_ended(e->conn, e->t_ns);

	return early ? PHASE_EXCHANGE : e->phase;
}

/* A listener whose listen was not seen was listening before the trace began. */
static bool listens_already(const struct event *e)
{
	const struct sock *s = e->socket;

	if (s && s->serves)
		return s->bound && s->bound->t_ns < e->t_ns;
	return s && s->listener && (!s->listened || s->listened->t_ns < e->t_ns);
}

/* The first wait in accept ends "start server", and so does that of a server of datagrams, which takes them as they come. */
static bool awaits_anybody(const struct step *s)
{
	const struct event *e = s->event;

	return s->part == PART_CALL && (event_is_accept(e) || (e->conn && e->t_ns < e->conn->begun_ns));
}

static unsigned phase_of(const struct builder *b, const struct step *s)
{
	const struct event *e = s->event;
	unsigned own = own_phase(s);

	/* Later ones happen wherever they happen. */
	if (awaits_anybody(s))
		return b->phase ? b->phase : PHASE_START_SERVER;
	/* A server that has begun to listen has started, whatever it still does to its listener. */
	if (b->phase > PHASE_START_SERVER && e->phase == PHASE_START_SERVER && listens_already(e))
		return b->phase;
	/* What never returned had no effect. */
	if (e->kind == EVENT_PENDING && b->phase)
		return b->phase;
	if (is_inner(e->conn))
		return b->phase;
	/* A client may write before accept has returned: its connection's phases do not go back for that. */
	if (e->conn && e->conn->id == b->conn && own < b->phase)
		return b->phase;
	return own != PHASE_NONE ? own : b->phase;
}

static void enter_phase(struct builder *b, const struct step *s)
{
	unsigned phase = phase_of(b, s);
	bool is_own = s->event->conn && !is_inner(s->event->conn) && phase == own_phase(s);
	bool tells = is_own && phase > PHASE_START_SERVER;
	unsigned conn = tells ? s->event->conn->id : b->conn;
	bool other_conn = conn != b->conn && b->conn && phase > PHASE_START_SERVER;
	const char *title;

	if (phase == b->phase && !other_conn) {
		b->conn = conn;
		return;
	}
	b->phase = phase;
	b->conn = tells ? conn : 0;
	b->bands++;
	if (!b->ladder->bands)
		return;
	title = phase_titles[phase];
	builder_row(b, ROW_BAND)->text = b->conn ? arena_printf(b->ladder->arena, "%s  c%u", title, b->conn) : title;
}

/* Say who is speaking, where a lane passes from one process to the next. */
static void announce(struct builder *b, const struct step *s, unsigned lane)
{
	const struct lane *l = &b->ladder->lanes.items[lane];
	const struct process *p = s->event->proc;
	struct row *row;

	if (!l->relay || b->last_in_lane[lane] == p)
		return;
	b->last_in_lane[lane] = p;
	row = builder_row(b, ROW_NOTE);
	row->ncells = 1;
	row->cells[0] = (struct cell){
		.lane = lane,
		.strand = strands_of(&b->strands, s->event),
		.text = arena_printf(b->ladder->arena, "P%u %s", p->index, words_process(b->ladder->arena, p)),
		.tone = TONE_STRONG};
}

static const char *late_words(const struct builder *b, const struct step *s, bool joined)
{
	const struct event *e = s->event;
	struct arena *a = b->ladder->arena;

	if (e->unseen && s->part != PART_CALL)
		return e->unseen == e->ret ? "written unseen (stdio?)"
					   : arena_printf(a, "%u B written unseen (stdio?)", e->unseen);
	if (event_is_accept(e) && s->part != PART_CALL && e->conn && e->conn->queued_ns >= 1000000)
		return arena_printf(a, "waited in the backlog %s", words_duration(a, e->conn->queued_ns));
	if (e->conn && e->conn->reset && e->conn->reset->cause == e && e->conn->reset->unread)
		return arena_printf(a, "%" PRIu64 " B unread", e->conn->reset->unread);
	if (e->conn && e->conn->outcome == CONN_NOT_ACCEPTED && e->conn->ends[SIDE_CLIENT].made == e &&
	    s->part != PART_CALL)
		return "never accepted";
	if (e->conn && e->conn->reset && e->conn->reset->cause && e->conn->reset->cause == e->cause)
		return NULL; /* a reset was sent then, no end */
	if (!joined && event_is_read(e) && conn_cause_is_dated(e) && s->at_ns > e->cause->t_ns + WAIT_TOLD_NS)
		return arena_printf(a, "sent %s before", words_duration(a, s->at_ns - e->cause->t_ns));
	return NULL;
}

/* How often a call found nothing, in which time. */
static struct cell spinning(struct arena *a, struct cell cell, const struct step *s)
{
	const char *took = words_duration(a, s->until_ns - s->event->t_ns);

	cell.note = s->event->err ? arena_printf(a, "%s %u times in %s", s->event->err, s->times, took)
				  : arena_printf(a, "%u times in %s", s->times, took);
	cell.note_tone = TONE_WAIT;
	return cell;
}

static struct cell cell_of(struct builder *b, const struct step *s, unsigned lane, bool joined)
{
	const struct event *e = s->event;
	struct arena *a = b->ladder->arena;
	struct phrase p = phrase_event(b->trace, e, s->part);
	struct cell cell = {
		.lane = lane, .text = p.text, .note = p.note, .tone = p.tone, .note_tone = p.tone, .call = s->number};

	cell.strand = strands_of(&b->strands, e);
	cell.tag = builder_tag(b, e, lane);
	cell.source = words_site(b->trace, e);
	if (s->times > 1)
		return spinning(a, cell, s);
	if (cell.note && s->part == PART_WHOLE && e->dt_ns >= WAIT_TOLD_NS)
		cell.note = arena_printf(a, "%s, after %s", cell.note, words_duration(a, e->dt_ns));
	if (cell.note)
		return cell;
	cell.note_tone = TONE_WAIT;
	cell.note = late_words(b, s, joined);
	if (e->kind == EVENT_PENDING && e->abandoned)
		cell.note = "interrupted, did not return";
	else if (!cell.note && s->part == PART_WHOLE && e->dt_ns >= WAIT_TOLD_NS)
		cell.note = arena_printf(a, "blocked %s", words_duration(a, e->dt_ns));
	return cell;
}

/* Whether two events are two ends of one thing: connect and accept, write and read, close and EOF. */
static bool belong(const struct event *a, const struct event *b)
{
	return a->cause == b || b->cause == a;
}

/* Of a call that waits the row of its beginning sends nothing but bytes that were had before it returned. */
static bool sends_bytes(const struct row *row)
{
	return row->arrow.from != row->arrow.to && row->arrow.style == ARROW_SOLID;
}

/* The row of the cause, if nothing was told since in either of the two lanes. NULL: none. */
static struct row *row_to_join(struct builder *b, const struct step *s, unsigned lane)
{
	struct ladder *l = b->ladder;

	if (s->part == PART_CALL)
		return NULL;
	for (size_t back = 1; back <= JOIN_BACK && back <= l->rows.count; back++) {
		struct row *row = &l->rows.items[l->rows.count - back];
		const struct step *other = b->origins.items[l->rows.count - back].step;

		if (row->kind != ROW_STEP)
			return NULL;
		if (row->ncells == 1 && row->cells[0].lane != lane && (other->part != PART_CALL || sends_bytes(row)) &&
		    belong(other->event, s->event) && s->at_ns - other->at_ns < WAIT_TOLD_NS)
			return row;
		for (unsigned i = 0; i < row->ncells; i++)
			if (row->cells[i].lane == lane)
				return NULL;
		/* Further up only past rows of lanes that neither this step nor its cause is in. */
		if (s->event->cause && builder_lane(b, s->event->cause->proc) == row->cells[0].lane)
			return NULL;
	}
	return NULL;
}

/* An accept right after its thread's close is the loop of the lesson: it is told on the close's row. */
static bool goes_back(struct builder *b, const struct step *s)
{
	size_t last = b->ladder->rows.count - 1;
	struct row *row = b->ladder->rows.count ? &b->ladder->rows.items[last] : NULL;
	const struct event *before;

	if (!row || row->kind != ROW_STEP || row->ncells != 1 || s->part != PART_CALL || !event_is_accept(s->event))
		return false;
	before = b->origins.items[last].step->event;
	if (!event_is_close(before) || before->phase != PHASE_DROP || before->proc != s->event->proc ||
	    before->tid != s->event->tid)
		return false;
	row->cells[0].back = arena_printf(b->ladder->arena, "%s %d", event_call_name(s->event), s->event->fd);
	row->cells[0].back_call = s->number;
	builder_begin_wait(b, s->event, row->cells[0].lane, last);
	return true;
}

static bool asks_for_readiness(const struct event *e)
{
	return e->kind == EVENT_CALL && e->call < CALL_COUNT && call_table[e->call].result == RESULT_COUNT;
}

/* An event loop that asks again and again with the same answer is told once, with how often. */
static bool repeats(struct builder *b, const struct step *s)
{
	size_t last = b->ladder->rows.count - 1;
	struct row *row = b->ladder->rows.count ? &b->ladder->rows.items[last] : NULL;
	struct row_origin *origin = row ? &b->origins.items[last] : NULL;
	const struct event *e = s->event, *before = origin && origin->step ? origin->step->event : NULL;

	if (!before || row->ncells != 1 || s->part != PART_WHOLE || origin->step->part != PART_WHOLE || e->err ||
	    !asks_for_readiness(e))
		return false;
	if (before->call != e->call || before->ret != e->ret || before->fd != e->fd || before->tid != e->tid ||
	    before->proc != e->proc || before->err ||
	    strcmp(row->cells[0].text, phrase_event(b->trace, e, PART_WHOLE).text))
		return false;
	origin->times++;
	origin->blocked_ns += e->dt_ns;
	row->cells[0].note = arena_printf(b->ladder->arena, "%u times, %s in all", origin->times,
					  words_duration(b->ladder->arena, origin->blocked_ns));
	row->cells[0].note_tone = TONE_WAIT;
	row->at_ns = s->at_ns - b->zero_ns;
	row->since_ns += s->at_ns - b->last_ns;
	b->last_ns = s->at_ns;
	return true;
}

/* A row bears its own connection's mark, whatever the rows before it were about. */
static void mark(const struct builder *b, const struct step *s, struct row *row)
{
	const struct event *e = s->event;
	const struct conn *c = awaits_anybody(s) || is_inner(e->conn) ? NULL : e->conn;

	row->conn = c ? c->id : 0;
	if (!c && b->phase > PHASE_START_SERVER)
		row->phase = PHASE_NONE;
}

/* Where the other end is not drawn, or in the same lane, no arrow says what was moved. */
static void tell_payload(const struct builder *b, const struct step *s, struct row *row)
{
	const struct event *e = s->event;
	bool moved = (event_is_read(e) || event_is_write(e)) && e->kind == EVENT_CALL && s->part != PART_CALL;
	unsigned other;

	if (!moved || !e->conn || e->side == SIDE_NONE || row->cells[0].note)
		return;
	other = builder_end_lane(b, e->conn, other_side(e->side), e->t_ns);
	if (other != LANE_NONE && other != row->cells[0].lane)
		return;
	row->cells[0].note = words_payload(b->ladder->arena, e);
	row->cells[0].note_tone = TONE_DATA;
}

/* What the other end's kernel sent back at once. */
static void tell_answer(struct builder *b, const struct step *s, unsigned lane)
{
	struct row answer = {.kind = ROW_NOTE, .phase = b->phase, .conn = b->conn};

	if (arrows_answer(b, s, &answer, lane))
		*builder_row(b, ROW_NOTE) = answer;
}

static void tell_remarks(struct builder *b, const struct step *s, unsigned lane)
{
	for (size_t i = 0; i < b->options->nremarks; i++) {
		const struct remark *r = &b->options->remarks[i];
		struct row *row;

		if (r->event != s->event || (s->part == PART_CALL && s->event->kind == EVENT_CALL))
			continue;
		row = builder_row(b, ROW_NOTE);
		row->ncells = 1;
		row->cells[0] = (struct cell){.lane = lane,
					      .strand = strands_of(&b->strands, s->event),
					      .text = r->text,
					      .note = r->note,
					      .tone = r->tone,
					      .note_tone = r->tone,
					      .call = s->number};
	}
}

static void tell_new_row(struct builder *b, const struct step *s, unsigned lane)
{
	struct row *row;

	enter_phase(b, s);
	announce(b, s, lane);
	row = builder_row(b, ROW_STEP);
	mark(b, s, row);
	row->at_ns = s->at_ns - b->zero_ns;
	row->since_ns = b->told++ ? s->at_ns - b->last_ns : row->at_ns;
	b->last_ns = s->at_ns;
	row->cells[row->ncells++] = cell_of(b, s, lane, false);
	b->origins.items[b->ladder->rows.count - 1] =
		(struct row_origin){.step = s, .times = 1, .blocked_ns = s->event->dt_ns};
	arrows_outgoing(b, s, row, lane);
	arrows_incoming(b, s, row, lane);
	tell_payload(b, s, row);
}

static void join(struct builder *b, const struct step *s, struct row *row, unsigned lane)
{
	row->cells[row->ncells++] = cell_of(b, s, lane, true);
	/* A worker reads what was written to its server: the arrow ends where the bytes were taken. */
	if (row->arrow.from != row->arrow.to && row->arrow.from != lane)
		row->arrow.to = lane;
}

void builder_tell(struct builder *b, const struct step *s)
{
	unsigned lane = builder_lane(b, s->event->proc);
	struct row *row;
	size_t index;

	if (s->event->kind == EVENT_EXIT)
		b->exited[s->event->proc->index] = true;
	if (lane == LANE_NONE || goes_back(b, s) || repeats(b, s))
		return;
	row = row_to_join(b, s, lane);
	if (row)
		join(b, s, row, lane);
	else
		tell_new_row(b, s, lane);
	index = row ? (size_t)(row - b->ladder->rows.items) : b->ladder->rows.count - 1;
	if (s->part == PART_CALL)
		builder_begin_wait(b, s->event, lane, index);
	else if (s->part == PART_RETURN)
		builder_end_wait(b, s->event, index);
	tell_answer(b, s, lane);
	tell_remarks(b, s, lane);
}
