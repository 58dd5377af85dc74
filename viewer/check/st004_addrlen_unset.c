/* st004: accept or recvfrom given a length that nobody set. */
#include <inttypes.h>
#include <string.h>

#include "viewer/check/rule.h"

static const char *cure(struct inspection *in, const struct event *e)
{
	return rule_say(in, "%s reads the length first: before each call, addrlen = sizeof addr.",
			event_is_accept(e) ? "accept" : "recvfrom");
}

/* Where nobody wants the address, the length does not matter. */
static bool wants_address(const struct event *e)
{
	static const char *const none[] = {"\"addr\":null", "\"src_addr\":null"};

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (!e->args_at || memmem(event_args(e), e->args_len, none[i], strlen(none[i])))
			return false;
	return true;
}

static void report_negative(struct inspection *in, const struct event *e, int64_t len)
{
	rule_report(in, GRADE_PROVED, e,
		    rule_say(in, "%s was given the length %" PRId64 ": EINVAL",
			     event_is_accept(e) ? "accept" : "recvfrom", len),
		    cure(in, e));
}

static void check_accepts(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, rule_accepts);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		int64_t len;

		if (!wants_address(e) || !event_arg_int(e, "addrlen", &len))
			continue;
		if (len < 0 && rule_is(e->err, "EINVAL"))
			report_negative(in, e, len);
		else if (len == 0 && rule_succeeded(e))
			rule_report(in, GRADE_PROBABLE, e,
				    "accept was given the length 0: the client's address is lost", cure(in, e));
	}
}

/* The answer that fails because it has no address: the thread's next write there. Otherwise nobody may have wanted one. */
static const struct event *failed_answer(const struct event *e)
{
	const struct event *answer = rule_next_that(e, event_is_write);

	return answer && answer->call == CALL_sendto && answer->tid == e->tid && answer->err && answer->addr &&
			       !answer->addr->port
		       ? answer
		       : NULL;
}

/* A connection has no address to give. */
static void check_datagrams(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_recvfrom);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i], *answer;
		int64_t len;

		if (!rule_is_udp(e->socket) || !event_arg_int(e, "addrlen", &len) || len > 0 || !wants_address(e))
			continue;
		answer = len == 0 && rule_succeeded(e) ? failed_answer(e) : NULL;
		if (len < 0 && rule_is(e->err, "EINVAL"))
			report_negative(in, e, len);
		else if (answer)
			rule_report(
				in, GRADE_PROVED, e,
				rule_say(in, "recvfrom was given the length 0: sendto has no address, %s", answer->err),
				cure(in, e));
	}
}

static void check(struct inspection *in)
{
	check_accepts(in);
	check_datagrams(in);
}

const struct rule st004_addrlen_unset = {
	.id = "ST004-addrlen-unset",
	.title = "takes in a client with a length that was not set",
	.grade = GRADE_PROVED,
	.check = check,
};
