/* kinds.c: what kind of connection each is, and its number. */
#include "viewer/base/sort.h"
#include "viewer/model/steps.h"

static const struct sock *any_sock(const struct conn *c)
{
	return c->ends[SIDE_CLIENT].sock ? c->ends[SIDE_CLIENT].sock : c->ends[SIDE_SERVER].sock;
}

static bool is_datagram(const struct sock *s)
{
	return text_is(s->type, "SOCK_DGRAM") || text_is(s->type, "SOCK_RAW");
}

static enum conn_kind kind_of(const struct conn *c)
{
	const struct event *made = c->ends[SIDE_CLIENT].made;
	const struct sock *s = any_sock(c);

	if (made && made->call == CALL_socketpair)
		return CONN_PAIR;
	if (text_is(s->family, "AF_NETLINK"))
		return CONN_KERNEL;
	if (is_datagram(s))
		return CONN_DATAGRAM;
	return text_is(s->type, "SOCK_SEQPACKET") ? CONN_SEQPACKET : CONN_STREAM;
}

/* What a program asks the kernel on its way (getaddrinfo does) is numbered behind everything that it does. */
static bool comes_before(const void *a, const void *b)
{
	const struct conn *x = a, *y = b;
	bool kernel_x = x->kind == CONN_KERNEL, kernel_y = y->kind == CONN_KERNEL;

	return kernel_x != kernel_y ? kernel_y : x->begun_ns < y->begun_ns;
}

void build_kinds(struct build *b)
{
	struct trace *t = b->t;

	for (size_t i = 0; i < t->conns.count; i++) {
		struct conn *c = t->conns.items[i];

		c->kind = kind_of(c);
		c->records = is_datagram(any_sock(c)) || text_is(any_sock(c)->type, "SOCK_SEQPACKET");
	}
	sort_stable(t->conns.items, t->conns.count, comes_before);
	for (size_t i = 0; i < t->conns.count; i++)
		t->conns.items[i]->id = (unsigned)i + 1;
}
