/*
 * known_libc: write what preload/libc_known.c includes, for the libc in a file. Of one that cannot be read, or has no build id, nothing is
 * written, of one whose code is not understood no sites: each process reads its own then.
 *
 *   known_libc FILE > libc_known.def
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

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
static uint32_t place_of(const uint8_t *image, int wanted)
{
	const Elf64_Dyn *dynamic = image_dynamic(image);
	struct dynsym o;

	if (!dynamic || !dynsym_open(&o, (const char *)image, dynamic))
		return LIBC_LOOK_FOR;
	const Elf64_Sym *s = dynsym_find(&o, wanted_name(wanted), dynsym_hash(wanted_name(wanted)));
	if (!s)
		return LIBC_HAS_NOT;
	return ELF64_ST_TYPE(s->st_info) == STT_FUNC && s->st_value <= UINT32_MAX ? s->st_value : LIBC_LOOK_FOR;
}

static void write_symbols(const uint8_t *image)
{
	printf("\t.symbols = {\n");
	for (int i = 0; i < WANTED; i++)
		printf("\t\t[%d] = %u, /* %s */\n", i, (unsigned)place_of(image, i), wanted_name(i));
	printf("\t},\n\t.hashes = {\n");
	for (int i = 0; i < WANTED; i++)
		printf("\t\t[%d] = %u,\n", i, (unsigned)dynsym_hash(wanted_name(i)));
	printf("\t},\n");
}

/*
 * The byte that a function asks first which makes system call `nr`, if it is all this where the byte is not 0; else 0:
 *
 *     cmpb $0, ...(%rip); je; xor %eax,%eax or mov $nr,%eax; syscall; cmp $-4096,%rax; ja; ret
 */
static uint32_t asked_first(const uint8_t *image, uint32_t at, uint8_t nr)
{
	const uint8_t mov[] = {0xb8, nr, 0, 0, 0}, xor[] = {
							   0x31, 0xc0};
	const uint8_t call[] = {0x0f, 0x05, 0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff, 0x77};
	const uint8_t *f = image + at, *number = f + 9, *behind = number + (nr ? sizeof mov : sizeof xor);
	int32_t distance;

	if (f[0] != 0x80 || f[1] != 0x3d || f[6] != 0 || f[7] != 0x74)
		return 0;
	if (nr ? memcmp(number, mov, sizeof mov) != 0 : memcmp(number, xor, sizeof xor) != 0)
		return 0;
	if (memcmp(behind, call, sizeof call) != 0 || behind[sizeof call + 1] != 0xc3)
		return 0;
	memcpy(&distance, f + 2, sizeof distance);
	return at + 7 + distance;
}

static void write_alone(const uint8_t *image)
{
	static const enum call_id calls[] = {CALL_read, CALL_write, CALL_readv, CALL_writev};
	static const uint8_t numbers[] = {SYS_read, SYS_write, SYS_readv, SYS_writev};
	uint32_t alone = 0;

	for (int i = 0; i < 4; i++) {
		uint32_t at = place_of(image, calls[i]);
		uint32_t byte = at > LIBC_HAS_NOT ? asked_first(image, at, numbers[i]) : 0;
		if (!byte || (alone && byte != alone))
			return;
		alone = byte;
	}
	printf("\t.alone = %u,\n", alone);
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
	write_alone(image->base);
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
