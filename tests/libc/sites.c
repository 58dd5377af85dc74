/*
 * sites: where the shim would patch a C library, read from its file, which need not run here.
 *
 *   sites FILE          prints the verdict, and a line a system call
 *   sites FILE mutate   changes two bits of each byte that is replaced or between, one at a time: the library must be unknown
 */
#include "preload/libc_sites.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *load(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *file, *image;
	size_t len, size = 0;

	if (!f || fseek(f, 0, SEEK_END) < 0)
		return NULL;
	len = ftell(f);
	rewind(f);
	file = malloc(len);
	if (!file || fread(file, 1, len, f) != len)
		return NULL;
	fclose(f);
	const Elf64_Ehdr *e = (const Elf64_Ehdr *)file;
	const Elf64_Phdr *ph = (const Elf64_Phdr *)(file + e->e_phoff);
	for (int i = 0; i < e->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD && ph[i].p_vaddr + ph[i].p_memsz > size)
			size = ph[i].p_vaddr + ph[i].p_memsz;
	image = calloc(1, size);
	for (int i = 0; image && i < e->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD)
			memcpy(image + ph[i].p_vaddr, file + ph[i].p_offset, ph[i].p_filesz);
	free(file);
	return image;
}

static struct libc_sites sites;

static void print(bool known)
{
	static const char *const shapes[] = {"plain", "blind", "final", "cancel"};

	if (known)
		printf("known, %d system calls\n", sites.count);
	else
		printf("unknown: %s at 0x%x\n", sites.why, sites.why_at);
	for (int i = 0; known && i < sites.count; i++) {
		const struct libc_site *s = &sites.site[i];
		printf("0x%x nr=%d %s entry=%d leave=0x%x+%d room=0x%x loads=%d\n", s->entry, s->nr, shapes[s->shape],
		       s->entry_len, s->leave, s->leave_len, s->room, s->nloads);
	}
}

static int mutations, survivors;

static void mutate(const struct libc_image *image, uint8_t *at, int len)
{
	static struct libc_sites known;

	known = sites;
	for (int i = 0; i < len * 2; i++) {
		int bit = i % 2 ? mutations % 8 : 0;
		at[i / 2] ^= 1 << bit;
		if (libc_sites_find(&sites, image)) {
			printf("0x%zx: bit %d may change\n", at - image->base + i / 2, bit);
			survivors++;
		}
		at[i / 2] ^= 1 << bit;
		mutations++;
	}
	sites = known;
}

int main(int argc, char **argv)
{
	uint8_t *base = argc > 1 ? load(argv[1]) : NULL;
	struct libc_image image = {base};

	if (!base) {
		fprintf(stderr, "sites: cannot read %s\n", argc > 1 ? argv[1] : "nothing");
		return 2;
	}
	bool known = libc_sites_find(&sites, &image);
	if (argc < 3) {
		print(known);
		return known ? 0 : 1;
	}
	for (int i = 0; known && i < sites.count; i++) {
		uint8_t *entry = base + sites.site[i].entry, *call = entry + sites.site[i].entry_len;
		mutate(&image, entry, sites.site[i].entry_len);
		if (sites.site[i].leave)
			mutate(&image, base + sites.site[i].leave, sites.site[i].leave_len);
		if (sites.site[i].shape == LIBC_FINAL || sites.site[i].shape == LIBC_CANCEL)
			continue;
		while (call[0] != 0x0f || call[1] != 0x05)
			call++;
		mutate(&image, call, 2);
	}
	printf("%d mutations, %d unnoticed\n", mutations, survivors);
	return survivors > 0;
}
