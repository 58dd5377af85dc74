/* buf.h: a growing string of bytes. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

/* Start with {0}. bytes is NUL-terminated once anything was put. The owner calls buf_free. */
struct buf {
	char *bytes;
	size_t len, room;
};

void buf_put(struct buf *b, const char *bytes, size_t len);
void buf_puts(struct buf *b, const char *s);
void buf_fill(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_clear(struct buf *b);
void buf_free(struct buf *b);

#endif
