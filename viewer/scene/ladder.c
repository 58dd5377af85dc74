/* ladder: build the client/server timeline: lanes, the rows of all steps, what became of each process. */
#include "viewer/scene/ladder.h"

#include <string.h>

#include "viewer/scene/builder.h"
#include "viewer/scene/heads.h"
#include "viewer/scene/scale.h"
#include "viewer/scene/words.h"

enum { BANDS_FEW = 12 }; /* so many bands are fine in any timeline; more must be no more than a third of it */

unsigned builder_lane(const struct builder *b, const struct process *p)
{
	return p ? b->plan.of_process[p->index] : LANE_NONE;
}

/* Who accepted a connection had it before the child that it was handed to. */
static const struct process *holder(const struct end *end, uint64_t at_ns)
{
	bool handed_on = end->proc && end->proc->start_ns > at_ns && end->made && event_is_accept(end->made);

	return handed_on ? end->made->proc : end->proc;
}

unsigned builder_end_lane(const struct builder *b, const struct conn *c, enum side side, uint64_t at_ns)
{
	const struct process *p = holder(&c->ends[side], at_ns);

	if (p)
		return builder_lane(b, p);
	if (side == SIDE_SERVER && conn_reached(c))
		return builder_lane(b, conn_reached(c));
	return b->plan.unseen[side];
}

struct row *builder_row(struct builder *b, enum row_kind kind)
{
	struct row row = {.kind = kind, .phase = b->phase, .conn = b->conn};
	struct row_origin origin = {.step = NULL};

	vec_push(&b->ladder->rows, row);
	vec_push(&b->origins, origin);
	return &b->ladder->rows.items[b->ladder->rows.count - 1];
}

const char *builder_tag(struct builder *b, const struct event *e, unsigned lane)
{
	struct arena *a = b->ladder->arena;
	bool shared = b->ladder->lanes.items[lane].shared;

	if (e->proc->threads < 2)
		return shared ? arena_printf(a, "P%u", e->proc->index) : NULL;
	return arena_printf(a, shared ? "P%2$u t%1$u" : "t%u", threads_number(&b->threads, e), e->proc->index);
}

/* The first level that no wait under way in the lane has; the last for all others. */
static unsigned take_level(struct builder *b, unsigned lane)
{
	unsigned level = ~b->levels[lane] ? (unsigned)__builtin_ctzll(~b->levels[lane]) : 63;

	b->levels[lane] |= 1ULL << level;
	if (level + 1 > b->ladder->lanes.items[lane].levels)
		b->ladder->lanes.items[lane].levels = level + 1;
	return level;
}

void builder_begin_wait(struct builder *b, const struct event *e, unsigned lane, size_t row)
{
	struct wait wait = {.lane = lane, .from = row, .to = row, .open = true};

	if (b->ladder->lanes.items[lane].strands)
		wait.strand = strands_of(&b->strands, e);
	else
		wait.level = take_level(b, lane);
	vec_push(&b->ladder->waits, wait);
	vec_push(&b->wait_events, e);
}

void builder_end_wait(struct builder *b, const struct event *e, size_t row)
{
	for (size_t i = b->wait_events.count; i-- > 0;) {
		struct wait *wait = &b->ladder->waits.items[i];
		const char *tag;

		if (b->wait_events.items[i] != e)
			continue;
		wait->to = row;
		wait->open = false;
		if (!b->ladder->lanes.items[wait->lane].strands)
			b->levels[wait->lane] &= ~(1ULL << wait->level);
		if (e->dt_ns < WAIT_TOLD_NS)
			return;
		tag = builder_tag(b, e, wait->lane);
		wait->brief = arena_printf(b->ladder->arena, "%s%s%s", tag ? tag : "", tag ? " " : "",
					   words_duration(b->ladder->arena, e->dt_ns));
		wait->text = arena_printf(b->ladder->arena, "%s%sblocked %s", tag ? tag : "", tag ? " " : "",
					  words_duration(b->ladder->arena, e->dt_ns));
		return;
	}
}

