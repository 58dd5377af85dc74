/* site.c: where in the program a call was made, by the object's debug information. */
#include "viewer/model/site.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "viewer/base/map.h"
#include "viewer/model/model.h"

/* An object's file, opened once for all processes that have it. */
struct object {
	const char *path, *build_id;
	Dwfl *dwfl; /* NULL: not the file that was traced, or gone */
	Dwfl_Module *module;
	GElf_Addr low;   /* where the first segment lies in the file's own addresses */
	GElf_Addr shift; /* from the file's own addresses to libdwfl's */
};

struct found {
	const struct object *object;
	uint64_t offset;
	struct site site;
};

struct sites {
	struct map objects, found;
};

static const struct site nowhere;

static char debug_path[] = "/usr/lib/debug";
static char *debug_path_pointer = debug_path;

/* Separate debug information is looked up by build id on this machine: no server is asked. */
static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = dwfl_build_id_find_debuginfo,
	.section_address = dwfl_offline_section_address,
	.debuginfo_path = &debug_path_pointer,
};

static void free_sites(void *subject)
{
	struct sites *s = subject;

	for (size_t i = 0; i < s->objects.room; i++) {
		const struct object *o = s->objects.slots[i].value;

		if (o && o->dwfl)
			dwfl_end(o->dwfl);
	}
	map_free(&s->objects);
	map_free(&s->found);
}

static struct sites *sites_of(struct trace *t)
{
	if (!t->sites) {
		t->sites = arena_alloc(t->arena, sizeof(struct sites));
		arena_defer(t->arena, free_sites, t->sites);
	}
	return t->sites;
}

/* Objects */

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_object(const void *value, const void *key)
{
	const struct object *o = value;
	const struct module *m = key;

	return strcmp(o->path, m->path) == 0 && same_text(o->build_id, m->build_id);
}

/* The path comes from a trace: it may name a pipe or a device. */
static int open_regular(const char *path)
{
	struct stat st;
	int fd;

	if (path[0] != '/')
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -1;
}

/* Without a build id nobody knows whether the file is still the one that ran. */
static bool is_build_id(Dwfl_Module *module, const char *expected)
{
	const unsigned char *bits;
	GElf_Addr address;
	int len = dwfl_module_build_id(module, &bits, &address);

	if (!expected || len <= 0 || strlen(expected) != (size_t)len * 2)
		return false;
	for (int i = 0; i < len; i++) {
		char digits[3];

		snprintf(digits, sizeof digits, "%02x", bits[i]);
		if (memcmp(digits, expected + 2 * i, 2) != 0)
			return false;
	}
	return true;
}

static GElf_Addr first_segment(Elf *elf)
{
	size_t count;
	GElf_Phdr segment;

	if (elf_getphdrnum(elf, &count) != 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_LOAD)
			return segment.p_vaddr & ~(segment.p_align > 1 ? segment.p_align - 1 : 0);
	return 0;
}

static bool open_object(struct object *o)
{
	int fd = open_regular(o->path);
	Elf *elf;

	if (fd < 0)
		return false;
	o->dwfl = dwfl_begin(&callbacks);
	o->module = o->dwfl ? dwfl_report_offline(o->dwfl, o->path, o->path, fd) : NULL;
	if (!o->module)
		close(fd);
	if (!o->module || dwfl_report_end(o->dwfl, NULL, NULL) != 0)
		return false;
	elf = dwfl_module_getelf(o->module, &o->shift);
	if (!elf || !is_build_id(o->module, o->build_id))
		return false;
	o->low = first_segment(elf);
	return true;
}

static const struct object *object_of(struct trace *t, const struct module *m)
{
	struct sites *s = sites_of(t);
	uint64_t hash = hash_string(hash_string(0, m->path), m->build_id);
	struct object *o = map_find(&s->objects, hash, same_object, m);

	if (o)
		return o;
	o = arena_alloc(t->arena, sizeof *o);
	*o = (struct object){.path = m->path, .build_id = m->build_id};
	if (!open_object(o) && o->dwfl) {
		dwfl_end(o->dwfl);
		o->dwfl = NULL;
	}
	map_add(&s->objects, hash, o);
	return o;
}

