/*
 * libc_function.h: a function of libc's, taken apart into instructions, and what is asked of it. One at a time: who asks for it is the
 * one caller of libc_sites_find.
 */
#ifndef PRELOAD_LIBC_FUNCTION_H
#define PRELOAD_LIBC_FUNCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/libc_fde.h"
#include "preload/libc_insn.h"
#include "preload/libc_sites.h"

enum { FUNCTION_MAX = 8192, INSNS_MAX = FUNCTION_MAX / 2 };

/* The code of a library, from its base on. */
struct code {
	const uint8_t *base;
	const uint8_t *text, *end;
	struct fde_table fdes;
};

/* A function, decoded. */
extern struct function {
	const uint8_t *start, *end;
	int count; /* 0: none is decoded */
	const uint8_t *at[INSNS_MAX + 1];
	struct insn insn[INSNS_MAX];
} fn;

enum found { FOUND_NONE, FOUND_INSN, FOUND_BYTES };

/* What two bytes are: a system call in a function that is decoded now, or a part of another instruction. */
enum found function_decode(const struct code *c, const uint8_t *at);

/* The instruction of the function that begins there, -1: none does. */
int function_insn_at(const uint8_t *at);

/* Does a branch of this function lead to where two addresses enclose, or to the first one? */
bool function_jumps_into(const uint8_t *from, const uint8_t *to);

/* The number that a register was given last before instruction i, or else first behind it; -1: none. */
int32_t function_number_in(int reg, int i);

/* Where the number of system call i is put into eax: the index of the instruction, -1 if it is not in sight. A number that comes from
 * another register is -1 minus that. */
int function_find_number(int i, int32_t *nr);

/* The comparison behind system call i, where it stands at once or behind a copy of the result; -1: none. */
int function_find_leave(int i);

/* Five bytes that are never run, within reach of a short jump and not in use: the padding behind a ret or a jmp. 0: none. */
uint32_t function_find_room(const struct code *c, const struct libc_sites *s, const uint8_t *entry);

#endif
