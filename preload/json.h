/* json.h: write JSON into a line of fixed room. What does not fit is left out, and the line stays whole. */
#ifndef PRELOAD_JSON_H
#define PRELOAD_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/text.h"
#include "trace/names.h"

/* Puts of fixed size rely on the slack behind `end`; those of variable size stop at it. */
enum { JSON_SLACK = 1024 };

struct known_addr;

struct json {
	char *start, *p, *end;
	struct known_addr *known; /* addresses, see known.h; NULL where the line is in no slot */
};

static inline void json_init(struct json *j, char *room, size_t len)
{
	j->start = j->p = room;
	j->end = room + len - JSON_SLACK;
	j->known = NULL;
}

static inline bool json_full(const struct json *j)
{
	return j->p > j->end;
}

/* Text that is JSON already, of at most a few dozen bytes. */
#define json_put(j, literal) ((void)((j)->p = text_put((j)->p, literal)))

void json_text(struct json *j, const char *s); /* a name: trusted, short, put as it is */

static inline void json_u64(struct json *j, uint64_t v)
{
	j->p = text_u64(j->p, v);
}

static inline void json_i64(struct json *j, int64_t v)
{
	j->p = text_i64(j->p, v);
}

static inline void json_pc(struct json *j, uint64_t v)
{
	j->p = text_pc(j->p, v);
}

/* A C string in quotes: valid UTF-8 stays, other bytes become U+FFFD. */
void json_string(struct json *j, const char *s);
void json_string_n(struct json *j, const char *s, size_t len);

/* Bytes in quotes, each one character U+0000 to U+00FF. */
void json_bytes(struct json *j, const void *bytes, size_t len);
void json_bytes_more(struct json *j, const void *bytes, size_t len); /* without the quotes */

/* Bytes in quotes, as hexadecimal. */
void json_hex(struct json *j, const void *bytes, size_t len);

/* A constant in quotes by its name, else its number; a set of flags as an array of names, the unknown rest as a number
 * in it. */
void json_name(struct json *j, enum name_group group, int value);
void json_flags(struct json *j, enum name_group group, unsigned flags);

/* `,"key":value`; of an empty string nothing. */
void json_key_u64(struct json *j, const char *key, uint64_t value);

/* The end of a list, and under the key how many had no room in the line, if any. */
void json_list_end(struct json *j, const char *key, uint64_t more);
void json_key_string(struct json *j, const char *key, const char *value);

#endif
