/* any.h: numbers, lengths and pointers as they come, the same ones each time, into memory that has holes. */
#ifndef TESTS_LIB_ANY_H
#define TESTS_LIB_ANY_H

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum {
	PAGE = 4096,
	ARENA = 4 * PAGE,  /* may be written, and ends before a hole */
	TABLES = 3 * PAGE, /* any_pointer mostly points below it: there is room for what has to be right */
};

static char *arena, *read_only;
static uint64_t any_state;

/* Make the memory, at the same place in each process. Returns 0 or -1. */
static int any_begin(void)
{
	char *all = mmap((void *)0x10000000, 64 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			 -1, 0);

	if (all == MAP_FAILED)
		return -1;
	arena = all + 16 * PAGE;
	read_only = all + 32 * PAGE;
	if (mprotect(arena, ARENA, PROT_READ | PROT_WRITE) < 0 || mprotect(read_only, PAGE, PROT_READ | PROT_WRITE) < 0)
		return -1;
	memset(read_only, 1, PAGE);
	return mprotect(read_only, PAGE, PROT_READ);
}

/* What comes now depends on `round` alone. */
static void any_begin_again(uint64_t round)
{
	any_state = round * 7919 + 1;
	memset(arena, 0, ARENA);
}

/* A number from 0 to n - 1. */
static unsigned below(unsigned n)
{
	any_state = any_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(any_state >> 33) % n;
}

static unsigned one_in(unsigned n)
{
	return below(n) == 0;
}

/* Where `size` bytes are, begin, end, or are not. */
static void *any_pointer(size_t size)
{
	switch (below(12)) {
	case 0:
		return NULL;
	case 1:
		return (void *)16;
	case 2:
		return arena + ARENA;
	case 3:
		return arena + ARENA - size;
	case 4:
		return arena + ARENA - size / 2 - 1;
	case 5:
		return read_only + below(64);
	case 6:
		return read_only + PAGE - size;
	case 7:
		return read_only + PAGE - size / 2;
	case 8:
		return (void *)0x800000000000; /* not canonical */
	case 9:
		return (void *)-8;
	default:
		return arena + below(TABLES);
	}
}

static size_t any_length(void)
{
	static const size_t usual[] = {0, 1, 2, 4, 7, 8, 16, 31, 64, 100, 128, 256, 1000, PAGE},
			    rare[] = {70000, -1, INT32_MAX, 1u + INT32_MAX};

	return one_in(5) ? rare[below(4)] : usual[below(14)];
}

static size_t mostly_below(unsigned n)
{
	return one_in(3) ? any_length() : below(n);
}

#endif
