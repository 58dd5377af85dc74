/* buf.c: a growing string of bytes. */
#include "viewer/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"

/* Room for len more bytes and a NUL; returns where they go. */
static char *extend(struct buf *b, size_t len)
{
	size_t need = b->len + len + 1;

	if (need > b->room) {
		b->room = need < 64 ? 64 : mem_product(need, 2);
		b->bytes = mem_resize(b->bytes, b->room);
	}
	b->len += len;
	b->bytes[b->len] = '\0';
	return b->bytes + b->len - len;
}

void buf_put(struct buf *b, const char *bytes, size_t len)
{
	char *to = extend(b, len);

	if (len)
		memcpy(to, bytes, len);
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_fill(struct buf *b, char c, size_t count)
{
	memset(extend(b, count), c, count);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (len <= 0)
		return;
	va_start(ap, format);
	vsnprintf(extend(b, (size_t)len), (size_t)len + 1, format, ap);
	va_end(ap);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->bytes)
		b->bytes[0] = '\0';
}

void buf_free(struct buf *b)
{
	free(b->bytes);
	*b = (struct buf){0};
}
