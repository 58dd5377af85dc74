/* target_elf: what the loader, and a preloaded library, will find in an ELF file. */
#include "viewer/load/target_elf.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "viewer/base/vec.h"

enum {
	PIECE_MOST = 64 << 20, /* bytes of a table: more is no program's */
	SECTIONS_MOST = 65536,
	SYMBOLS_MOST = 100000,
	NEEDED_MOST = 1000,
	SYMBOL_MOST = 256,
	PATH_MOST = 4096,
};

struct name_list {
	VEC(const char *) list;
};

/* The dynamic section's answers. Strings are offsets into the string table; those of 0 name nothing. */
struct dynamic {
	GElf_Addr strings;
	GElf_Xword strings_size, rpath, runpath;
	VEC(GElf_Xword) needed;
};

/* A piece of the file as libelf translates it; NULL where the file does not have it. */
static Elf_Data *piece(Elf *elf, GElf_Off offset, GElf_Xword size, Elf_Type type)
{
	if (size == 0 || size > PIECE_MOST || offset > INT64_MAX)
		return NULL;
	return elf_getdata_rawchunk(elf, (int64_t)offset, size, type);
}

/* Move a list into the arena. */
static struct names keep(struct arena *a, struct name_list *names)
{
	const char **items = arena_alloc(a, (names->list.count + 1) * sizeof *items);
	struct names kept = {items, names->list.count};

	for (size_t i = 0; i < kept.count; i++)
		items[i] = names->list.items[i];
	vec_free(&names->list);
	return kept;
}

/* A string that must end within its piece. */
static const char *text_in(struct arena *a, const Elf_Data *data, GElf_Xword offset)
{
	const char *start;

	if (!data || !data->d_buf || offset >= data->d_size)
		return NULL;
	start = (const char *)data->d_buf + offset;
	return memchr(start, '\0', data->d_size - offset) ? arena_copy(a, start, strnlen(start, PATH_MOST)) : NULL;
}

