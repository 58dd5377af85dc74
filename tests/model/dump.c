/* dump: the model of a trace as JSON, for tests of what it makes of real programs. Built under the sanitizers. */
#include <inttypes.h>
#include <stdio.h>

#include <json-c/json.h>

#include "viewer/load/load.h"

static const char *const kinds[] = {
	[CONN_STREAM] = "stream", [CONN_DATAGRAM] = "datagram", [CONN_SEQPACKET] = "seqpacket",
	[CONN_PAIR] = "pair",     [CONN_KERNEL] = "kernel",
};

static const char *const outcomes[] = {
	[CONN_OPEN] = "open",     [CONN_CLOSED] = "closed",   [CONN_REFUSED] = "refused",
	[CONN_FAILED] = "failed", [CONN_PENDING] = "pending", [CONN_NOT_ACCEPTED] = "not accepted",
};

static const char *const resets[] = {
	[RESET_SEEN] = "seen",
	[RESET_UNREAD] = "unread",
	[RESET_LINGER] = "linger",
	[RESET_WRITE_AFTER] = "write after",
	[RESET_NEVER_TAKEN] = "never taken",
};

static void put(json_object *to, const char *key, uint64_t number)
{
	json_object_object_add(to, key, json_object_new_uint64(number));
}

static void say(json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key, text ? json_object_new_string(text) : NULL);
}

static json_object *list(json_object *to, const char *key)
{
	json_object *array = json_object_new_array();

	json_object_object_add(to, key, array);
	return array;
}

static const char *call_of(const struct event *e)
{
	return !e ? NULL : e->kind == EVENT_EXIT ? "exit" : event_call_name(e);
}

static void dump_end(json_object *ends, const struct end *end)
{
	json_object *o = json_object_new_object();
	size_t unread = 0;

	json_object_array_add(ends, o);
	put(o, "pid", end->proc ? end->proc->pid : 0);
	put(o, "sock", end->sock ? end->sock->cookie : 0);
	put(o, "port", end->addr ? end->addr->port : 0);
	put(o, "written", end->written);
	put(o, "read", end->read);
	put(o, "followed", end->followed);
	put(o, "unread", end->unread);
	for (size_t i = 0; i < end->sent.count; i++)
		unread += !end->sent.items[i].read;
	put(o, "pieces", end->sent.count);
	put(o, "pieces_unread", unread);
	say(o, "made", call_of(end->made));
	say(o, "eof_sent", call_of(end->eof_sent));
	say(o, "eof_seen", call_of(end->eof_seen));
	say(o, "waiting", call_of(end->waiting));
}

static void dump_reset(json_object *to, const struct reset *r)
{
	json_object *o = json_object_new_object();

	if (!r) {
		json_object_put(o);
		return;
	}
	json_object_object_add(to, "reset", o);
	say(o, "why", resets[r->why]);
	say(o, "by", r->by == SIDE_CLIENT ? "client" : "server");
	say(o, "cause", call_of(r->cause));
	say(o, "seen", call_of(r->seen));
	put(o, "unread", r->unread);
}

static void dump_conn(json_object *conns, const struct conn *c)
{
	json_object *o = json_object_new_object(), *ends;
	unsigned reads = 0, caused = 0;

	json_object_array_add(conns, o);
	put(o, "id", c->id);
	say(o, "kind", kinds[c->kind]);
	say(o, "outcome", outcomes[c->outcome]);
	say(o, "one_sided", one_sided_words(c->one_sided));
	put(o, "on_behalf_of", c->on_behalf_of ? c->on_behalf_of->id : 0);
	put(o, "exchanges", c->exchanges.count);
	put(o, "queued", c->queued_ns);
	for (size_t i = 0; i < c->events.count; i++) {
		const struct event *e = c->events.items[i];
		bool moved = e->kind == EVENT_CALL && event_is_read(e) && e->ret > 0;

		reads += moved;
		caused += moved && e->cause;
	}
	put(o, "reads", reads);
	put(o, "caused", caused);
	ends = list(o, "ends");
	dump_end(ends, &c->ends[SIDE_CLIENT]);
	dump_end(ends, &c->ends[SIDE_SERVER]);
	dump_reset(o, c->reset);
}

static void dump_sock(json_object *socks, const struct sock *s)
{
	json_object *o = json_object_new_object(), *states;

	json_object_array_add(socks, o);
	put(o, "sock", s->cookie);
	put(o, "open", s->open);
	states = list(o, "states");
	for (unsigned i = 0; i < s->nchanges; i++)
		json_object_array_add(states, json_object_new_string(sock_state_name(s->changes[i].state)));
}

static void dump_descriptor(json_object *descriptors, const struct descriptor *d)
{
	json_object *o = json_object_new_object();
	const struct descriptor *holder = d->closed ? sock_still_held(d->closed) : NULL;

	json_object_array_add(descriptors, o);
	put(o, "pid", d->proc->pid);
	put(o, "fd", (uint64_t)d->fd);
	put(o, "sock", d->sock->cookie);
	say(o, "born", call_of(d->born));
	say(o, "closed", call_of(d->closed));
	put(o, "from", d->from ? d->from->proc->pid : 0);
	put(o, "held_by", holder ? holder->proc->pid : 0);
}

static void dump(const struct trace *t)
{
	json_object *o = json_object_new_object(), *array = list(o, "conns");

	for (size_t i = 0; i < t->conns.count; i++)
		dump_conn(array, t->conns.items[i]);
	array = list(o, "socks");
	for (size_t i = 0; i < t->socks.count; i++)
		dump_sock(array, t->socks.items[i]);
	array = list(o, "descriptors");
	for (size_t i = 0; i < t->descriptors.count; i++)
		dump_descriptor(array, t->descriptors.items[i]);
	put(o, "skews", t->skews.count);
	put(o, "warnings", t->warnings.count);
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

int main(int argc, char **argv)
{
	struct load_options options = {.all = true};
	struct err err;
	struct trace *t = load_trace((const char *const *)argv + 1, argc - 1, &options, &err);

	if (!t) {
		fprintf(stderr, "dump: %s\n", err.text);
		return 2;
	}
	dump(t);
	trace_free(t);
	return 0;
}
