/* st005: an address structure with a family, or padding, that nobody set. */
#include "viewer/base/escape.h"
#include "viewer/check/rule.h"

enum { FAMILY_LEN = 2, ZERO_AT = 8, SIZE = 16 };

static const char cure[] = "First memset(&addr, 0, sizeof addr), then addr.sin_family = AF_INET.";

static bool is_filled(const struct address *a)
{
	for (unsigned i = FAMILY_LEN; i < a->raw_len && i < ZERO_AT; i++)
		if (a->raw[i])
			return true;
	return false;
}

/* A connect to AF_UNSPEC takes back an earlier one, on purpose: such an address is empty, or the socket had a peer, or was
 * refused one. */
static bool is_on_purpose(const struct event *e)
{
	return !rule_is_stream(e->socket) || !is_filled(e->addr) || !rule_state_is(e, STATE_UNCONNECTED) ||
	       rule_last(e, CALL_connect);
}

static void check_bind(struct inspection *in, const struct event *e)
{
	if (!rule_is_inet(e->socket) || !rule_is(e->err, "EAFNOSUPPORT"))
		return;
	if (rule_is(e->addr->family, "AF_INET") || rule_is(e->addr->family, "AF_INET6"))
		return; /* the other of the two: not this mistake */
	rule_report(in, GRADE_PROVED, e,
		    rule_say(in, "the address has the family %s: bind gave EAFNOSUPPORT",
			     escape_string(in->t->arena, e->addr->family)),
		    cure);
}

static void check_connect(struct inspection *in, const struct event *e)
{
	const char *family = e->addr->family;

	if (!rule_is_inet(e->socket))
		return;
	if (rule_is(family, "AF_UNSPEC") && rule_succeeded(e) && !is_on_purpose(e))
		rule_report(in, GRADE_PROVED, e, "the family is 0 (AF_UNSPEC): connect gave 0 but connected nothing",
			    cure);
	else if (rule_is(e->err, "EAFNOSUPPORT") && !rule_is(family, "AF_INET") && !rule_is(family, "AF_INET6"))
		rule_report(in, GRADE_PROVED, e,
			    rule_say(in, "the address has the family %s: connect gave EAFNOSUPPORT",
				     escape_string(in->t->arena, family)),
			    cure);
}

static void check_padding(struct inspection *in, const struct event *e)
{
	if (!rule_is(e->addr->family, "AF_INET") || e->addr->raw_len < SIZE)
		return;
	for (unsigned i = ZERO_AT; i < SIZE; i++) {
		if (!e->addr->raw[i])
			continue;
		rule_report(in, GRADE_ADVICE, e, "sin_zero is not zero: the structure was not cleared",
			    "Linux does not look at it; clear the structure all the same: memset.");
		return;
	}
}

static void check(struct inspection *in)
{
	static const enum call_id ids[] = {CALL_bind, CALL_connect, CALL_UNKNOWN};
	struct calls calls = rule_calls_of(in, ids);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!e->addr || !e->addr->family)
			continue;
		if (e->call == CALL_bind)
			check_bind(in, e);
		else
			check_connect(in, e);
		check_padding(in, e);
	}
}

const struct rule st005_structure_not_zeroed = {
	.id = "ST005-structure-not-zeroed",
	.title = "passes an address that was not cleared",
	.grade = GRADE_PROVED,
	.check = check,
};
