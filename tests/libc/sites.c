/*
 * sites: where the shim would patch a C library, read from its file, which need not run here.
 *
 *   sites FILE          prints the verdict, `ahead` if the shim was built knowing that library, and a line a system call
 *   sites FILE mutate   changes two bits of each byte that is replaced or between, one at a time: the library must be unknown
 */
#include "preload/libc_sites.h"

#include <stdio.h>
#include <string.h>

#include "preload/ahead/image.h"
#include "preload/libc_known.h"

static struct libc_sites sites;

/* The shim was built knowing it, and would find the same by reading it. */
static bool is_known_ahead(const struct libc_image *image)
{
	const struct libc_sites *ahead = libc_known_find(image);

	return ahead && ahead->count == sites.count && ahead->text == sites.text && ahead->text_end == sites.text_end &&
	       memcmp(ahead->site, sites.site, sizeof sites.site) == 0;
}

static void print(const struct libc_image *image, bool known)
{
	static const char *const shapes[] = {"plain", "blind", "final", "cancel"};

	if (known)
		printf("known, %d system calls%s\n", sites.count, is_known_ahead(image) ? ", ahead" : "");
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
		if (libc_sites_find(&sites, image) || libc_known_find(image)) {
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
	uint8_t *base = argc > 1 ? image_load(argv[1]) : NULL;
	struct libc_image image = {base};

	if (!base) {
		fprintf(stderr, "sites: cannot read %s\n", argc > 1 ? argv[1] : "nothing");
		return 2;
	}
	bool known = libc_sites_find(&sites, &image);
	if (argc < 3) {
		print(&image, known);
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
