/*
 * known_libc: write what preload/libc_known.c includes, for the libc in a file. Of one that cannot be read, or is not known, nothing is
 * written: each process reads its own then.
 *
 *   known_libc FILE > libc_known.def
 */
#include <stdio.h>
#include <stdlib.h>

#include "preload/ahead/image.h"
#include "preload/libc_build.h"

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

static void write_known(const struct libc_image *image, const uint8_t *id, uint32_t id_len)
{
	printf("\t.build_id = {");
	for (uint32_t i = 0; i < id_len; i++)
		printf("%s0x%02x", i ? ", " : "", id[i]);
	printf("},\n\t.build_id_len = %u,\n\t.hash = 0x%llx,\n", id_len,
	       (unsigned long long)libc_build_hash(image, &sites));
	printf("\t.sites = {.count = %d, .text = %u, .text_end = %u, .site = {\n", sites.count, sites.text,
	       sites.text_end);
	for (int i = 0; i < sites.count; i++)
		write_site(&sites.site[i]);
	printf("\t}},\n");
}

int main(int argc, char **argv)
{
	struct libc_image image = {argc > 1 ? image_load(argv[1]) : NULL};
	const uint8_t *id;
	uint32_t id_len;

	if (image.base && (id_len = libc_build_id(&image, &id)) && libc_sites_find(&sites, &image))
		write_known(&image, id, id_len);
	free((void *)image.base);
	return fflush(stdout) != 0;
}
