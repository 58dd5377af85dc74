/* json.h: json-c with the limits that text from anywhere needs. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viewer/base/err.h"

enum {
	JSON_DEPTH_MAX = 16,
	JSON_TEXT_MAX = 64 << 20, /* bytes of one document: json-c holds a multiple of it in memory */
};

/* The document that is exactly these bytes, an object: json_object_put gives it back. NULL: *err explains. */
json_object *json_parse(const char *text, size_t len, struct err *err);

/* What stands under the key; NULL where there is none, where it is null, or where it is not of that type. */
json_object *json_member(const json_object *object, const char *key, enum json_type type);

/* A whole number within both bounds; false: it is anything else, and *number stays as it was. */
bool json_integer(const json_object *value, int64_t min, int64_t max, int64_t *number);

#endif
