/* canon_print: the canonical form as text that plain diff and git diff work on: docs/canon.md. */
#include <stdlib.h>

#include "viewer/base/escape.h"
#include "viewer/base/sort.h"
#include "viewer/compare/making.h"

enum { CANON_VERSION = 1 };

/* Connections whose text is the same. */
struct printed {
	const char *text;
	uint64_t hash;
	size_t count;
	struct printed *next; /* of the same hash */
};

static const char *const payload_words[] = {
	[PAYLOAD_TEXT] = "text", [PAYLOAD_HASH] = "hash", [PAYLOAD_LEN] = "len", [PAYLOAD_NONE] = "none"};

static void print_row(const struct canon *c, const struct canon_row *row, const char *port, struct buf *out)
{
	for (uint32_t i = 0; i < row->count; i++) {
		const struct canon_step *step = &c->steps.items[row->first + i];

		buf_puts(out, "    ");
		act_print(out, c->acts, c->acts->list.items[step->act], step->bytes, port);
		buf_puts(out, "\n");
	}
	if (row->fate == FATE_LEFT)
		buf_puts(out, "    never closed\n");
	if (!row->count && row->proc)
		buf_puts(out, "    nothing\n");
}

static void print_name(const struct process *p, struct buf *out)
{
	if (p && p->name)
		escape_bytes(out, p->name, strlen(p->name));
	else
		buf_puts(out, p ? "?" : "not traced");
}

static void print_listener(const struct canon *c, const struct canon_listener *l, struct buf *out)
{
	buf_printf(out, "\n%s ", l->name);
	print_name(l->own.proc, out);
	if (l->serving != SERVING_UNKNOWN)
		buf_printf(out, ": %s", serving_words(l->serving));
	if (l->procs > 1)
		buf_printf(out, " (%u)", l->procs);
	buf_puts(out, "\n");
	print_row(c, &l->own, l->name, out);
}

static void print_end(const struct canon *c, const struct canon_conn *conn, enum side side, const char *port,
		      struct buf *out)
{
	const struct canon_row *row = &conn->ends[side];

	buf_puts(out, side == SIDE_CLIENT ? "  client " : "  server ");
	print_name(row->proc, out);
	buf_puts(out, "\n");
	print_row(c, row, port, out);
}

static void print_conn(const struct canon *c, const struct canon_conn *conn, struct buf *out)
{
	const char *port = conn->listener == SIZE_MAX ? NULL : c->listeners.items[conn->listener].name;

	if (!conn->conn) {
		buf_puts(out, "socket ");
		print_name(conn->ends[SIDE_CLIENT].proc, out);
		buf_puts(out, "\n");
		print_row(c, &conn->ends[SIDE_CLIENT], NULL, out);
		return;
	}
	buf_printf(out, "connection%s%s\n", port ? " to " : "", port ? port : "");
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		if (conn->ends[side].proc || conn->ends[side].count)
			print_end(c, conn, side, port, out);
}

static bool has_hash(const void *value, const void *key)
{
	return ((const struct printed *)value)->hash == *(const uint64_t *)key;
}

static void collect(const struct canon *c, struct map *known, struct arena *a)
{
	struct buf text = {0};

	for (size_t i = 0; i < c->conns.count; i++) {
		const struct canon_conn *conn = &c->conns.items[i];
		uint64_t hash;
		struct printed *first, *p;

		buf_clear(&text);
		print_conn(c, conn, &text);
		hash = hash_bytes(0, text.bytes, text.len);
		first = map_find(known, hash, has_hash, &hash);
		for (p = first; p && strcmp(p->text, text.bytes) != 0; p = p->next)
			;
		if (!p) {
			p = arena_alloc(a, sizeof *p);
			p->text = arena_copy(a, text.bytes, text.len);
			p->hash = hash;
			if (first)
				p->next = first->next, first->next = p;
			else
				map_add(known, hash, p);
		}
		p->count++;
	}
	buf_free(&text);
}

static bool text_before(const void *a, const void *b)
{
	return strcmp(((const struct printed *)a)->text, ((const struct printed *)b)->text) < 0;
}

static void print_conns(const struct canon *c, struct buf *out)
{
	struct arena *a = arena_new();
	struct map known = {0};
	VEC(struct printed *) order = {0};

	collect(c, &known, a);
	for (size_t i = 0; i < known.room; i++)
		for (struct printed *p = known.slots[i].value; p; p = p->next)
			vec_push(&order, p);
	sort_stable(order.items, order.count, text_before);
	for (size_t i = 0; i < order.count; i++)
		buf_printf(out, "\n%zu x %s", order.items[i]->count, order.items[i]->text);
	vec_free(&order);
	map_free(&known);
	arena_free(a);
}

static void print_data(const struct acts *a, struct buf *out)
{
	buf_printf(out, "payload %s", payload_words[a->payload]);
	if (a->payload == PAYLOAD_LEN || a->payload == PAYLOAD_NONE || a->limit == UINT64_MAX)
		return;
	buf_printf(out, ", the first %llu bytes", (unsigned long long)a->limit);
}

void canon_print(const struct canon *c, struct buf *out)
{
	buf_printf(out, "socktrace canon %d, ", CANON_VERSION);
	print_data(c->acts, out);
	buf_puts(out, "\n");
	for (size_t i = 0; i < c->doubts.count; i++)
		buf_printf(out, "inconclusive: %s\n", c->doubts.items[i]);
	for (size_t i = 0; i < c->listeners.count; i++)
		print_listener(c, &c->listeners.items[i], out);
	print_conns(c, out);
}
