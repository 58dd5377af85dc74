/* span.c: where a member's text stands within a line. */
#include "viewer/base/span.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static const char *skip_blanks_back(const char *begin, const char *at)
{
	while (at > begin && is_blank(at[-1]))
		at--;
	return at;
}

/* at is behind the opening quote; returns behind the closing one. */
static const char *skip_string(const char *at, const char *end)
{
	while (at < end && *at != '"')
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	return at < end ? at + 1 : end;
}

/* To the comma or brace that ends the value. */
static const char *skip_value(const char *at, const char *end)
{
	int depth = 0;

	while (at < end) {
		char c = *at;

		if (depth == 0 && (c == ',' || c == '}'))
			break;
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		at = c == '"' ? skip_string(at + 1, end) : at + 1;
	}
	return at;
}

static bool is_key(const char *at, const char *behind, const char *key)
{
	size_t len = strlen(key);

	return (size_t)(behind - at) == len + 2 && memcmp(at + 1, key, len) == 0;
}

const char *span_member(const char *line, size_t line_len, const char *key, uint32_t *len)
{
	const char *end = line + line_len, *at = skip_blanks(line, end), *found = NULL;

	*len = 0;
	while (at < end && *at != '}') {
		const char *name = skip_blanks(at + 1, end), *value, *behind;

		if (name >= end || *name != '"')
			break;
		behind = skip_string(name + 1, end);
		value = skip_blanks(behind, end);
		if (value < end)
			value = skip_blanks(value + 1, end); /* the colon */
		at = skip_value(value, end);
		if (is_key(name, behind, key)) {
			found = value;
			*len = (uint32_t)(skip_blanks_back(value, at) - value);
		}
	}
	return found;
}
