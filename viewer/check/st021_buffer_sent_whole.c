/* st021: a text sent with the size of its buffer: what lies behind the text goes out too. */
#include <string.h>

#include "viewer/check/rule.h"

/* How many bytes of text the recorded ones begin with, where nothing but NULs follows; 0: it is not so. */
static size_t text_before_nuls(const struct event *e)
{
	char bytes[4096];
	size_t n = 0;

	if (e->data_len < 2 || e->data_len > sizeof bytes)
		return 0;
	event_data(e, bytes);
	while (n < e->data_len && bytes[n] && ((bytes[n] >= ' ' && bytes[n] <= '~') || strchr("\r\n\t", bytes[n])))
		n++;
	for (size_t i = n; i < e->data_len; i++)
		if (bytes[i])
			return 0;
	return n < e->data_len ? n : 0;
}

/* Legal, and what protocols with fields of a fixed size do: advice. */
static void check(struct inspection *in)
{
	struct calls writes = rule_calls_of(in, rule_writes);

	for (size_t i = 0; i < writes.count; i++) {
		const struct event *e = writes.items[i];
		size_t text;

		if (e->kind != EVENT_CALL || e->ret < 2 || !e->conn || e->conn->kind != CONN_STREAM)
			continue;
		text = text_before_nuls(e);
		if (!text)
			continue;
		rule_report(in, GRADE_ADVICE, e,
			    rule_say(in, "%lld B sent, of which the first %zu are text, then NULs", (long long)e->ret,
				     text),
			    "Send strlen(line) bytes, not sizeof line nor strlen(line) + 1.");
	}
}

const struct rule st021_buffer_sent_whole = {
	.id = "ST021-buffer-sent-whole",
	.title = "sends the NULs behind a text",
	.grade = GRADE_ADVICE,
	.check = check,
};
