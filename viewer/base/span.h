/* span.h: where a member stands within the text of a JSON object. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* The text of the object's member under that key (which needs no escapes), *len bytes within the text; of several
 * the last, as json-c takes it. NULL: there is none. The text must be a JSON object that json_parse accepts. */
const char *span_member(const char *object, size_t object_len, const char *key, uint32_t *len);

#endif