/* Lines and functions */

/* libdw puts the compilation directory before a relative name: take it away again. */
static const char *as_compiled(const char *file, const char *directory)
{
	size_t len = directory ? strlen(directory) : 0;

	if (len && strncmp(file, directory, len) == 0 && file[len] == '/')
		return file + len + 1;
	return file;
}

static void find_line(struct arena *a, const struct object *o, Dwarf_Addr address, struct site *site)
{
	Dwfl_Line *line = dwfl_module_getsrc(o->module, address);
	const char *file = line ? dwfl_lineinfo(line, NULL, &site->line, NULL, NULL, NULL) : NULL;

	if (!file || site->line <= 0) {
		site->line = 0;
		return;
	}
	site->file = arena_string(a, as_compiled(file, dwfl_line_comp_dir(line)));
	if (dwfl_line_comp_dir(line))
		site->directory = arena_string(a, dwfl_line_comp_dir(line));
}

/* The innermost function, inlined ones too: that is where the source has the call. */
static const char *debug_function(const struct object *o, Dwarf_Addr address)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(o->module, address, &bias), *scopes;
	const char *name = NULL;
	int count = unit ? dwarf_getscopes(unit, address - bias, &scopes) : 0;

	for (int i = 0; i < count && !name; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine)
			name = dwarf_diename(&scopes[i]);
	}
	if (count > 0)
		free(scopes);
	return name;
}

/* A symbol speaks only for the bytes it covers. */
static const char *symbol(const struct object *o, GElf_Addr address)
{
	GElf_Off offset;
	GElf_Sym sym;
	const char *name = dwfl_module_addrinfo(o->module, address, &offset, &sym, NULL, NULL, NULL);

	if (!name || GELF_ST_TYPE(sym.st_info) != STT_FUNC || offset >= sym.st_size)
		return NULL;
	return name;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static void fill(struct arena *a, const struct object *o, uint64_t offset, struct site *site)
{
	const char *function;

	*site = (struct site){.object = o->path, .module = base_name(o->path), .offset = offset};
	if (!o->dwfl)
		return;
	find_line(a, o, offset + o->shift, site);
	function = debug_function(o, offset + o->shift);
	if (!function)
		function = symbol(o, offset + o->shift);
	site->function = function ? arena_string(a, function) : NULL;
}

static bool same_place(const void *value, const void *key)
{
	const struct found *a = value, *b = key;

	return a->object == b->object && a->offset == b->offset;
}

/* A forked child has its parent's objects, whether or not its own file names them again; the latest says what lies
 * there now. */
static const struct module *module_at(const struct process *p, uint64_t address)
{
	for (; p; p = p->forked ? p->parent : NULL)
		for (size_t i = p->modules.count; i-- > 0;)
			if (address >= p->modules.items[i].base && address < p->modules.items[i].end)
				return &p->modules.items[i];
	return NULL;
}

const struct site *site_find(struct trace *t, const struct process *p, uint64_t pc)
{
	/* The return address is behind the call, and may be another line's or the next function's. */
	uint64_t address = pc - 1;
	const struct module *m = pc ? module_at(p, address) : NULL;
	struct found key, *f;
	uint64_t hash;

	if (!m)
		return &nowhere;
	key = (struct found){.object = object_of(t, m)};
	key.offset = address - m->base + key.object->low;
	hash = hash_number((uintptr_t)key.object, key.offset);
	f = map_find(&sites_of(t)->found, hash, same_place, &key);
	if (f)
		return &f->site;
	f = arena_alloc(t->arena, sizeof *f);
	*f = key;
	fill(t->arena, f->object, f->offset, &f->site);
	map_add(&sites_of(t)->found, hash, f);
	return &f->site;
}
