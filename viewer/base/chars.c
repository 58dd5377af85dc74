/* chars.c: the characters of a JSON string as its text spells them. */
#include "viewer/base/chars.h"

#include <string.h>

static unsigned nibble(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static unsigned char next_escaped(const char **at)
{
	static const char letters[] = "bfnrt", controls[] = "\b\f\n\r\t";
	const char *p = *at, *letter;

	if (*p == 'u') {
		*at = p + 5;
		return (unsigned char)(nibble(p[3]) << 4 | nibble(p[4]));
	}
	*at = p + 1;
	letter = strchr(letters, *p);
	return (unsigned char)(letter ? controls[letter - letters] : *p);
}

unsigned char chars_next(const char **at)
{
	unsigned char c = (unsigned char)*(*at)++;

	if (c == '\\')
		return next_escaped(at);
	if (c < 0x80)
		return c;
	return (unsigned char)(c << 6 | (*(*at)++ & 0x3f));
}
