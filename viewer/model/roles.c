/* roles.c: client, server, proxy or worker: what each process is in the lesson's words. */
#include "viewer/model/steps.h"

struct deeds {
	bool listened, accepted, connected, served;
	bool served_others, met_itself;
	bool sent, was_sent; /* datagrams, as a client, as a server: they say what it is only where nothing else does */
};

/* Neither end of a socketpair is a client or a server, nor is who asks the kernel. */
static bool is_inner(const struct conn *c)
{
	return c->kind == CONN_PAIR || c->kind == CONN_KERNEL;
}

static void note_event(struct deeds *deeds, const struct event *e)
{
	struct deeds *d = &deeds[e->proc->index];

	if (e->kind == EVENT_CALL && e->call == CALL_listen && !e->err)
		d->listened = true;
	if (event_is_accept(e))
		d->accepted = true;
}

static void note_conn(struct deeds *deeds, const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT], *server = &c->ends[SIDE_SERVER];
	const struct process *reached = server->proc ? server->proc : conn_reached(c);
	bool apart = client->proc != server->proc;

	if (is_inner(c))
		return;
	if (!apart && client->proc)
		deeds[client->proc->index].met_itself = true;
	if (c->kind == CONN_DATAGRAM) {
		if (client->proc && apart)
			deeds[client->proc->index].sent = true;
		if (reached)
			deeds[reached->index].was_sent = true;
		if (server->proc && apart)
			deeds[server->proc->index].served_others = true;
		return;
	}
	if (client->proc && apart)
		deeds[client->proc->index].connected = true;
	if (!server->proc)
		return;
	deeds[server->proc->index].served = true;
	if (apart)
		deeds[server->proc->index].served_others = true;
}

static bool is_server_family(const struct deeds *deeds, const struct process *p)
{
	for (; p; p = p->parent)
		if (deeds[p->index].listened || deeds[p->index].accepted)
			return true;
	return false;
}

static enum role role_of(const struct deeds *deeds, const struct process *p)
{
	const struct deeds *d = &deeds[p->index];
	const struct process *from = p->image_of ? p->image_of : p->parent;
	bool serves = d->listened || d->accepted || d->served;

	/* Who connects to itself is no proxy for that, whomever else it connects to. */
	if (d->met_itself && !d->served_others)
		return ROLE_BOTH;
	if (serves && d->connected)
		return ROLE_PROXY;
	if (!d->listened && serves && is_server_family(deeds, from))
		return ROLE_WORKER;
	if (serves)
		return ROLE_SERVER;
	if (d->connected)
		return ROLE_CLIENT;
	return d->was_sent ? ROLE_SERVER : d->sent ? ROLE_CLIENT : ROLE_NONE;
}

void build_roles(struct build *b)
{
	struct trace *t = b->t;
	struct deeds *deeds = arena_alloc(b->scratch, (t->procs.count + 1) * sizeof *deeds);

	for (size_t i = 0; i < t->procs.count; i++)
		deeds[t->procs.items[i]->index].served = b->services[t->procs.items[i]->index] & SERVICE_MOVED;
	for (size_t i = 0; i < t->landmarks.count; i++)
		note_event(deeds, t->landmarks.items[i]);
	for (size_t i = 0; i < t->conns.count; i++)
		note_conn(deeds, t->conns.items[i]);
	for (size_t i = 0; i < t->procs.count; i++)
		t->procs.items[i]->role = role_of(deeds, t->procs.items[i]);
}
