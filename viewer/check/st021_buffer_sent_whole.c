/* st021: a text sent with the size of its buffer: what lies behind the text goes out too. */
#include "viewer/check/payload.h"
#include "viewer/check/rule.h"

static bool waits_in_read(const struct end *end)
{
	return end->waiting && event_is_read(end->waiting);
}

/* No newline went out, and both ends wait: this one for an answer, none of which is under way, the other for the rest of the line. */
static bool is_waited_for(const struct event *e)
{
	const struct end *own, *other;

	if (e->side == SIDE_NONE || !payload_lacks_newline(e))
		return false;
	own = &e->conn->ends[e->side];
	other = &e->conn->ends[!e->side];
	return own->writes == 1 && waits_in_read(own) && waits_in_read(other) && other->read == own->written &&
	       own->read == other->written;
}

/* Legal, and what protocols with fields of a fixed size do: advice, unless it hangs. */
static void check(struct inspection *in)
{
	struct calls writes = rule_calls_of(in, rule_writes);

	for (size_t i = 0; i < writes.count; i++) {
		const struct event *e = writes.items[i];
		size_t text;

		if (e->kind != EVENT_CALL || e->ret < 2 || !e->conn || e->conn->kind != CONN_STREAM)
			continue;
		text = payload_text_before_nuls(e);
		if (!text)
			continue;
		if (is_waited_for(e) && rule_saw_all(in, e->proc))
			rule_report(in, GRADE_PROBABLE, e,
				    rule_say(in, "%lld B sent: %zu of text, then NULs, no newline: both ends wait",
					     (long long)e->ret, text),
				    "Send the line with its newline: strlen(line) bytes, not sizeof line.");
		else
			rule_report(in, GRADE_ADVICE, e,
				    rule_say(in, "%lld B sent, of which the first %zu are text, then NULs",
					     (long long)e->ret, text),
				    "Send strlen(line) bytes, not sizeof line nor strlen(line) + 1.");
	}
}

const struct rule st021_buffer_sent_whole = {
	.id = "ST021-buffer-sent-whole",
	.title = "sends the NULs behind a text",
	.grade = GRADE_PROBABLE,
	.check = check,
};
