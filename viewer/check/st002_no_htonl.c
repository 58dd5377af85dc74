/* st002: an IPv4 address whose bytes are in the host's order. */
#include <stdio.h>
#include <string.h>

#include "viewer/check/rule.h"

enum { IPV4_AT = 4, IPV4_LEN = 4, TEXT_LEN = 16 };

static const enum call_id with_addresses[] = {CALL_bind, CALL_connect, CALL_sendto, CALL_sendmsg, CALL_UNKNOWN};

/* The address with its bytes in the other order; false: it has none, or it reads the same both ways. */
static bool reversed(const struct address *a, char text[TEXT_LEN])
{
	const uint8_t *b = a->raw + IPV4_AT;

	if (!rule_is(a->family, "AF_INET") || !a->host || a->raw_len < IPV4_AT + IPV4_LEN)
		return false;
	snprintf(text, TEXT_LEN, "%u.%u.%u.%u", b[3], b[2], b[1], b[0]);
	return strcmp(text, a->host) != 0;
}

/* Who tries again and again is told once. */
static bool is_again(const struct event *e, const struct event *before)
{
	return e->proc == before->proc && e->addr == before->addr;
}

static const char *cure(struct inspection *in, const char *meant)
{
	if (strcmp(meant, "127.0.0.1") == 0)
		return "Addresses go in network byte order: s_addr = htonl(INADDR_LOOPBACK).";
	return rule_say(in, "Addresses go in network byte order: inet_pton(AF_INET, \"%s\", ...).", meant);
}

/* An address that ends in .127 is somebody's: only that of this machine, or one that was asked for, proves it. */
static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, with_addresses);
	char meant[TEXT_LEN];

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!e->addr || (i && is_again(e, calls.items[i - 1])) || !reversed(e->addr, meant))
			continue;
		if (strcmp(meant, "127.0.0.1") != 0 && !rule_is_address_argument(e->proc, meant))
			continue;
		if (rule_is_address_asked_for(in, e))
			continue;
		rule_report(in, GRADE_PROVED, e,
			    rule_say(in, "%s to %s, which is %s backwards", event_call_name(e), e->addr->host, meant),
			    cure(in, meant));
	}
}

const struct rule st002_no_htonl = {
	.id = "ST002-no-htonl",
	.title = "gives an address without htonl",
	.grade = GRADE_PROVED,
	.check = check,
};