static const struct event *pending_of(const struct builder *b, const struct process *p)
{
	for (size_t i = b->wait_events.count; i-- > 0;)
		if (b->ladder->waits.items[i].open && b->wait_events.items[i]->proc == p &&
		    b->wait_events.items[i]->kind == EVENT_PENDING)
			return b->wait_events.items[i];
	return NULL;
}

/* A write to a connection whose other end is gone raises SIGPIPE, and that kills who does not handle it. */
static bool died_of_sigpipe(const struct process *p, const struct event *pending)
{
	const struct sock *other;

	if (p->ending != END_UNKNOWN || !event_is_write(pending) || !pending->conn || pending->side == SIDE_NONE)
		return false;
	other = pending->conn->ends[other_side(pending->side)].sock;
	return other && other->gone && other->gone->t_ns < pending->t_ns;
}

/* An exec that is said to go untraced never returns: the process is another program since. */
static bool went_untraced(const struct event *pending)
{
	return event_is_exec(pending) && words_untraced(pending);
}

/* What a process is in the middle of, or was when it died. */
static void tell_pending(const struct builder *b, const struct process *p, const struct event *pending,
			 struct cell *cell)
{
	struct arena *a = b->ladder->arena;
	const char *call = phrase_event(b->trace, pending, PART_WHOLE).text;
	const char *past = event_is_write(pending) ? "was in" : "was waiting in", *now = "still waiting in";

	if (went_untraced(pending)) {
		past = "went untraced in";
		now = "runs untraced since";
	}
	cell->source = words_site(b->trace, pending);
	if (p->ending == END_RUNNING) {
		cell->text = arena_printf(a, "%s %s", now, call);
		return;
	}
	cell->text = arena_printf(a, "%s %s", past, call);
	cell->note = died_of_sigpipe(p, pending) ? "killed by SIGPIPE? the other end is closed" : words_ending(a, p);
}

/* Where only some steps were asked for, an end that went as it should is none of them. */
static bool is_worth_telling(const struct builder *b, const struct process *p)
{
	bool well = p->ending == END_RUNNING || (p->ending == END_EXIT && !p->end_status);

	return choice_is_all(b->options->choice) || (!well && choice_has_time(b->options->choice, p->last_ns));
}

/* Once, at the latest after the last step: what a process that did not say goodbye is doing, or died in. */
static void tell_ending(struct builder *b, const struct process *p)
{
	unsigned lane = builder_lane(b, p);
	const struct event *pending = pending_of(b, p);
	struct arena *a = b->ladder->arena;
	bool alive = p->ending == END_RUNNING;
	struct row *row;

	if (lane == LANE_NONE || p->ending == END_EXEC || p->ending == END_LEFT || (b->exited[p->index] && !pending))
		return;
	if (b->told_ending[p->index] || (!pending && !is_worth_telling(b, p)))
		return;
	b->told_ending[p->index] = true;
	row = builder_row(b, ROW_NOTE);
	row->ncells = 1;
	row->cells[0] = (struct cell){.lane = lane,
				      .strand = strands_of_process(&b->strands, p),
				      .tone = alive || p->ending == END_EXIT ? TONE_WAIT : TONE_BAD,
				      .text = words_ending(a, p),
				      .tag = pending                               ? builder_tag(b, pending, lane)
					     : b->ladder->lanes.items[lane].shared ? arena_printf(a, "P%u", p->index)
										   : NULL};
	row->cells[0].note_tone = row->cells[0].tone;
	if (pending) {
		row->cells[0].strand = strands_of(&b->strands, pending);
		tell_pending(b, p, pending, &row->cells[0]);
	}
}

static void reach(size_t *first_row, size_t *last_row, size_t row)
{
	if (*first_row > row)
		*first_row = row;
	if (*last_row < row)
		*last_row = row;
}

