/*
 * pcapng: the packets of a trace as Wireshark reads them. An interface a process; each packet that is a call's says which. The
 * acknowledgements, and handshakes where only one end is traced, are those that a kernel would have sent.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/mem.h"
#include "viewer/export/blocks.h"
#include "viewer/export/export.h"
#include "viewer/export/packets.h"
#include "viewer/export/wire.h"
#include "viewer/scene/words.h"

enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };
enum { MAGIC = 0x1a2b3c4d, LINKTYPE_RAW = 101, RESOLUTION_NS = 9, INBOUND = 1, OUTBOUND = 2 };
enum {
	OPTION_COMMENT = 1,
	SECTION_APPLICATION = 4,
	INTERFACE_NAME = 2,
	INTERFACE_ABOUT = 3,
	INTERFACE_RESOLUTION = 9,
	PACKET_FLAGS = 2
};
enum { LOCAL_PORT = 49152 }; /* the first that belongs to nobody */

/* One connection while its packets go by. */
struct flow {
	struct place ends[2];
	uint32_t next[2]; /* sequence number of the next byte of a side */
	bool known, lost; /* asked about; without an address */
	bool told;        /* that it is none of IP's */
	bool broken;      /* reset */
};

struct capture {
	struct trace *trace;
	struct sink *to;
	struct arena *arena;
	struct flow *flows;  /* by connection's number */
	const char **who;    /* by process index; 0: who is not traced */
	int64_t to_clock_ns; /* from the trace's time to that of the wall */
	size_t unplaced, unfit;
	char *data;
	size_t data_room;
};

static void put_section(struct sink *to)
{
	static const uint16_t version[2] = {1, 0};
	static const int64_t length = -1;
	size_t begin = block_begin(&to->buf, BLOCK_SECTION);

	block_number(&to->buf, MAGIC);
	buf_put(&to->buf, (const char *)version, sizeof version);
	buf_put(&to->buf, (const char *)&length, sizeof length);
	block_text(&to->buf, SECTION_APPLICATION, "socktrace " SOCKTRACE_VERSION);
	block_text(
		&to->buf, OPTION_COMMENT,
		"Made from recorded calls, not from a network: a packet with a comment is a call, at the time of that "
		"call; handshakes' answers and acknowledgements are what a kernel would have sent.");
	block_end(to, begin);
}

static void put_interface(struct sink *to, const char *name, const char *about)
{
	static const uint16_t link[2] = {LINKTYPE_RAW, 0};
	static const uint8_t resolution = RESOLUTION_NS;
	size_t begin = block_begin(&to->buf, BLOCK_INTERFACE);

	buf_put(&to->buf, (const char *)link, sizeof link);
	block_number(&to->buf, 0); /* no limit */
	block_text(&to->buf, INTERFACE_NAME, name);
	block_text(&to->buf, INTERFACE_ABOUT, about);
	block_option(&to->buf, INTERFACE_RESOLUTION, &resolution, sizeof resolution);
	block_end(to, begin);
}

static bool has_undecided(const struct trace *t)
{
	for (size_t i = 0; i < t->conns.count; i++)
		if (t->conns.items[i]->undecided)
			return true;
	return false;
}

/* Interface 0 is of who is not traced, the others have the numbers of the processes; behind them, where it is needed, is that of who is
 * not known. */
static void put_interfaces(struct capture *k)
{
	struct arena *a = k->arena;

	k->who = arena_alloc(a, (k->trace->procs.count + 1) * sizeof *k->who);
	k->who[0] = "not traced";
	put_interface(k->to, k->who[0], "an end that is not in the trace");
	for (size_t i = 0; i < k->trace->procs.count; i++) {
		const struct process *p = k->trace->procs.items[i];

		k->who[p->index] = arena_printf(a, "P%u %s", p->index, words_process(a, p));
		put_interface(k->to, k->who[p->index],
			      arena_printf(a, "%s, %s: %s", role_name(p->role), words_ending(a, p), words_argv(a, p)));
	}
	if (has_undecided(k->trace))
		put_interface(k->to, "not known", "an end that may be another in the trace, or in none");
}

/* Addresses */

static const struct address *address_of(const struct conn *c, enum side side)
{
	const struct event *made = c->ends[side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT].made;

	if (c->ends[side].addr)
		return c->ends[side].addr;
	if (made && made->peer)
		return made->peer;
	return made && side == SIDE_SERVER ? made->addr : NULL;
}

/* Unix sockets have no packets: they get addresses of documentation (RFC 3849), one network a connection. */
static struct place stand_in(const struct conn *c, enum side side)
{
	struct place p = {.host = {0x20, 0x01, 0x0d, 0xb8}, .port = LOCAL_PORT};

