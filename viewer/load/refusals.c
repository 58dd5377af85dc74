/* refusals: which server a client looked for that was refused. */
#include "viewer/load/refusals.h"

#include <string.h>

#include "viewer/base/map.h"
#include "viewer/base/sort.h"
#include "viewer/model/place.h"

/* The processes that have, or had, or wanted, a port to listen on; by their start, once all are found. */
struct seat {
	struct port at;
	VEC(const struct process *) servers;
};

struct seats {
	struct arena *arena;
	struct map by_port;
	bool *listens; /* by the process's index */
};

static struct seat *find_seat(const struct seats *s, const char *boot, uint16_t port)
{
	const struct port key = {boot, port};

	return map_find(&s->by_port, port_hash(&key), port_same, &key);
}

/* An address that was cut off behind its port has one all the same. */
static uint16_t port_of(const struct address *a)
{
	bool is_cut = a->is_short && a->raw_len >= 4 && a->family && strncmp(a->family, "AF_INET", 7) == 0;

	return is_cut ? (uint16_t)(a->raw[2] << 8 | a->raw[3]) : a->port;
}

/* bind says it, also where it failed, or no listen follows: that is why clients are refused. Where the kernel chose, what asks a
 * listener for its name does, or takes in a client. */
static uint16_t own_port(const struct seats *s, const struct event *e)
{
	if (e->kind != EVENT_CALL)
		return 0;
	if (e->call == CALL_bind)
		return e->addr ? port_of(e->addr) : 0;
	if (e->err || !e->local || !s->listens[e->proc->index])
		return 0;
	return e->call == CALL_getsockname || event_is_accept(e) ? e->local->port : 0;
}

static void take_seat(struct seats *s, const struct process *p, uint16_t port)
{
	struct seat *seat = find_seat(s, p->boot, port);

	if (!seat) {
		seat = arena_alloc(s->arena, sizeof *seat);
		seat->at = (struct port){p->boot, port};
		map_add(&s->by_port, port_hash(&seat->at), seat);
	}
	if (!seat->servers.count || seat->servers.items[seat->servers.count - 1] != p)
		vec_push_in(s->arena, &seat->servers, p);
}

static uint64_t start_of(const void *process)
{
	return ((const struct process *)process)->start_ns;
}

static bool starts_before(const void *a, const void *b)
{
	return start_of(a) < start_of(b);
}

static void sort_servers(struct seats *s)
{
	for (size_t i = 0; i < s->by_port.room; i++) {
		struct seat *seat = s->by_port.slots[i].value;

		if (seat)
			sort_stable(seat->servers.items, seat->servers.count, starts_before);
	}
}

static void find_servers(struct seats *s, const struct trace *t)
{
	for (size_t i = 0; i < t->landmarks.count; i++) {
		const struct event *e = t->landmarks.items[i];

		s->listens[e->proc->index] |= e->kind == EVENT_CALL && e->call == CALL_listen && !e->err;
	}
	for (size_t i = 0; i < t->landmarks.count; i++) {
		const struct event *e = t->landmarks.items[i];
		uint16_t port = own_port(s, e);

		if (port)
			take_seat(s, e->proc, port);
	}
	sort_servers(s);
}

static const struct process *latest_by(const struct seat *seat, uint64_t t_ns)
{
	size_t count = seat ? sort_below(seat->servers.items, seat->servers.count, start_of, t_ns + 1) : 0;

	return count ? seat->servers.items[count - 1] : NULL;
}

void refusals_find(const struct trace *t, void (*tell)(void *to, const struct process *server, uint64_t t_ns), void *to)
{
	struct seats s = {.arena = arena_new()};

	s.listens = arena_alloc(s.arena, (t->procs.count + 1) * sizeof *s.listens);
	find_servers(&s, t);
	for (size_t i = 0; s.by_port.count && i < t->landmarks.count; i++) {
		const struct event *e = t->landmarks.items[i];
		bool refused = e->call == CALL_connect && e->err && e->addr && strcmp(e->err, "ECONNREFUSED") == 0;
		const struct process *server =
			refused ? latest_by(find_seat(&s, e->proc->boot, e->addr->port), e->t_ns) : NULL;

		if (server)
			tell(to, server, e->t_ns);
	}
	map_free(&s.by_port);
	arena_free(s.arena);
}
