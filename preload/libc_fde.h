/* libc_fde.h: find a function of an object by its tables for unwinding, which know all functions and not only exported ones. */
#ifndef PRELOAD_LIBC_FDE_H
#define PRELOAD_LIBC_FDE_H

#include <stdbool.h>
#include <stdint.h>

/* An object's .eh_frame_hdr: a table of functions in the order of their addresses. */
struct fde_table {
	const uint8_t *header;
	const int32_t *rows; /* pairs: function, its FDE, both relative to the header */
	uint32_t count;
};

/* A function's description: the instructions of how to unwind it are for libc_unwind.c to read. */
struct fde {
	const uint8_t *start, *end; /* of its code */
	const uint8_t *cie, *cie_end;
	const uint8_t *program, *program_end; /* DW_CFA_* */
};

/* Read the segment of type PT_GNU_EH_FRAME. False: not of the form that ld writes. */
bool fde_open(struct fde_table *table, const uint8_t *header);

/* The function that has this address. */
bool fde_find(const struct fde_table *table, struct fde *fde, const uint8_t *pc);

/* Numbers of variable length, as DWARF writes them; *p is moved behind. */
uint64_t fde_uleb(const uint8_t **p);
int64_t fde_sleb(const uint8_t **p);

#endif
