/* imports: what a traced program could have called, by its file's dynamic symbols. */
#include "viewer/check/imports.h"

#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#include "viewer/model/site.h"

static const char *const any_call[] = {"syscall", "dlsym", "dlvsym", NULL};

/* Those of the C library, which call for nobody else. */
static const char *const plain[] = {"libc.so.",  "libm.so.", "libpthread.so.", "ld-linux", "libdl.so.",
				    "librt.so.", NULL};

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static bool begins_like_one_of(const char *name, const char *const *heads)
{
	for (; *heads; heads++)
		if (strncmp(name, *heads, strlen(*heads)) == 0)
			return true;
	return false;
}

static bool imports_one(Elf *elf, Elf_Data *symbols, size_t names_at, const char *const *names)
{
	GElf_Sym symbol;

	for (int i = 1; gelf_getsym(symbols, i, &symbol); i++) {
		const char *name = symbol.st_shndx == SHN_UNDEF ? elf_strptr(elf, names_at, symbol.st_name) : NULL;

		if (name && (is_one_of(name, names) || is_one_of(name, any_call)))
			return true;
	}
	return false;
}

static bool needs_others(Elf *elf, Elf_Data *dynamic, size_t names_at)
{
	GElf_Dyn entry;

	for (int i = 0; gelf_getdyn(dynamic, i, &entry) && entry.d_tag != DT_NULL; i++) {
		const char *name = entry.d_tag == DT_NEEDED ? elf_strptr(elf, names_at, entry.d_un.d_val) : "libc.so.";

		if (!name || !begins_like_one_of(name, plain))
			return true;
	}
	return false;
}

static enum imports read_imports(Elf *elf, const char *const *names)
{
	bool has_symbols = false, some = false, others = false;
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		Elf_Data *data = gelf_getshdr(section, &header) ? elf_getdata(section, NULL) : NULL;

		if (data && header.sh_type == SHT_DYNSYM) {
			has_symbols = true;
			some |= imports_one(elf, data, header.sh_link, names);
		} else if (data && header.sh_type == SHT_DYNAMIC) {
			others |= needs_others(elf, data, header.sh_link);
		}
	}
	if (some)
		return IMPORTS_SOME;
	return has_symbols && !others ? IMPORTS_NONE : IMPORTS_UNKNOWN;
}

enum imports imports_of(struct trace *t, const struct event *e, const char *const *names)
{
	const struct site *site = e->pc ? site_find(t, e->proc, e->pc) : NULL;
	int fd = site && site->object ? open(site->object, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
	enum imports found = IMPORTS_UNKNOWN;
	Elf *elf;

	if (fd < 0)
		return IMPORTS_UNKNOWN;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF)
		found = read_imports(elf, names);
	elf_end(elf);
	close(fd);
	return found;
}

bool imports_alarm(struct trace *t, const struct event *e)
{
	static const char *const none[] = {NULL}, *const takers[] = {"signal", "sigaction", "bsd_signal", NULL};
	static const char *const alarms[] = {"alarm", "ualarm", "setitimer", "timer_settime", NULL};

	return imports_of(t, e, alarms) == IMPORTS_SOME && imports_of(t, e, takers) == IMPORTS_SOME &&
	       imports_of(t, e, none) != IMPORTS_SOME;
}
