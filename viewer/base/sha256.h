/* sha256.h: the hash by which a page's policy knows its own scripts (FIPS 180-4). */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_BASE64 = 44 };

void sha256(const void *bytes, size_t len, uint8_t digest[SHA256_SIZE]);

/* The same in base64, as Content-Security-Policy has it: SHA256_BASE64 characters and a NUL. */
void sha256_base64(const void *bytes, size_t len, char text[SHA256_BASE64 + 1]);

#endif
