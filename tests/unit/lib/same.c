/* same.c: whether two ways of reading a line came to the same. */
#include "tests/unit/lib/same.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_address(const struct address *a, const struct address *b)
{
	if (!a || !b)
		return a == b;
	return same_text(a->family, b->family) && same_text(a->host, b->host) && same_text(a->path, b->path) &&
	       same_text(a->abstract, b->abstract) && a->len == b->len && a->scope_id == b->scope_id &&
	       a->port == b->port && a->is_short == b->is_short && a->raw_len == b->raw_len &&
	       memcmp(a->raw, b->raw, a->raw_len) == 0;
}

static bool same_made(const struct event_more *a, const struct event_more *b)
{
	for (int i = 0; i < 2; i++)
		if (a->made[i].fd != b->made[i].fd || a->made[i].sock != b->made[i].sock)
			return false;
	return true;
}

static bool same_stack(const struct event_more *a, const struct event_more *b)
{
	return a->stack_len == b->stack_len &&
	       (!a->stack_len || memcmp(a->stack, b->stack, a->stack_len * sizeof *a->stack) == 0);
}

const char *same_event(const struct event *a, const struct event *b)
{
	const struct event_more *x = a->more, *y = b->more;
	const struct {
		const char *what;
		bool same;
	} parts[] = {
		{"t", a->t_ns == b->t_ns},
		{"dt", a->dt_ns == b->dt_ns},
		{"ev", a->kind == b->kind},
		{"call", a->call == b->call && same_text(x->call_name, y->call_name)},
		{"via", same_text(a->via, b->via)},
		{"tid", a->tid == b->tid},
		{"pid", x->pid == y->pid},
		{"peercred", x->peer_pid == y->peer_pid},
		{"fd", a->fd == b->fd},
		{"sock", a->sock == b->sock},
		{"ret", a->ret == b->ret},
		{"err", same_text(a->err, b->err)},
		{"newsock", same_made(x, y)},
		{"refs", a->refs == b->refs},
		{"local", same_address(a->local, b->local)},
		{"peer", same_address(a->peer, b->peer)},
		{"addr", same_address(a->addr, b->addr)},
		{"data", a->data_at == b->data_at && a->data_len == b->data_len},
		{"pc", a->pc == b->pc},
		{"stack", same_stack(x, y)},
		{"args", a->args_at == b->args_at && a->args_len == b->args_len},
		{"line", a->line == b->line && a->line_len == b->line_len},
		{"side", a->side == b->side},
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!parts[i].same)
			return parts[i].what;
	return NULL;
}
