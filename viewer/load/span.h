/* span.h: where a member's text stands within a line. */
#ifndef LOAD_SPAN_H
#define LOAD_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* The text of the object's member under that key (which needs no escapes), *len bytes within the line; of several
 * the last, as json-c takes it. NULL: there is none. The line must be a JSON object that json_parse accepted. */
const char *span_member(const char *line, size_t line_len, const char *key, uint32_t *len);

#endif