/* A row is part of the life of a lane, and of one of its strands. */
static void live(struct lane *lane, unsigned strand, size_t row)
{
	reach(&lane->first_row, &lane->last_row, row);
	if (lane->strands)
		reach(&lane->strand[strand].first_row, &lane->strand[strand].last_row, row);
}

static void close_lanes(struct builder *b)
{
	struct ladder *l = b->ladder;

	for (size_t i = 0; i < l->lanes.count; i++) {
		l->lanes.items[i].first_row = l->rows.count;
		for (unsigned s = 0; s < l->lanes.items[i].strands; s++)
			l->lanes.items[i].strand[s].first_row = l->rows.count;
	}
	for (size_t r = 0; r < l->rows.count; r++)
		for (unsigned c = 0; c < l->rows.items[r].ncells; c++) {
			const struct cell *cell = &l->rows.items[r].cells[c];

			live(&l->lanes.items[cell->lane], cell->strand, r);
		}
	for (size_t i = 0; i < l->waits.count; i++) {
		struct wait *w = &l->waits.items[i];
		struct lane *lane = &l->lanes.items[w->lane];

		live(lane, w->strand, w->from);
		if (w->open)
			w->to = lane->strands ? lane->strand[w->strand].last_row : lane->last_row;
	}
}

/* A step in which nothing is written in the lane and that no arrow crosses it in. */
static bool has_room(const struct row *row, unsigned lane)
{
	unsigned low = row->arrow.from < row->arrow.to ? row->arrow.from : row->arrow.to;
	unsigned high = row->arrow.from < row->arrow.to ? row->arrow.to : row->arrow.from;

	for (unsigned i = 0; i < row->ncells; i++)
		if (row->cells[i].lane == lane)
			return false;
	return row->kind == ROW_STEP && !(low < lane && lane < high);
}

/* Where each wait can say how long it took: one in each row of a lane. */
static void place_durations(struct ladder *l)
{
	uint64_t *taken = arena_alloc(l->arena, (l->rows.count + 1) * sizeof *taken);

	for (size_t i = 0; i < l->waits.count; i++) {
		struct wait *w = &l->waits.items[i];
		uint64_t lane = UINT64_C(1) << (w->lane & 63);

		for (size_t r = w->from + 1; w->text && r < w->to && !w->told; r++)
			if (!(taken[r] & lane) && has_room(&l->rows.items[r], w->lane))
				w->told = r;
		taken[w->told] |= lane;
	}
}

/* What had begun before the time from which on steps are told is under way in the first row. */
static void begin_waits(struct builder *b)
{
	for (size_t i = 0; i < b->steps.list.count; i++) {
		const struct step *s = &b->steps.list.items[i];

		if (s->part == PART_RETURN && s->event->t_ns < b->options->choice->from_ns)
			builder_begin_wait(b, s->event, builder_lane(b, s->event->proc), 0);
	}
}

/* A client that is refused is what tells first that its server is dead. */
static void tell_found_dead(struct builder *b, const struct event *connect)
{
	const struct sock *missed = connect->conn && event_connects(connect) ? connect->conn->missed : NULL;
	const struct process *p = missed && !missed->closed ? missed->gone->proc : NULL;

	if (p && (p->ending == END_UNKNOWN || p->ending == END_SIGNAL) && p->last_ns < connect->t_ns)
		tell_ending(b, p);
}

static void tell_all(struct builder *b)
{
	begin_waits(b);
	for (size_t i = 0; i < b->steps.list.count; i++) {
		tell_found_dead(b, b->steps.list.items[i].event);
		builder_tell(b, &b->steps.list.items[i]);
	}
	for (size_t i = 0; i < b->trace->procs.count; i++)
		tell_ending(b, b->trace->procs.items[i]);
}

