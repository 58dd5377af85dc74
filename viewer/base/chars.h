/* chars.h: the characters of a JSON string as its text spells them. */
#ifndef BASE_CHARS_H
#define BASE_CHARS_H

/* The character at *at, which moves behind it. The text must be of a string that json_parse accepts, and all its
 * characters below U+0100. */
unsigned char chars_next(const char **at);

#endif
