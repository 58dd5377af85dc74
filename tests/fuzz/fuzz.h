/* fuzz.h: what the fuzz targets share. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viewer/model/model.h"

/* Each target is this function, called by libFuzzer with any bytes. It returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The path of a file with these bytes, until the next call. */
const char *fuzz_file(const uint8_t *bytes, size_t size);

/* Load a path and give it back; what was said about it is thrown away. */
void fuzz_load(const char *path);

/* Ask of each event whatever a view may ask. */
void fuzz_ask(const struct trace *t);

/* Whatever it tells, a trace does the same as itself: abort where `socktrace diff` would find a difference. */
void fuzz_compare(struct trace *trace, bool strict);

#endif
