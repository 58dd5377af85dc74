/* transfers.c: which bytes went from which write to which read. */
#include "viewer/base/sort.h"
#include "viewer/model/steps.h"

/* One direction while its reads are gone through. */
struct match {
	struct arena *arena;
	const struct stream *stream;
	struct end *writer;
	bool one_clock;
	size_t write;    /* the one that the next byte comes from */
	uint32_t offset; /* bytes of it that were read */
	uint64_t at;
};

static void add(struct match *m, struct event *write, struct event *read, uint32_t len)
{
	uint32_t index = (uint32_t)m->writer->sent.count;
	struct transfer t = {.write = write, .read = read, .at = m->at, .len = len};

	if (write && (index == 0 || m->writer->sent.items[index - 1].write != write))
		write->transfer = index;
	if (read && (index == 0 || m->writer->sent.items[index - 1].read != read))
		read->transfer = index;
	if (read && write && !read->cause)
		read->cause = write;
	vec_push_in(m->arena, &m->writer->sent, t);
	m->at += len;
}

static struct event *next_write(struct match *m)
{
	return m->write < m->stream->writes.count ? m->stream->writes.items[m->write] : m->stream->unfinished;
}

/* What is left of a write; one that never returned may have written any number. */
static uint32_t rest_of(const struct match *m, const struct event *write, uint32_t wanted)
{
	uint64_t rest = write->kind == EVENT_PENDING ? wanted : (uint64_t)write->ret - m->offset;

	return rest < wanted ? (uint32_t)rest : wanted;
}

static void step_over(struct match *m, const struct event *write, uint32_t len)
{
	m->offset += len;
	if (write->kind == EVENT_CALL && m->offset >= (uint64_t)write->ret) {
		m->write++;
		m->offset = 0;
	}
}

/* A write that begins after the read ended cannot be it: then something that moved bytes was not seen, and from there on
 * nothing is known. */
static bool can_be(const struct match *m, const struct event *write, const struct event *read)
{
	return write && (!m->one_clock || write->t_ns <= event_end_ns(read));
}

static bool match_bytes(struct match *m, struct event *read)
{
	uint32_t wanted = (uint32_t)read->ret;

	while (wanted) {
		struct event *write = next_write(m);
		uint32_t len;

		if (!can_be(m, write, read))
			return false;
		len = rest_of(m, write, wanted);
		if (len)
			add(m, write, read, len);
		step_over(m, write, len);
		wanted -= len;
	}
	return true;
}

/* What a read has no room for is cut off, not kept for the next. */
static bool match_record(struct match *m, struct event *read)
{
	struct event *write = next_write(m);

	if (!can_be(m, write, read))
		return false;
	add(m, write, read, write->kind == EVENT_CALL ? (uint32_t)write->ret : (uint32_t)read->ret);
	m->write++;
	return true;
}

static void add_unread(struct match *m)
{
	for (; m->write < m->stream->writes.count; m->write++, m->offset = 0) {
		struct event *write = m->stream->writes.items[m->write];
		uint32_t len = (uint32_t)write->ret - m->offset;

		m->writer->unread += len;
		add(m, write, NULL, len);
	}
}

void flow_transfers(struct arena *a, struct conn *c, enum side from, const struct stream *s)
{
	struct match m = {.arena = a, .stream = s, .writer = &c->ends[from], .one_clock = flow_one_clock(c)};
	bool known = true;

	if (!c->ends[SIDE_CLIENT].sock || !c->ends[SIDE_SERVER].sock)
		return;
	vec_reserve_in(a, &m.writer->sent, s->writes.count > s->reads.count ? s->writes.count : s->reads.count);
	for (size_t i = 0; i < s->reads.count && known; i++)
		known = c->records ? match_record(&m, s->reads.items[i]) : match_bytes(&m, s->reads.items[i]);
	m.writer->followed = m.at;
	if (!known)
		return;
	add_unread(&m);
	m.writer->followed = m.at;
}

struct transfers transfers_of(const struct event *e)
{
	const struct end *writer;
	struct transfers found = {0};
	bool is_read = flow_is_read(e);

	if (!e->conn || e->side == SIDE_NONE)
		return found;
	writer = &e->conn->ends[is_read ? other_side_of(e->side) : e->side];
	if (e->transfer >= writer->sent.count)
		return found;
	found.items = &writer->sent.items[e->transfer];
	for (size_t i = e->transfer; i < writer->sent.count; i++) {
		if ((is_read ? writer->sent.items[i].read : writer->sent.items[i].write) != e)
			break;
		found.count++;
	}
	return found;
}
