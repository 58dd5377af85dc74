/*
 * libc_fde: find a function of an object by its tables for unwinding (Linux Standard Base, "Exception Frames").
 */
#include "preload/libc_fde.h"

#include <stddef.h>

enum { PCREL_SDATA4 = 0x1b, UDATA4 = 0x03, DATAREL_SDATA4 = 0x3b };

static int32_t word(const uint8_t *p)
{
	int32_t v;

	__builtin_memcpy(&v, p, sizeof v);
	return v;
}

bool fde_open(struct fde_table *table, const uint8_t *header)
{
	if (header[0] != 1 || header[1] != PCREL_SDATA4 || header[2] != UDATA4 || header[3] != DATAREL_SDATA4)
		return false;
	table->header = header;
	table->count = word(header + 8);
	table->rows = (const int32_t *)(header + 12);
	return table->count > 0;
}

uint64_t fde_uleb(const uint8_t **p)
{
	uint64_t v = 0;
	int shift = 0;
	uint8_t b;

	do {
		b = *(*p)++;
		v |= (uint64_t)(b & 127) << (shift & 63);
		shift += 7;
	} while (b & 128);
	return v;
}

int64_t fde_sleb(const uint8_t **p)
{
	uint64_t v = 0;
	int shift = 0;
	uint8_t b;

	do {
		b = *(*p)++;
		v |= (uint64_t)(b & 127) << (shift & 63);
		shift += 7;
	} while (b & 128);
	if (b & 64 && shift < 64)
		v |= ~0ull << shift;
	return v;
}

bool fde_find(const struct fde_table *table, struct fde *fde, const uint8_t *pc)
{
	int64_t wanted = pc - table->header;
	uint32_t low = 0, high = table->count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (table->rows[2 * middle] <= wanted)
			low = middle;
		else
			high = middle;
	}
	if (table->rows[2 * low] > wanted)
		return false;
	/* FDE: length, distance back to the CIE, start relative to here, length of the code, augmentation, program. */
	const uint8_t *p = table->header + table->rows[2 * low + 1];
	uint32_t len = word(p);
	if (len == 0xffffffff || len < 13)
		return false;
	fde->program_end = p + 4 + len;
	fde->cie = p + 4 - word(p + 4);
	fde->cie_end = fde->cie + 4 + word(fde->cie);
	fde->start = p + 8 + word(p + 8);
	fde->end = fde->start + (uint32_t)word(p + 12);
	p += 16;
	if (fde->cie[8] != 1 || fde->cie[9] != 'z')
		return false;
	uint64_t augmentation = fde_uleb(&p);
	fde->program = p + augmentation;
	return pc >= fde->start && pc < fde->end;
}
