/* image: a library's file, laid out as it would be in memory. */
#include "preload/ahead/image.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = NULL;
	long end;

	if (!f)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (end = ftell(f)) > 0 && (bytes = malloc(end))) {
		rewind(f);
		*len = fread(bytes, 1, end, f);
	}
	fclose(f);
	return bytes;
}

static bool lies_within(const Elf64_Phdr *ph, size_t file_len)
{
	return ph->p_offset <= file_len && ph->p_filesz <= file_len - ph->p_offset && ph->p_filesz <= ph->p_memsz &&
	       ph->p_vaddr <= UINT32_MAX && ph->p_memsz <= UINT32_MAX;
}

static uint8_t *lay_out(const uint8_t *file, size_t len)
{
	const Elf64_Ehdr *e = (const Elf64_Ehdr *)file;
	const Elf64_Phdr *ph = (const Elf64_Phdr *)(file + e->e_phoff);
	size_t size = 0;
	uint8_t *image;

	if (len < sizeof *e || memcmp(e->e_ident, ELFMAG, SELFMAG) != 0 || e->e_ident[EI_CLASS] != ELFCLASS64 ||
	    e->e_phoff > len || e->e_phnum > (len - e->e_phoff) / sizeof *ph)
		return NULL;
	for (int i = 0; i < e->e_phnum; i++) {
		if (ph[i].p_type == PT_LOAD && !lies_within(&ph[i], len))
			return NULL;
		if (ph[i].p_type == PT_LOAD && ph[i].p_vaddr + ph[i].p_memsz > size)
			size = ph[i].p_vaddr + ph[i].p_memsz;
	}
	image = size ? calloc(1, size) : NULL;
	for (int i = 0; image && i < e->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD)
			memcpy(image + ph[i].p_vaddr, file + ph[i].p_offset, ph[i].p_filesz);
	return image;
}

uint8_t *image_load(const char *path)
{
	size_t len = 0;
	uint8_t *file = read_file(path, &len), *image = file ? lay_out(file, len) : NULL;

	free(file);
	return image;
}

const Elf64_Dyn *image_dynamic(const uint8_t *image)
{
	const Elf64_Ehdr *e = (const Elf64_Ehdr *)image;
	const Elf64_Phdr *ph = (const Elf64_Phdr *)(image + e->e_phoff);

	for (int i = 0; i < e->e_phnum; i++)
		if (ph[i].p_type == PT_DYNAMIC)
			return (const Elf64_Dyn *)(image + ph[i].p_vaddr);
	return NULL;
}
