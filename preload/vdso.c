/* vdso: the functions that the kernel gives each process. */
#include "preload/vdso.h"

#include <elf.h>
#include <stddef.h>
#include <sys/auxv.h>

#include "preload/dynsym.h"

extern unsigned long getauxval(unsigned long type) __attribute__((weak));

void *vdso_function(const char *name)
{
	const char *at = getauxval ? (const char *)getauxval(AT_SYSINFO_EHDR) : NULL;
	const Elf64_Ehdr *e = (const void *)at;
	const Elf64_Sym *found;
	struct dynsym o;

	if (!at)
		return NULL; /* Valgrind hides it, and a kernel may be told to have none */
	for (const Elf64_Phdr *ph = (const void *)(at + e->e_phoff), *end = ph + e->e_phnum; ph < end; ph++) {
		if (ph->p_type == PT_LOAD && ph->p_vaddr != ph->p_offset)
			return NULL; /* linked to lie elsewhere, as none is for x86-64 */
		if (ph->p_type == PT_DYNAMIC && dynsym_open(&o, at, (const void *)(at + ph->p_vaddr))) {
			found = dynsym_find(&o, name, dynsym_hash(name));
			return found ? (void *)(at + found->st_value) : NULL;
		}
	}
	return NULL;
}
