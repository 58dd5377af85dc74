/* st004: accept given a length that nobody set. */
#include <inttypes.h>
#include <string.h>

#include "viewer/check/rule.h"

static const char cure[] = "accept reads the length first: before each call, addrlen = sizeof addr.";

/* Where nobody wants the address, the length does not matter. */
static bool wants_address(const struct event *e)
{
	static const char none[] = "\"addr\":null";

	return e->args_at && !memmem(event_args(e), e->args_len, none, strlen(none));
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, rule_accepts);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		int64_t len;

		if (!wants_address(e) || !event_arg_int(e, "addrlen", &len))
			continue;
		if (len < 0 && rule_is(e->err, "EINVAL"))
			rule_report(in, GRADE_PROVED, e,
				    rule_say(in, "accept was given the length %" PRId64 ": EINVAL", len), cure);
		else if (len == 0 && rule_succeeded(e))
			rule_report(in, GRADE_PROBABLE, e,
				    "accept was given the length 0: the client's address is lost", cure);
	}
}

const struct rule st004_addrlen_unset = {
	.id = "ST004-addrlen-unset",
	.title = "accepts with a length that was not set",
	.grade = GRADE_PROVED,
	.check = check,
};
