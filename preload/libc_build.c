/* libc_build: what tells one build of a libc from all others. */
#include "preload/libc_build.h"

#include <elf.h>
#include <stdbool.h>

#include "preload/mem.h"

enum {
	HEADERS_MAX = 4096,
	BLIND_LEN =
		16, /* behind its number a close whose result nobody looks at has its system call within so many bytes */
	ROOM_LEN = 5,
};

/* Some tools leave a note among the headers that no longer lies in memory. */
static bool is_loaded(const Elf64_Phdr *part, const Elf64_Phdr *ph, int n)
{
	for (int i = 0; i < n; i++)
		if (ph[i].p_type == PT_LOAD && part->p_vaddr >= ph[i].p_vaddr && part->p_filesz <= ph[i].p_filesz &&
		    part->p_vaddr - ph[i].p_vaddr <= ph[i].p_filesz - part->p_filesz)
			return true;
	return false;
}

static const uint8_t *id_in(const uint8_t *note, const uint8_t *end, uint32_t *len)
{
	while (note + sizeof(Elf64_Nhdr) < end) {
		const Elf64_Nhdr *n = (const Elf64_Nhdr *)note;
		const uint8_t *name = note + sizeof *n, *desc = name + ((n->n_namesz + 3) & ~3u);
		if (n->n_namesz > HEADERS_MAX || n->n_descsz > HEADERS_MAX || desc + n->n_descsz > end)
			return NULL;
		if (n->n_type == NT_GNU_BUILD_ID && n->n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
			*len = n->n_descsz;
			return desc;
		}
		note = desc + ((n->n_descsz + 3) & ~3u);
	}
	return NULL;
}

uint32_t libc_build_id(const struct libc_image *image, const uint8_t **id)
{
	const uint8_t *base = image->base;
	const Elf64_Ehdr *e = (const Elf64_Ehdr *)base;
	const Elf64_Phdr *ph = (const Elf64_Phdr *)(base + e->e_phoff);
	uint32_t len = 0;

	*id = NULL;
	if (memcmp(e->e_ident, ELFMAG, SELFMAG) != 0 || e->e_phoff > HEADERS_MAX ||
	    e->e_phnum > (HEADERS_MAX - e->e_phoff) / sizeof *ph)
		return 0;
	for (int i = 0; i < e->e_phnum && !*id; i++)
		if (ph[i].p_type == PT_NOTE && is_loaded(&ph[i], ph, e->e_phnum))
			*id = id_in(base + ph[i].p_vaddr, base + ph[i].p_vaddr + ph[i].p_filesz, &len);
	return *id && len <= BUILD_ID_MAX ? len : 0;
}

/* FNV-1a. */
static uint64_t hash(uint64_t h, const uint8_t *from, const uint8_t *end)
{
	for (; from < end; from++)
		h = (h ^ *from) * 0x100000001b3;
	return h;
}

uint64_t libc_build_hash(const struct libc_image *image, const struct libc_sites *sites)
{
	uint64_t h = 0xcbf29ce484222325;

	for (int i = 0; i < sites->count; i++) {
		const struct libc_site *s = &sites->site[i];
		const uint8_t *entry = image->base + s->entry, *end = entry + s->entry_len;
		if (s->shape == LIBC_BLIND)
			end += BLIND_LEN;
		else if (s->leave > s->entry)
			end = image->base + s->leave + s->leave_len;
		h = hash(h, entry, end);
		if (s->room)
			h = hash(h, image->base + s->room, image->base + s->room + ROOM_LEN);
	}
	return h;
}