	for (int i = 0; i < 4; i++)
		p.host[4 + i] = (uint8_t)(c->id >> (24 - 8 * i));
	p.host[15] = (uint8_t)(1 + side);
	p.port += (uint16_t)side;
	return p;
}

/* Who was refused may not be known: it is at the same host, at a port that nobody has. */
static bool find_places(struct flow *f, const struct conn *c, struct arena *a)
{
	bool found[2];

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		f->ends[side] = stand_in(c, side);
		found[side] =
			packets_are_local(c) || place_of(&f->ends[side], a, address_of(c, side), c->ends[side].proc);
	}
	if (!found[SIDE_SERVER])
		return false;
	if (!found[SIDE_CLIENT]) {
		f->ends[SIDE_CLIENT] = f->ends[SIDE_SERVER];
		f->ends[SIDE_CLIENT].port = (uint16_t)(LOCAL_PORT + c->id % (65536 - LOCAL_PORT));
	}
	return true;
}

static struct flow *flow_of(struct capture *k, const struct conn *c)
{
	struct flow *f = &k->flows[c->id];

	if (f->known)
		return f;
	f->known = true;
	f->lost = !find_places(f, c, k->arena);
	k->unplaced += f->lost;
	/* A connection from before the trace has no SYN that would count. */
	f->next[SIDE_CLIENT] = f->next[SIDE_SERVER] = 1;
	return f;
}

/* Packets */

static void put_comment(struct capture *k, struct flow *f, const struct packet *p)
{
	const struct event *e = p->event;
	struct buf words = {0};
	const char *name, *site;

	if (!e)
		return;
	name = event_call_name(e) ? event_call_name(e) : "exit";
	buf_printf(&words, "c%u  %s: ", p->conn->id, k->who[e->proc->index]);
	escape_bytes(&words, name, strlen(name));
	if (e->fd >= 0)
		buf_printf(&words, " %d", e->fd);
	if (e->kind == EVENT_CALL)
		buf_printf(&words, " = %" PRId64, e->ret);
	if (e->err) {
		buf_puts(&words, " ");
		escape_bytes(&words, e->err, strlen(e->err));
	}
	site = words_site(k->trace, e);
	if (site)
		buf_printf(&words, ", %s", site);
	if (!f->told && packets_are_local(p->conn))
		buf_printf(&words, ". No packet: a Unix socket, %s", words_end(k->arena, p->conn, SIDE_SERVER));
	f->told = true;
	block_text(&k->to->buf, OPTION_COMMENT, words.bytes);
	buf_free(&words);
}

static uint32_t interface_of(const struct capture *k, const struct packet *p, enum side from)
{
	const struct process *proc = p->conn->ends[from].proc;

	if (p->event && from == p->from)
		return p->event->proc->index;
	if (proc)
		return proc->index;
	return p->conn->undecided ? (uint32_t)k->trace->procs.count + 1 : 0;
}

/* A packet that a side sends; of one that is a call's, the comment says which. */
static void put_packet(struct capture *k, struct flow *f, const struct packet *p, enum side from,
		       const struct wire *wire, bool is_call)
{
	struct buf *out = &k->to->buf;
	uint64_t at = p->at_ns + (uint64_t)k->to_clock_ns;
	bool sends = !is_call || !p->event || p->event->side == from || p->event->side == SIDE_NONE;
	uint32_t flags = sends ? OUTBOUND : INBOUND, sizes[2];
	size_t begin = block_begin(out, BLOCK_PACKET), lengths, bytes;

	block_number(out, interface_of(k, p, from));
	block_number(out, (uint32_t)(at >> 32));
	block_number(out, (uint32_t)at);
	lengths = out->len;
	block_number(out, 0);
	block_number(out, 0);
	bytes = out->len;
	sizes[1] = wire_put(out, wire);
	sizes[0] = (uint32_t)(out->len - bytes);
	memcpy(out->bytes + lengths, sizes, sizeof sizes);
	buf_fill(out, 0, -(size_t)sizes[0] % 4);
	block_option(out, PACKET_FLAGS, &flags, sizeof flags);
	if (is_call)
		put_comment(k, f, p);
	block_end(k->to, begin);
}

static struct wire wire_of(const struct flow *f, enum side from, uint8_t flags)
{
	enum side to = from == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;

	return (struct wire){
		.from = &f->ends[from], .to = &f->ends[to], .seq = f->next[from], .ack = f->next[to], .flags = flags};
}

static void put_signal(struct capture *k, struct flow *f, const struct packet *p, uint8_t flags)
{
	struct wire wire = wire_of(f, p->from, flags);

	put_packet(k, f, p, p->from, &wire, p->event != NULL);
	if (flags & (WIRE_SYN | WIRE_FIN))
		f->next[p->from]++;
}

