/*
 * known_libc: write what preload/libc_known.c includes, for the libc in a file. Of one that cannot be read, or has no build id, nothing is
 * written, of one whose code is not understood no sites: each process reads its own then.
 *
 *   known_libc FILE > libc_known.def
 */
#include <stdio.h>
#include <stdlib.h>

#include "preload/ahead/image.h"
#include "preload/dynsym.h"
#include "preload/libc_build.h"
#include "preload/libc_known.h"
#include "preload/wanted.h"

static struct libc_sites sites;

static void write_site(const struct libc_site *s)
{
	printf("\t\t{%u, %u, %u, %d, %d, %d, %d, %d, %d, %d, {", s->entry, s->leave, s->room, s->leave_imm, s->nr,
	       s->entry_len, s->leave_len, s->shape, s->reg, s->nloads);
	for (int i = 0; i < LIBC_LOADS_MAX; i++)
		printf("%s{%d, %d, %d, %d}", i ? ", " : "", s->loads[i].arg, s->loads[i].wide, s->loads[i].from_rbp,
		       s->loads[i].disp);
	printf("}},\n");
}

/* What is no plain function is left to be looked for: the dynamic linker must ask it. */
static void write_symbols(const uint8_t *image)
{
	const Elf64_Dyn *dynamic = image_dynamic(image);
	struct dynsym o;

	if (!dynamic || !dynsym_open(&o, (const char *)image, dynamic))
		return;
	printf("\t.dynamic = %u,\n\t.symbols = {\n", (unsigned)((const uint8_t *)dynamic - image));
	for (int i = 0; i < WANTED; i++) {
		const Elf64_Sym *s = dynsym_find(&o, wanted_name(i), dynsym_hash(wanted_name(i)));
		unsigned at = LIBC_LOOK_FOR;

		if (!s)
			at = LIBC_HAS_NOT;
		else if (ELF64_ST_TYPE(s->st_info) == STT_FUNC && s->st_value <= UINT32_MAX)
			at = s->st_value;
		printf("\t\t[%d] = %u, /* %s */\n", i, at, wanted_name(i));
	}
	printf("\t},\n\t.hashes = {\n");
	for (int i = 0; i < WANTED; i++)
		printf("\t\t[%d] = %u,\n", i, (unsigned)dynsym_hash(wanted_name(i)));
	printf("\t},\n");
}

static void write_sites(const struct libc_image *image)
{
	printf("\t.hash = 0x%llx,\n", (unsigned long long)libc_build_hash(image, &sites));
	printf("\t.sites = {.count = %d, .text = %u, .text_end = %u, .site = {\n", sites.count, sites.text,
	       sites.text_end);
	for (int i = 0; i < sites.count; i++)
		write_site(&sites.site[i]);
	printf("\t}},\n");
}

static void write_known(const struct libc_image *image, const uint8_t *id, uint32_t id_len)
{
	printf("\t.build_id = {");
	for (uint32_t i = 0; i < id_len; i++)
		printf("%s0x%02x", i ? ", " : "", id[i]);
	printf("},\n\t.build_id_len = %u,\n", id_len);
	write_symbols(image->base);
	if (libc_sites_find(&sites, image))
		write_sites(image);
}

int main(int argc, char **argv)
{
	struct libc_image image = {argc > 1 ? image_load(argv[1]) : NULL};
	const uint8_t *id;
	uint32_t id_len;

	if (image.base && (id_len = libc_build_id(&image, &id)))
		write_known(&image, id, id_len);
	free((void *)image.base);
	return fflush(stdout) != 0;
}
