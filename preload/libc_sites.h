/*
 * libc_sites.h: where a glibc for x86-64 makes the system calls that concern sockets, read out of its machine code.
 *
 * The answer is complete or it is "no": each `syscall` instruction of the text is looked at, and one that may be of interest
 * and has no shape known here makes the whole library unknown. Nothing is changed and nothing is called, so that a library
 * which does not run can be asked as well.
 */
#ifndef PRELOAD_LIBC_SITES_H
#define PRELOAD_LIBC_SITES_H

#include <stdbool.h>
#include <stdint.h>

enum { LIBC_SITES_MAX = 112, LIBC_LOADS_MAX = 3 };

enum libc_shape {
	LIBC_PLAIN,  /* mov $NR,%eax; syscall; cmp $-4096,%rax */
	LIBC_BLIND,  /* mov $3,%eax; syscall: of a close whose result nobody looks at */
	LIBC_FINAL,  /* mov $231,%eax, %edx or %esi, with which _exit ends the process */
	LIBC_CANCEL, /* call __internal_syscall_cancel, with the number on the stack; cmp $-4096,%rax (glibc 2.41) */
};

/* An argument that is loaded between the entry and the system call: mov disp(%rsp),%edi. */
struct libc_load {
	uint8_t arg;  /* 0 to 5 */
	uint8_t wide; /* eight bytes, else four */
	uint8_t from_rbp;
	int32_t disp;
};

/* Addresses count from the library's base. */
struct libc_site {
	uint32_t entry;    /* of the instruction that is replaced before the system call */
	uint32_t leave;    /* of the comparison behind it; 0: none */
	uint32_t room;     /* of five bytes that are never run, where the entry is too short for a long jump; else 0 */
	int32_t leave_imm; /* what the comparison compares with */
	int16_t nr;        /* -1: on the stack */
	uint8_t entry_len, leave_len;
	uint8_t shape; /* enum libc_shape */
	uint8_t reg;   /* of LIBC_FINAL: 0 eax, 2 edx, 6 esi */
	uint8_t nloads;
	struct libc_load loads[LIBC_LOADS_MAX];
};

struct libc_sites {
	int count;
	struct libc_site site[LIBC_SITES_MAX];
	const char *why;         /* the library is unknown: in a few words */
	uint32_t why_at;         /* the address that they are about */
	uint32_t text, text_end; /* the code: where sites may lie */
};

/* A library as it lies in memory, its segments at their places. */
struct libc_image {
	const uint8_t *base;
};

/* Find them all. False: unknown, for the reason in `why`. One caller at a time. */
bool libc_sites_find(struct libc_sites *sites, const struct libc_image *image);

#endif
