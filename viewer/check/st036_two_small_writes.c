/* st036: a question in two small writes, whose second part TCP keeps back until the first is acknowledged. */
#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

/* An acknowledgement may be delayed by 40 ms and more (Linux: TCP_DELACK_MIN); a busy machine is late once, not so often. */
enum { HELD_BACK_NS = 35000000, TOO_LONG_NS = 250000000, SMALL = 1400, OFTEN = 3 };

static bool has_no_delay(const struct sock *s)
{
	for (size_t i = 0; i < s->events.count; i++)
		if (s->events.items[i]->call == CALL_setsockopt &&
		    rule_is(event_arg_text(s->events.items[i], "optname"), "TCP_NODELAY"))
			return true;
	return false;
}

/* How long a read waited for bytes that were written already. */
static uint64_t held_back_ns(const struct event *write)
{
	struct transfers moved = transfers_of(write);
	const struct event *read = moved.count ? moved.items[0].read : NULL;
	uint64_t since_ns, took_ns;

	if (!read || read->cause != write)
		return 0;
	since_ns = read->t_ns > event_end_ns(write) ? read->t_ns : event_end_ns(write);
	took_ns = event_end_ns(read) > since_ns ? event_end_ns(read) - since_ns : 0;
	return took_ns >= HELD_BACK_NS && took_ns < TOO_LONG_NS ? took_ns : 0;
}

static bool is_small_write(const struct event *e)
{
	return e->kind == EVENT_CALL && event_is_write(e) && e->ret > 0 && e->ret <= SMALL;
}

static void check_socket(struct inspection *in, const struct sock *s)
{
	const struct event *before = NULL, *first = NULL;
	uint64_t sum_ns = 0;
	unsigned times = 0;

	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];
		uint64_t held_ns = before && is_small_write(e) && e->tid == before->tid ? held_back_ns(e) : 0;

		if (event_is_read(e) || event_is_write(e))
			before = is_small_write(e) ? e : NULL;
		if (!held_ns)
			continue;
		first = first ? first : e;
		sum_ns += held_ns;
		times++;
	}
	if (times >= OFTEN && !has_no_delay(s))
		rule_report(in, GRADE_ADVICE, first,
			    rule_say(in, "what a second small %s sent waited, %u times, %s in all",
				     event_call_name(first), times, words_duration(in->t->arena, sum_ns)),
			    "Put the parts together and write them at once; or set TCP_NODELAY.");
}

static void check(struct inspection *in)
{
	for (size_t i = 0; i < in->t->socks.count; i++)
		if (rule_is_stream(in->t->socks.items[i]) && rule_is_inet(in->t->socks.items[i]))
			check_socket(in, in->t->socks.items[i]);
}

const struct rule st036_two_small_writes = {
	.id = "ST036-two-small-writes",
	.title = "sends one message in two small writes",
	.grade = GRADE_ADVICE,
	.check = check,
};
