/* cells: every address of a trace once, with where it came from. */
#include "viewer/scene/cells.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/map.h"
#include "viewer/scene/words.h"

enum { USES_KEPT = 4 };

struct collector {
	struct trace *trace;
	struct cells *cells;
	const struct cells_options *options;
	struct map known; /* struct cells_picture by bytes and length */
};

static bool same_address(const void *value, const void *key)
{
	const struct address *a = ((const struct cells_picture *)value)->address, *b = key;

	return a == b || (a->len == b->len && a->raw_len == b->raw_len && memcmp(a->raw, b->raw, a->raw_len) == 0);
}

static struct cells_picture *picture_of(struct collector *c, const struct address *address)
{
	uint64_t hash = hash_bytes(address->len, address->raw, address->raw_len);
	struct cells_picture *p = map_find(&c->known, hash, same_address, address);

	if (p)
		return p;
	if (c->options->most && c->cells->pictures.count >= c->options->most) {
		c->cells->more++;
		p = arena_alloc(c->trace->arena, sizeof *p);
		*p = (struct cells_picture){.address = address};
		map_add(&c->known, hash, p);
		return p;
	}
	p = arena_alloc(c->trace->arena, sizeof *p);
	p->address = address;
	p->title = words_address(c->trace->arena, address);
	p->family = escape_string(c->trace->arena, address->family ? address->family : "?");
	cells_lay_out(c->trace->arena, p);
	map_add(&c->known, hash, p);
	vec_push(&c->cells->pictures, p);
	return p;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Whether the two are told in the same words. */
static bool is_again(const struct cells_use *u, const struct event *e, const char *how)
{
	const struct event *f = u->first;

	return strcmp(u->how, how) == 0 && f->proc == e->proc && f->fd == e->fd && f->pc == e->pc &&
	       same_text(f->err, e->err) && strcmp(event_call_name(f), event_call_name(e)) == 0;
}

static bool count_again(struct cells_picture *p, const struct event *e, const char *how)
{
	for (size_t i = 0; i < p->uses.count; i++)
		if (is_again(&p->uses.items[i], e, how)) {
			p->uses.items[i].times++;
			return true;
		}
	return false;
}

static void add(struct collector *c, const struct event *e, const struct address *address, const char *how)
{
	struct arena *a = c->trace->arena;
	struct cells_picture *p;
	const char *fd;

	if (!address)
		return;
	p = picture_of(c, address);
	if (!p->title || count_again(p, e, how))
		return;
	if (p->uses.count >= USES_KEPT) {
		p->more_uses++;
		return;
	}
	fd = e->fd >= 0 ? arena_printf(a, " %d", e->fd) : "";
	vec_push(&p->uses,
		 ((struct cells_use){
			 .words = arena_printf(a, "%s %s%s by P%u%s", how, escape_string(a, event_call_name(e)), fd,
					       e->proc->index,
					       e->err ? arena_printf(a, ": %s", escape_string(a, e->err)) : ""),
			 .source = words_site(c->trace, e),
			 .times = 1,
			 .how = how,
			 .first = e,
		 }));
}

static bool is_wanted(const struct collector *c, const struct event *e)
{
	if (e->kind != EVENT_CALL && e->kind != EVENT_PENDING)
		return false;
	if (c->options->conn && (!e->conn || e->conn->id != c->options->conn))
		return false;
	return choice_has(c->options->choice, e);
}

/* What a call was given comes before what it gave back. */
static void collect(struct collector *c, const struct event *e)
{
	if (!is_wanted(c, e))
		return;
	add(c, e, e->addr, "passed to");
	if (event_is_accept(e) || e->call == CALL_connect) {
		add(c, e, e->local, "its own end after");
		if (e->peer != e->addr)
			add(c, e, e->peer, "the other end after");
		return;
	}
	add(c, e, e->local, "returned by");
	add(c, e, e->peer, "returned by");
}

/* bind and listen belong to no connection, but to what it was accepted from. */
static void collect_listener(struct collector *c)
{
	for (size_t i = 0; i < c->trace->conns.count; i++) {
		const struct conn *conn = c->trace->conns.items[i];

		if (conn->id == c->options->conn && conn->listener && conn->listener->bound)
			add(c, conn->listener->bound, conn->listener->bound->addr, "passed to");
	}
}

static bool is_passed(const struct cells_picture *p)
{
	for (size_t i = 0; i < p->uses.count; i++)
		if (strcmp(p->uses.items[i].how, "passed to") == 0)
			return true;
	return false;
}

static uint16_t swapped(uint16_t port)
{
	return (uint16_t)(port << 8 | port >> 8);
}

static void note(struct cells_picture *p, bool bad, const char *words)
{
	vec_push(&p->notes, ((struct cells_note){words, bad}));
}

static void note_length(struct arena *a, struct cells_picture *p)
{
	const struct address *address = p->address;

	if (address->is_short && p->specific.type && !p->text)
		note(p, true,
		     arena_printf(a, "addrlen is %" PRIu32 ", but sizeof(%s) is %u: the kernel answers EINVAL",
				  address->len, p->specific.type, p->specific.size));
	else if (address->is_short)
		note(p, true,
		     arena_printf(a, "addrlen is %" PRIu32 ": too short for what the family needs", address->len));
	else if (address->len > p->count)
		note(p, false,
		     arena_printf(a, "addrlen is %" PRIu32 ": what stands behind byte %u means nothing", address->len,
				  p->count - 1));
}

/* A port that is another's with its bytes swapped: htons() was probably left out at one of them. */
static void note_swapped(const struct cells *c, struct cells_picture *p)
{
	uint16_t port = p->address->host ? p->address->port : 0;

	if (!port || port == swapped(port) || !is_passed(p))
		return;
	for (size_t i = 0; i < c->pictures.count; i++) {
		const struct cells_picture *q = c->pictures.items[i];

		if (!q->address->host || q->address->port != swapped(port) || !is_passed(q))
			continue;
		note(p, true,
		     arena_printf(c->arena,
				  "%s has port %u, whose two bytes are these swapped: was htons() "
				  "forgotten at one of them?",
				  q->title, q->address->port));
		return;
	}
}

struct cells *cells_new(struct trace *t, const struct cells_options *options)
{
	struct cells *cells = arena_alloc(t->arena, sizeof *cells);
	struct collector c = {.trace = t, .cells = cells, .options = options};

	cells->arena = t->arena;
	if (options->conn)
		collect_listener(&c);
	for (size_t i = 0; i < t->events.count; i++)
		collect(&c, t->events.items[i]);
	for (size_t i = 0; i < cells->pictures.count; i++) {
		note_length(t->arena, cells->pictures.items[i]);
		note_swapped(cells, cells->pictures.items[i]);
	}
	map_free(&c.known);
	return cells;
}

void cells_free(struct cells *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->pictures.count; i++) {
		vec_free(&c->pictures.items[i]->notes);
		vec_free(&c->pictures.items[i]->uses);
	}
	vec_free(&c->pictures);
}
