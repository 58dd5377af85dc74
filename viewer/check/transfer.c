/* transfer: reads and writes that the kernel refused because the socket was not connected. */
#include "viewer/check/transfer.h"

/* A write to a stream that is not connected, unless it connects it, does not wait: it raises SIGPIPE, and who does not handle that
 * never returns. Of a death that nobody waited for the signal is not known. */
static bool died_in(const struct event *e)
{
	return e->kind == EVENT_PENDING && !e->abandoned && event_is_write(e) && rule_is_stream(e->socket) &&
	       !event_is_fast_open(e) && (e->proc->ending == END_UNKNOWN || rule_is(e->proc->end_signal, "SIGPIPE"));
}

static bool is_refused(const struct event *e)
{
	if (!e->socket)
		return false;
	return rule_is(e->err, "ENOTCONN") || rule_is(e->err, "EPIPE") || rule_is(e->err, "EDESTADDRREQ") || died_in(e);
}

static void add_refused(struct call_list *list, const struct calls *calls)
{
	for (size_t i = 0; i < calls->count; i++)
		if (is_refused(calls->items[i]))
			vec_push(&list->events, calls->items[i]);
}

struct calls transfer_refused(struct inspection *in)
{
	struct call_list list = {0};
	struct calls reads = rule_calls_of(in, rule_reads), writes = rule_calls_of(in, rule_writes);

	add_refused(&list, &reads);
	add_refused(&list, &writes);
	return rule_keep(in, &list);
}

const char *transfer_outcome(struct inspection *in, const struct event *e)
{
	if (e->kind == EVENT_PENDING)
		return rule_say(in, "%s died of SIGPIPE", event_call_name(e));
	return rule_say(in, "%s gave %s", event_call_name(e), e->err);
}