static void put_answer(struct capture *k, struct flow *f, const struct packet *p)
{
	enum side from = p->from == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
	struct wire wire = wire_of(f, from, WIRE_ACK);

	put_packet(k, f, p, from, &wire, false);
}

/* What was recorded of the packet's data, at most `len` of it. */
static uint32_t recorded(struct capture *k, const struct packet *p, const uint8_t **bytes)
{
	uint32_t all = p->event->data_len;

	if (p->data_at >= all)
		return 0;
	if (all > k->data_room) {
		k->data_room = all;
		k->data = mem_resize(k->data, all);
	}
	event_data(p->event, k->data);
	*bytes = (const uint8_t *)k->data + p->data_at;
	return all - p->data_at < p->len ? all - p->data_at : p->len;
}

static void put_data(struct capture *k, struct flow *f, const struct packet *p)
{
	const uint8_t *bytes = (const uint8_t *)"";
	uint32_t known = recorded(k, p, &bytes);

	for (uint32_t done = 0; done < p->len;) {
		uint32_t len = p->len - done < WIRE_DATA_MOST ? p->len - done : WIRE_DATA_MOST;
		struct wire wire = wire_of(f, p->from, WIRE_ACK | (done + len == p->len ? WIRE_PSH : 0));

		wire.bytes = known > done ? bytes + done : bytes;
		wire.known = known <= done ? 0 : known - done < len ? known - done : len;
		wire.len = len;
		put_packet(k, f, p, p->from, &wire, true);
		f->next[p->from] += len;
		done += len;
	}
	if (!f->broken)
		put_answer(k, f, p);
}

static void put_datagram(struct capture *k, struct flow *f, const struct packet *p)
{
	struct wire wire = wire_of(f, p->from, 0);

	if (p->len > WIRE_DATAGRAM_MOST) {
		k->unfit++;
		return;
	}
	wire.udp = true;
	wire.len = p->len;
	wire.bytes = (const uint8_t *)"";
	wire.known = recorded(k, p, &wire.bytes);
	put_packet(k, f, p, p->from, &wire, true);
}

static void put_one(struct capture *k, const struct packet *p)
{
	struct flow *f = flow_of(k, p->conn);

	if (f->lost)
		return;
	switch (p->kind) {
	case PACKET_SYN:
		f->next[SIDE_CLIENT] = f->next[SIDE_SERVER] = 0;
		put_signal(k, f, p, WIRE_SYN);
		break;
	case PACKET_SYN_ACK:
		put_signal(k, f, p, WIRE_SYN | WIRE_ACK);
		break;
	case PACKET_ACK:
		put_signal(k, f, p, WIRE_ACK);
		break;
	case PACKET_DATA:
		put_data(k, f, p);
		break;
	case PACKET_DATAGRAM:
		put_datagram(k, f, p);
		break;
	case PACKET_FIN:
		if (f->broken)
			break;
		put_signal(k, f, p, WIRE_FIN | WIRE_ACK);
		put_answer(k, f, p);
		break;
	case PACKET_REFUSAL:
	case PACKET_RST:
		put_signal(k, f, p, WIRE_RST | WIRE_ACK);
		f->broken = true;
		break;
	}
}

static void tell(struct buf *words, size_t count, const char *what)
{
	if (count)
		buf_printf(words, "%s%zu %s", words->len ? ", " : "left out: ", count, what);
}

static const char *left_out(const struct capture *k, const struct packets *p)
{
	struct buf words = {0};
	const char *told;

	tell(&words, p->kernel, "to the kernel (netlink)");
	tell(&words, p->other, "neither of TCP or UDP nor of Unix sockets");
	tell(&words, k->unplaced, "whose addresses are not known");
	tell(&words, k->unfit, "messages longer than a datagram can be");
	told = words.len ? arena_string(k->trace->arena, words.bytes) : NULL;
	buf_free(&words);
	return told;
}

static const char *write_pcapng(struct trace *t, const struct choice *choice, struct sink *to)
{
	struct capture k = {.trace = t, .to = to, .arena = arena_new()};
	const struct process *first = t->procs.count ? t->procs.items[0] : NULL;
	struct packets packets = {0};
	const char *missing;

	if (first)
		k.to_clock_ns = first->realtime_s * INT64_C(1000000000) + first->realtime_ns - (int64_t)first->start_ns;
	k.flows = arena_alloc(k.arena, (t->conns.count + 1) * sizeof *k.flows);
	put_section(to);
	put_interfaces(&k);
	packets_find(&packets, t, choice);
	for (size_t i = 0; i < packets.list.count; i++)
		put_one(&k, packets.list.items[i]);
	missing = left_out(&k, &packets);
	packets_free(&packets);
	free(k.data);
	arena_free(k.arena);
	return missing;
}

const struct exporter export_pcapng = {.name = "pcapng", .ending = ".pcapng", .binary = true, .write = write_pcapng};