static bool find_segment(Elf *elf, GElf_Word type, GElf_Phdr *found)
{
	size_t count;

	if (elf_getphdrnum(elf, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(elf, (int)i, found) && found->p_type == type)
			return true;
	return false;
}

/* Where an address of the program lies in its file. */
static bool offset_of(Elf *elf, GElf_Addr address, GElf_Off *offset)
{
	GElf_Phdr segment;
	size_t count;

	if (elf_getphdrnum(elf, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD || address < segment.p_vaddr ||
		    address - segment.p_vaddr >= segment.p_filesz)
			continue;
		*offset = segment.p_offset + (address - segment.p_vaddr);
		return true;
	}
	return false;
}

static void note_tag(struct target_elf *out, struct dynamic *d, const GElf_Dyn *tag)
{
	switch (tag->d_tag) {
	case DT_NEEDED:
		vec_push(&d->needed, tag->d_un.d_val);
		break;
	case DT_STRTAB:
		d->strings = tag->d_un.d_ptr;
		break;
	case DT_STRSZ:
		d->strings_size = tag->d_un.d_val;
		break;
	case DT_RPATH:
		d->rpath = tag->d_un.d_val;
		break;
	case DT_RUNPATH:
		d->runpath = tag->d_un.d_val;
		break;
	case DT_FLAGS_1:
		out->pie = tag->d_un.d_val & DF_1_PIE;
		break;
	}
}

static void read_strings(struct arena *a, Elf *elf, const struct dynamic *d, struct target_elf *out)
{
	GElf_Off offset;
	struct name_list needed = {0};
	const Elf_Data *strings =
		offset_of(elf, d->strings, &offset) ? piece(elf, offset, d->strings_size, ELF_T_BYTE) : NULL;

	out->rpath = d->rpath ? text_in(a, strings, d->rpath) : NULL;
	out->runpath = d->runpath ? text_in(a, strings, d->runpath) : NULL;
	for (size_t i = 0; i < d->needed.count && i < NEEDED_MOST; i++) {
		const char *name = text_in(a, strings, d->needed.items[i]);

		if (name && *name)
			vec_push(&needed.list, name);
	}
	out->needed = keep(a, &needed);
}

static void read_dynamic(struct arena *a, Elf *elf, struct target_elf *out)
{
	struct dynamic d = {0};
	GElf_Phdr segment;
	GElf_Dyn tag;
	Elf_Data *tags;

	out->dynamic = find_segment(elf, PT_DYNAMIC, &segment);
	tags = out->dynamic ? piece(elf, segment.p_offset, segment.p_filesz, ELF_T_DYN) : NULL;
	for (int i = 0; tags && gelf_getdyn(tags, i, &tag) && tag.d_tag != DT_NULL; i++)
		note_tag(out, &d, &tag);
	read_strings(a, elf, &d, out);
	vec_free(&d.needed);
}

static void read_interpreter(struct arena *a, Elf *elf, struct target_elf *out)
{
	GElf_Phdr segment;

	if (find_segment(elf, PT_INTERP, &segment))
		out->interpreter = text_in(a, piece(elf, segment.p_offset, segment.p_filesz, ELF_T_BYTE), 0);
}

static bool is_exported(const GElf_Sym *s)
{
	return s->st_shndx != SHN_UNDEF && GELF_ST_BIND(s->st_info) != STB_LOCAL && GELF_ST_TYPE(s->st_info) == STT_FUNC &&
	       GELF_ST_VISIBILITY(s->st_other) == STV_DEFAULT;
}

static void read_symbols(struct arena *a, Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct target_elf *out)
{
	Elf_Data *data = header->sh_size <= PIECE_MOST ? elf_getdata(section, NULL) : NULL;
	struct name_list imports = {0}, exports = {0};
	GElf_Sym symbol;

	if (!data || !data->d_buf)
		return;
	out->has_symbols = true;
	for (int i = 1; imports.list.count + exports.list.count < SYMBOLS_MOST && gelf_getsym(data, i, &symbol); i++) {
		struct name_list *list = symbol.st_shndx == SHN_UNDEF ? &imports : is_exported(&symbol) ? &exports : NULL;
		const char *name = list ? elf_strptr(elf, header->sh_link, symbol.st_name) : NULL;

		if (name && *name)
			vec_push(&list->list, arena_copy(a, name, strnlen(name, SYMBOL_MOST)));
	}
	out->imports = keep(a, &imports);
	out->exports = keep(a, &exports);
}

static bool is_go_section(const char *name)
{
	return name && (strcmp(name, ".go.buildinfo") == 0 || strcmp(name, ".note.go.buildid") == 0);
}

/* The loader needs no sections, but they alone say how many symbols there are. */
static void read_sections(struct arena *a, Elf *elf, struct target_elf *out)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names = 0, count = 0;

	if (elf_getshdrstrndx(elf, &names) != 0)
		names = 0;
	while ((section = elf_nextscn(elf, section)) && count++ < SECTIONS_MOST) {
		if (!gelf_getshdr(section, &header))
			continue;
		if (header.sh_type == SHT_DYNSYM && !out->has_symbols)
			read_symbols(a, elf, section, &header, out);
		if (names && is_go_section(elf_strptr(elf, names, header.sh_name)))
			out->go = true;
	}
}

bool target_elf_read(struct arena *a, int fd, struct target_elf *out)
{
	GElf_Ehdr header;
	Elf *elf;

	*out = (struct target_elf){0};
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header)) {
		elf_end(elf);
		return false;
	}
	out->machine = header.e_machine;
	out->type = header.e_type;
	out->class = gelf_getclass(elf);
	read_interpreter(a, elf, out);
	read_dynamic(a, elf, out);
	read_sections(a, elf, out);
	elf_end(elf);
	return true;
}

bool target_elf_open(struct arena *a, const char *path, struct target_elf *elf)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	bool read = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && target_elf_read(a, fd, elf);

	if (fd >= 0)
		close(fd);
	return read;
}

static bool has(const struct names *names, const char *symbol)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], symbol) == 0)
			return true;
	return false;
}

bool target_elf_imports(const struct target_elf *elf, const char *symbol)
{
	return has(&elf->imports, symbol);
}

bool target_elf_exports(const struct target_elf *elf, const char *symbol)
{
	return has(&elf->exports, symbol);
}
