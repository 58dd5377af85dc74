/* amount.h: counts, bytes and times in few characters. */
#ifndef FORMAT_AMOUNT_H
#define FORMAT_AMOUNT_H

#include <stdint.h>

#include "viewer/base/arena.h"
#include "viewer/format/look.h"

/* "1,234,567"; "23 B", "1.23 kB", "4.56 MB" (powers of ten); "850 ns", "12.3 µs" (in ASCII "12.3 us"), "1.23 s". */
const char *amount_count(struct arena *a, uint64_t count);
const char *amount_bytes(struct arena *a, uint64_t bytes);
const char *amount_time(struct arena *a, const struct look *look, uint64_t ns);

#endif
