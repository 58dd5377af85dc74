/* st037: an address that is INADDR_NONE: what inet_addr gives for a name, and for whatever else is no address. */
#include "viewer/check/rule.h"

static const char cure[] = "inet_addr takes no names: use getaddrinfo, or inet_pton, and check them.";

static bool is_none(const struct event *e)
{
	return e->addr && rule_is(e->addr->family, "AF_INET") && rule_is(e->addr->host, "255.255.255.255");
}

/* Datagrams may go to all, and come from there: only a connection has nobody at its other end. */
static void check(struct inspection *in)
{
	static const enum call_id ids[] = {CALL_bind, CALL_connect, CALL_UNKNOWN};
	struct calls calls = rule_calls_of(in, ids);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!is_none(e) || !rule_is_stream(e->socket) || rule_is_address_asked_for(in, e))
			continue;
		if (e->call == CALL_connect && e->err)
			rule_report(in, GRADE_PROVED, e,
				    rule_say(in, "connect to 255.255.255.255 (INADDR_NONE) gave %s", e->err), cure);
		else if (e->call == CALL_bind && rule_succeeded(e))
			rule_report(in, GRADE_PROVED, e, "bound to 255.255.255.255 (INADDR_NONE): no client gets there",
				    cure);
	}
}

const struct rule st037_inaddr_none = {
	.id = "ST037-inaddr-none",
	.title = "uses INADDR_NONE as an address",
	.grade = GRADE_PROVED,
	.check = check,
};
