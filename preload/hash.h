/* hash.h: where among many something is kept. */
#ifndef PRELOAD_HASH_H
#define PRELOAD_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Multiplied by 2^64 / golden ratio, after Knuth: neighbours lie far apart in the high bits. */
static inline uint64_t hash_of(uint64_t key)
{
	return key * 0x9e3779b97f4a7c15ull;
}

/* A number below 2^bits. */
static inline size_t hash_place(uint64_t key, int bits)
{
	return hash_of(key) >> (64 - bits);
}

#endif
