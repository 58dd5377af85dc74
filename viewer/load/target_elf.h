/* target_elf.h: what the loader, and a preloaded library, will find in an ELF file. */
#ifndef LOAD_TARGET_ELF_H
#define LOAD_TARGET_ELF_H

#include <gelf.h>
#include <stdbool.h>

#include "viewer/base/arena.h"

struct names {
	const char *const *items;
	size_t count;
};

/* All of it lives in the arena. */
struct target_elf {
	GElf_Half machine, type; /* EM_X86_64, ET_DYN */
	int class;               /* ELFCLASS64 */
	const char *interpreter; /* the loader's path; NULL: nobody loads libraries for it */
	bool dynamic;            /* it has a dynamic section */
	bool pie;                /* ET_DYN and yet a program */
	bool go;                 /* made by the Go compiler */
	bool has_symbols;        /* its dynamic symbols could be read: imports is all there are */
	const char *rpath, *runpath;
	struct names needed;
	struct names imports; /* undefined dynamic symbols, without versions */
	struct names exports; /* functions that others find in it */
};

/* Read an open regular file, whatever is in it. False: it is no ELF file, or too damaged to say anything of. */
bool target_elf_read(struct arena *a, int fd, struct target_elf *elf);

/* The same of a path: a regular file only. */
bool target_elf_open(struct arena *a, const char *path, struct target_elf *elf);

bool target_elf_imports(const struct target_elf *elf, const char *symbol);
bool target_elf_exports(const struct target_elf *elf, const char *symbol);

#endif
