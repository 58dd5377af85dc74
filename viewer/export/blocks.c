/* blocks: what a pcapng file is made of (draft-ietf-opsawg-pcapng). */
#include "viewer/export/blocks.h"

#include <string.h>

#include "viewer/base/escape.h"

enum { TEXT_MOST = 4096 }; /* a length has 16 bits, and nobody reads more */

void block_number(struct buf *out, uint32_t value)
{
	buf_put(out, (const char *)&value, sizeof value);
}

static void put_padded(struct buf *out, const void *bytes, size_t len)
{
	buf_put(out, bytes, len);
	buf_fill(out, 0, -len % 4);
}

void block_option(struct buf *out, uint16_t code, const void *value, size_t len)
{
	uint16_t head[2] = {code, (uint16_t)(len > TEXT_MOST ? escape_whole(value, TEXT_MOST) : len)};

	buf_put(out, (const char *)head, sizeof head);
	put_padded(out, value, head[1]);
}

void block_text(struct buf *out, uint16_t code, const char *text)
{
	block_option(out, code, text, strlen(text));
}

size_t block_begin(struct buf *out, uint32_t type)
{
	size_t begin = out->len;

	block_number(out, type);
	block_number(out, 0);
	return begin;
}

void block_end(struct sink *to, size_t begin)
{
	uint32_t len;

	block_number(&to->buf, 0); /* the end of the options */
	len = (uint32_t)(to->buf.len - begin + sizeof len);
	block_number(&to->buf, len);
	memcpy(to->buf.bytes + begin + 4, &len, sizeof len);
	sink_next(to);
}