static void forget(struct builder *b)
{
	b->ladder->rows.count = b->ladder->waits.count = b->origins.count = b->wait_events.count = 0;
	b->phase = b->conn = 0;
	b->told = 0;
	memset(b->last_in_lane, 0, (b->ladder->lanes.count + 1) * sizeof *b->last_in_lane);
	memset(b->levels, 0, (b->ladder->lanes.count + 1) * sizeof *b->levels);
	memset(b->told_ending, 0, (b->trace->procs.count + 1) * sizeof *b->told_ending);
}

/* Without a choice also who did nothing that is told. */
static struct drawn find_drawn(const struct builder *b)
{
	const struct trace *t = b->trace;
	struct arena *a = b->ladder->arena;
	bool all = choice_is_all(b->options->choice);
	struct drawn drawn = {arena_alloc(a, (t->procs.count + 1) * sizeof(bool)),
			      arena_alloc(a, (t->conns.count + 1) * sizeof(bool))};

	for (size_t i = 0; i < b->steps.list.count; i++) {
		const struct event *e = b->steps.list.items[i].event;

		drawn.procs[e->proc->index] = true;
		if (e->conn)
			drawn.conns[e->conn->id] = true;
	}
	for (size_t i = 0; all && i < t->conns.count; i++)
		drawn.conns[t->conns.items[i]->id] = true;
	return drawn;
}

static unsigned strands_most(const struct ladder *l, const struct ladder_options *options)
{
	unsigned traced = 0;

	for (size_t i = 0; i < l->lanes.count; i++)
		traced += l->lanes.items[i].traced;
	return traced > 2 ? options->strands_of_many : options->strands;
}

static void plan(struct builder *b, const struct drawn *drawn)
{
	size_t procs = b->trace->procs.count + 1;
	struct arena *a = b->ladder->arena;

	b->plan.of_process = arena_alloc(a, procs * sizeof *b->plan.of_process);
	b->exited = arena_alloc(a, procs * sizeof *b->exited);
	b->told_ending = arena_alloc(a, procs * sizeof *b->told_ending);
	lanes_plan(b->ladder, b->trace, drawn, b->options->lanes, &b->plan);
	strands_plan(&b->strands, b->ladder, &b->steps, &b->plan, strands_most(b->ladder, b->options));
	b->last_in_lane = arena_alloc(a, (b->ladder->lanes.count + 1) * sizeof(const struct process *));
	b->levels = arena_alloc(a, (b->ladder->lanes.count + 1) * sizeof *b->levels);
}

struct ladder *ladder_new(struct trace *t, const struct ladder_options *options)
{
	struct ladder *l = arena_alloc(t->arena, sizeof *l);
	struct builder b = {.trace = t, .ladder = l, .options = options, .zero_ns = options->choice->zero_ns};
	struct drawn drawn;

	l->arena = t->arena;
	l->bands = true;
	b.steps.most = SIZE_MAX;
	threads_count(&b.threads, t);
	steps_find(&b.steps, t, options->choice);
	drawn = find_drawn(&b);
	heads_ladder(&l->preface, t, options->choice, &drawn, &b.steps);
	plan(&b, &drawn);
	tell_all(&b);
	if (b.bands > BANDS_FEW && b.bands * 3 > l->rows.count - b.bands) {
		l->bands = false;
		l->legend = "Phases: 1 start server, 2 start client, 3 exchange, 4 disconnect, 5 drop";
		forget(&b);
		tell_all(&b);
	}
	close_lanes(&b);
	place_durations(l);
	if (options->to_scale)
		scale_rows(l);
	vec_free(&b.steps.list);
	vec_free(&b.origins);
	vec_free(&b.wait_events);
	threads_free(&b.threads);
	strands_free(&b.strands);
	return l;
}

void ladder_free(struct ladder *l)
{
	vec_free(&l->preface.lines);
	vec_free(&l->preface.warnings);
	vec_free(&l->lanes);
	vec_free(&l->rows);
	vec_free(&l->waits);
}
