/* libc_direct: write what is a site's own into its stub. */
#include "preload/libc_direct.h"

#include <elf.h>
#include <stdint.h>
#include <sys/mman.h>

#include "preload/sys.h"

enum { PAGE = 4096 };

/* Where we lie: the linker's name for the ELF header. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

/* In libc_x86_64.S: DIRECT_SIZE bytes for each hook. */
extern char libc_direct[] __attribute__((visibility("hidden")));

bool libc_direct_open(bool writable)
{
	const Elf64_Ehdr *e = (const Elf64_Ehdr *)__ehdr_start;
	const Elf64_Phdr *ph = (const Elf64_Phdr *)(__ehdr_start + e->e_phoff);
	int i = 0;

	/* The whole segment, of which a part would have a mapping of its own from then on: tools that ask which function an address is in look
	 * for the one that begins at the file's offset 0. */
	while (ph[i].p_type != PT_LOAD || !(ph[i].p_flags & PF_X))
		i++;
	/* lld begins a segment amid a page of its own. */
	uintptr_t from = (uintptr_t)__ehdr_start + ph[i].p_vaddr, low = from & -(uintptr_t)PAGE;
	return sys3(SYS_mprotect, low, from + ph[i].p_memsz - low,
		    PROT_READ | PROT_EXEC | (writable ? PROT_WRITE : 0)) == 0;
}

static void write_word(char *at, intptr_t number)
{
	int32_t word = number;

	__builtin_memcpy(at, &word, sizeof word);
}

/* Of the jump whose distance lies there. */
static void write_distance(char *at, const void *target)
{
	write_word(at, (const char *)target - (at + sizeof(int32_t)));
}

/* How far libc_self is from where %fs points to: the same in every thread (initial-exec TLS). */
static intptr_t self_from_fs(void)
{
	char *fs;

	__asm__("movq %%fs:0, %0" : "=r"(fs));
	return (char *)&libc_self - fs;
}

void libc_direct_write(int site, const struct libc_hook *hook)
{
	char *stub = libc_direct + site * DIRECT_SIZE;

	write_word(stub + DIRECT_NR, hook->nr);
	write_distance(stub + DIRECT_RESUME, hook->resume);
	write_word(stub + DIRECT_LEAVE_SELF, self_from_fs());
	write_word(stub + DIRECT_LEAVE_IMM, hook->leave_imm);
	write_distance(stub + DIRECT_LEAVE_RESUME, hook->resume_leave);
}

const char *libc_direct_enter(int site)
{
	return libc_direct + site * DIRECT_SIZE;
}

const char *libc_direct_any(int site)
{
	return libc_direct + site * DIRECT_SIZE + DIRECT_ANY;
}

const char *libc_direct_leave(int site)
{
	return libc_direct + site * DIRECT_SIZE + DIRECT_LEAVE;
}
