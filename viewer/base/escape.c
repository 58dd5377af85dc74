/* escape: bytes of strangers made fit to print. */
#include "viewer/base/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

static const char named[256] = {
	['\a'] = 'a', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\v'] = 'v', ['\f'] = 'f', ['\r'] = 'r', ['\\'] = '\\',
};

static void escape_byte(struct buf *b, unsigned char byte)
{
	if (named[byte])
		buf_printf(b, "\\%c", named[byte]);
	else if (byte < 0x20 || byte >= 0x7f)
		buf_printf(b, "\\x%02x", byte);
	else
		buf_put(b, (const char *)&byte, 1);
}

static bool shows(utf8proc_int32_t code)
{
	switch (utf8proc_category(code)) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return false;
	default:
		return utf8proc_charwidth(code) > 0;
	}
}

void escape_bytes(struct buf *b, const char *bytes, size_t len)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)bytes;

	for (size_t i = 0; i < len;) {
		utf8proc_int32_t code;
		utf8proc_ssize_t n = p[i] < 0x80 ? 0 : utf8proc_iterate(p + i, (utf8proc_ssize_t)(len - i), &code);

		if (n <= 0) {
			escape_byte(b, p[i++]);
			continue;
		}
		if (shows(code))
			buf_put(b, bytes + i, (size_t)n);
		else
			buf_printf(b, code > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)code);
		i += (size_t)n;
	}
}

const char *escape_string(struct arena *a, const char *s)
{
	struct buf b = {0};
	const char *copy;

	if (!s)
		return NULL;
	escape_bytes(&b, s, strlen(s));
	copy = arena_copy(a, b.bytes ? b.bytes : "", b.len);
	buf_free(&b);
	return copy;
}

size_t escape_whole(const char *bytes, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char c = (unsigned char)bytes[len - back];

		if (c >= 0xc0)
			return utf8proc_utf8class[c] > (int)back ? len - back : len;
		if (c < 0x80)
			return len;
	}
	return len;
}
