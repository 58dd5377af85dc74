/* xml.h: text as XML holds it. */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "viewer/base/buf.h"

/* Append the text as it may stand between tags and in quoted attributes. It must be printable: XML has no way to write
 * control characters. */
void xml_put(struct buf *out, const char *text);
void xml_put_n(struct buf *out, const char *text, size_t len);

#endif
