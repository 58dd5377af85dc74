/* blocks.h: what a pcapng file is made of: blocks that end in options. In this machine's byte order, which the file says. */
#ifndef EXPORT_BLOCKS_H
#define EXPORT_BLOCKS_H

#include "viewer/export/sink.h"

#include <stdint.h>

/* Begin a block in the sink's buffer, and end it with its length; between them its fields and then its options. */
size_t block_begin(struct buf *out, uint32_t type);
void block_end(struct sink *to, size_t begin);

void block_number(struct buf *out, uint32_t value);

/* Options; a long text is cut. */
void block_option(struct buf *out, uint16_t code, const void *value, size_t len);
void block_text(struct buf *out, uint16_t code, const char *text);

#endif
