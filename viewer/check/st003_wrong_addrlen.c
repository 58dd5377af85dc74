/* st003: a length that is not that of the address structure. */
#include <inttypes.h>

#include "viewer/check/rule.h"

static const enum call_id with_addresses[] = {CALL_bind, CALL_connect, CALL_sendto, CALL_UNKNOWN};

/* The sizes, and the least that Linux takes: an AF_INET6 address without its scope is allowed (RFC 2133). */
static const struct family {
	const char *name, *structure;
	int64_t size, least;
} families[] = {
	{"AF_INET", "sockaddr_in", 16, 16},
	{"AF_INET6", "sockaddr_in6", 28, 24},
};

static const struct family *family_of(const struct address *a)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (rule_is(a->family, families[i].name))
			return &families[i];
	return NULL;
}

static const char *meaning(int64_t len)
{
	return len == 4 ? "the size of the address alone" : len == 8 ? "the size of a pointer" : "too short";
}

static void check_call(struct inspection *in, const struct event *e, const struct family *f, int64_t len)
{
	if (len < f->least && rule_is(e->err, "EINVAL"))
		rule_report(in, GRADE_PROVED, e,
			    rule_say(in, "addrlen %" PRId64 " is %s: %s gave EINVAL", len, meaning(len),
				     event_call_name(e)),
			    rule_say(in, "Pass the size of the whole structure, %" PRId64 ": sizeof(struct %s).",
				     f->size, f->structure));
	else if (len > f->size && rule_succeeded(e))
		rule_report(in, GRADE_ADVICE, e,
			    rule_say(in, "addrlen %" PRId64 " is more than an %s address has", len, f->name),
			    rule_say(in, "Linux allows it, other systems do not: sizeof(struct %s), %" PRId64 ".",
				     f->structure, f->size));
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, with_addresses);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		const struct family *f = e->addr && rule_is_inet(e->socket) ? family_of(e->addr) : NULL;
		int64_t len;

		if (f && event_arg_int(e, "addrlen", &len))
			check_call(in, e, f, len);
	}
}

const struct rule st003_wrong_addrlen = {
	.id = "ST003-wrong-addrlen",
	.title = "passes a wrong length of an address",
	.grade = GRADE_PROVED,
	.check = check,
};
