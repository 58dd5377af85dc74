/* json.h: scenes as JSON documents: an object whose long arrays are written an element at a time. For json_*.c. */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "viewer/base/buf.h"
#include "viewer/scene/preface.h"

/* A document that is being written: {"view":"stats", ...}. */
struct json_page {
	struct buf *out;
	size_t elements; /* of the array that is open */
};

void json_begin(struct json_page *p, struct buf *out, const char *view);
void json_end(struct json_page *p);

/* A member of the document. The value is given back. */
void json_put(struct json_page *p, const char *key, json_object *value);

/* A member that is an array: its elements, one a line, each given back. */
void json_array_begin(struct json_page *p, const char *key);
void json_element(struct json_page *p, json_object *value);
void json_array_end(struct json_page *p);

/* The lines above a picture, as members of the document. */
void json_preface(struct json_page *p, const struct preface *preface);

/* Members of an object. Bytes that are not UTF-8 are escaped; NULL leaves the member out. */
void json_text(json_object *object, const char *key, const char *text);
void json_number(json_object *object, const char *key, uint64_t number);
void json_truth(json_object *object, const char *key, bool truth);

/* The string, escaped where it is not UTF-8; null for NULL. */
json_object *json_string(const char *text);

#endif
