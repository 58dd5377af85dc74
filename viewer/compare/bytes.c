/* bytes: the first bytes of a transfer without the ports that a program wrote into them: `Host: 127.0.0.1:41235`. */
#include <ctype.h>
#include <stdio.h>

#include "viewer/compare/making.h"

/* As long as the longest port, so that what is behind it stands at the same place in both runs. */
static const char stand_in[] = "$PORT";
enum { STAND_IN_LEN = sizeof stand_in - 1 };

/* Of bytes that were recorded only in part the last may be the beginning of a port: so they are taken for one where a
 * host stands before them. */
static bool follows_host(const char *bytes, size_t colon)
{
	static const char name[] = "localhost";
	size_t len = sizeof name - 1;

	if (colon == 0)
		return false;
	if (bytes[colon - 1] == ']')
		return true;
	if (colon >= len && memcmp(bytes + colon - len, name, len) == 0)
		return true;
	return colon >= 4 && isdigit((unsigned char)bytes[colon - 1]) && memchr(bytes + colon - 4, '.', 3) != NULL;
}

/* How many bytes behind the colon are that port, or what there is of it; 0: none. */
static size_t port_at(const struct buf *b, size_t colon, uint16_t port, bool cut)
{
	char digits[8];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%u", port), rest = b->len - colon - 1;
	const char *at = b->bytes + colon + 1;

	if (!port)
		return 0;
	if (rest >= len)
		return memcmp(at, digits, len) == 0 && (rest == len || !isdigit((unsigned char)at[len])) ? len : 0;
	return rest && cut && memcmp(at, digits, rest) == 0 && follows_host(b->bytes, colon) ? rest : 0;
}

static size_t either_port_at(const struct buf *b, size_t colon, const uint16_t ports[2], bool cut)
{
	size_t len = port_at(b, colon, ports[0], cut);

	return len ? len : port_at(b, colon, ports[1], cut);
}

void bytes_without_ports(struct buf *bytes, const uint16_t ports[2], uint64_t limit, int64_t *number)
{
	bool cut = bytes->len < (uint64_t)*number;
	struct buf clean = {0};
	size_t done = 0;

	for (size_t i = 0; i + 1 < bytes->len; i++) {
		size_t len = bytes->bytes[i] == ':' ? either_port_at(bytes, i, ports, cut) : 0;

		if (!len)
			continue;
		buf_put(&clean, bytes->bytes + done, i + 1 - done);
		buf_puts(&clean, stand_in);
		done = i + 1 + len;
		/* Where a port is cut, how long all of it is is still known. */
		if (done < bytes->len || !cut)
			*number += STAND_IN_LEN - (int64_t)len;
		i += len;
	}
	if (done) {
		buf_put(&clean, bytes->bytes + done, bytes->len - done);
		buf_clear(bytes);
		buf_put(bytes, clean.bytes, clean.len);
		buf_free(&clean);
	}
	if (bytes->len > limit)
		bytes->len = limit;
}
