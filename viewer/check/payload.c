/* payload: what the recorded bytes of a write show. */
#include "viewer/check/payload.h"

#include <string.h>

enum { ROOM = 4096 };

static bool is_text(char c)
{
	return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t';
}

/* What a small number looks like in memory: its low bytes may be letters, half of all or more are 0. */
static bool is_number(size_t text, size_t len)
{
	return len % 4 == 0 && len <= 8 && text <= len / 2;
}

size_t payload_text_before_nuls(const struct event *e)
{
	char bytes[ROOM];
	size_t n = 0;

	if (e->data_len < 2 || e->data_len > sizeof bytes)
		return 0;
	event_data(e, bytes);
	while (n < e->data_len && is_text(bytes[n]))
		n++;
	for (size_t i = n; i < e->data_len; i++)
		if (bytes[i])
			return 0;
	return n < e->data_len && !is_number(n, e->data_len) ? n : 0;
}

bool payload_lacks_newline(const struct event *e)
{
	char bytes[ROOM];
	size_t text = payload_text_before_nuls(e);

	if (!e->data_len || e->data_len > sizeof bytes)
		return false;
	event_data(e, bytes);
	if (text)
		return !memchr(bytes, '\n', text);
	return e->data_len == (uint64_t)e->ret && bytes[e->data_len - 1] != '\n';
}
