/* xml.c: four characters that are not themselves. */
#include "viewer/base/xml.h"

#include <string.h>

void xml_put(struct buf *out, const char *text)
{
	xml_put_n(out, text, strlen(text));
}

void xml_put_n(struct buf *out, const char *text, size_t len)
{
	for (const char *end = text + len; text < end; text++) {
		switch (*text) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		default:
			buf_put(out, text, 1);
		}
	}
}
