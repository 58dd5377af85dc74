/*
 * modules: which objects call sites are in, read from /proc/self/maps. dl_iterate_phdr would take a lock, which a signal
 * handler must not.
 */
#include "preload/modules.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <unistd.h>

#include "preload/borrow.h"
#include "preload/clock.h"
#include "preload/json.h"
#include "preload/mem.h"
#include "preload/signals.h"
#include "preload/state.h"
#include "preload/sys.h"

enum {
	MODULES_MAX = 1024,
	NAMES_ROOM = 65536,
	STARTS_MAX = 64, /* of mappings that are listed at once */
	OTHERS_NS = 10000000, /* to wait while another thread reads */
};

static struct range {
	uint64_t base, end;
} ranges[MODULES_MAX];
static _Atomic int count;
static _Atomic int reading; /* thread id of the one reader */

/* Where the reader is; it alone uses them. */
static char text[4096];
static char path[PATH_MAX];

/* What a fork's child need not ask again, and cannot where its root has no /proc. */
static struct known {
	struct range range;
	unsigned name; /* where its path begins in names */
} known[MODULES_MAX];
static int known_count;
static char names[NAMES_ROOM];
static size_t names_len;

struct map {
	uint64_t start, end, offset;
};

static int find(uint64_t pc)
{
	int n = atomic_load_explicit(&count, memory_order_acquire);

	for (int i = 0; i < n; i++)
		if (pc >= ranges[i].base && pc < ranges[i].end)
			return i;
	return -1;
}

static uint64_t take_hex(const char **at)
{
	uint64_t v = 0;

	for (;; (*at)++) {
		unsigned c = **at, digit = c - '0' < 10 ? c - '0' : c - 'a' < 6 ? c - 'a' + 10 : 16;
		if (digit == 16)
			return v;
		v = v << 4 | digit;
	}
}

/* "start-end perms offset dev inode      path", see proc(5). The path is left at *name. */
static struct map parse(const char *line, const char **name)
{
	struct map m;

	m.start = take_hex(&line);
	line++;
	m.end = take_hex(&line);
	line += 6; /* " r-xp " */
	m.offset = take_hex(&line);
	while (*line && *line != '/')
		line++;
	*name = line;
	return m;
}

/*
 * The object around pc, by what /proc/self/maps says, open at fd: from the mapping of its first byte to its last mapping in a row. False if pc is in no file's
 * mapping; then *found is the mapping itself. It ends before it begins where nothing can be read.
 */
static bool search(uint64_t pc, struct range *found, long fd)
{
	struct range here = {0, 0};
	size_t have = 0;
	bool hit = false, over = false;
	long n;

	path[0] = 0;
	*found = fd < 0 ? (struct range){1, 0} : (struct range){pc, pc + 1};
	while (fd >= 0 && !over && (n = sys_read(fd, text + have, sizeof text - 1 - have)) > 0) {
		char *line = text, *end;
		have += n;
		text[have] = 0;
		for (; !over; line = end + 1) {
			const char *name;
			for (end = line; *end && *end != '\n'; end++)
				;
			if (!*end)
				break;
			*end = 0;
			struct map m = parse(line, &name);
			bool same = *name && text_equal(name, path) && m.offset != 0;
			if (!same && hit) {
				over = true;
			} else if (same) {
				here.end = m.end;
			} else {
				here = (struct range){m.start, m.end};
				size_t len = text_len(name);
				memcpy(path, name, len < sizeof path ? len + 1 : 0);
			}
			if (!over && pc >= m.start && pc < m.end)
				hit = true;
		}
		have -= line < text + have ? line - text : (long)have;
		memmove(text, line, have);
		if (have == sizeof text - 1)
			break; /* a path of 4096 bytes: nothing to be shown */
	}
	if (hit)
		*found = here;
	return hit && path[0] == '/';
}

struct question {
	uint64_t pc;
	struct range *found;
};

/* In a child that shares this memory: what it finds of its own is ours. */
static long ask(void *ctx)
{
	const struct question *q = ctx;

	borrow_make_room();
	return search(q->pc, q->found, sys_open_read("/proc/self/maps", 0));
}

static bool ask_kernel(uint64_t pc, struct range *found)
{
	long fd = sys_open_read("/proc/self/maps", 0);
	struct question q = {pc, found};

	if (fd == -EMFILE)
		return borrow_run(ask, &q) == 1;
	bool hit = search(pc, found, fd);
	if (fd >= 0)
		sys_close(fd);
	return hit;
}

/* The same by what the parent has found, which leaves its path as well. */
static bool recall(uint64_t pc, struct range *found)
{
	for (int i = 0; i < known_count; i++) {
		if (pc < known[i].range.base || pc >= known[i].range.end)
			continue;
		*found = known[i].range;
		memcpy(path, names + known[i].name, text_len(names + known[i].name) + 1);
		return true;
	}
	return false;
}

static void remember(const struct range *r)
{
	size_t len = text_len(path) + 1;

	if (known_count == MODULES_MAX || names_len + len > sizeof names)
		return;
	memcpy(names + names_len, path, len);
	known[known_count++] = (struct known){*r, names_len};
	names_len += len;
}

/* The note NT_GNU_BUILD_ID of the object mapped at base. Returns its length, 0 if there is none. */
static size_t read_build_id(uint64_t base, unsigned char *id, size_t room)
{
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr;
	Elf64_Nhdr note;
	char name[4];

	if (mem_peek(&ehdr, (void *)base, sizeof ehdr) != sizeof ehdr || memcmp(ehdr.e_ident, ELFMAG, SELFMAG) ||
	    ehdr.e_ident[EI_CLASS] != ELFCLASS64)
		return 0;
	for (int i = 0; i < ehdr.e_phnum; i++) {
		uint64_t at = base + ehdr.e_phoff + (uint64_t)i * ehdr.e_phentsize;
		if (mem_peek(&phdr, (void *)at, sizeof phdr) != sizeof phdr || phdr.p_type != PT_NOTE)
			continue;
		/* Found by file offset: notes lie in the first mapping, of ET_EXEC and ET_DYN alike. */
		uint64_t n = base + phdr.p_offset, end = n + phdr.p_filesz;
		while (n + sizeof note <= end && mem_peek(&note, (void *)n, sizeof note) == sizeof note) {
			uint64_t desc = n + sizeof note + ((note.n_namesz + 3ul) & ~3ul);
			if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
			    mem_peek(name, (void *)(n + sizeof note), 4) == 4 && !memcmp(name, "GNU", 4) &&
			    note.n_descsz <= room)
				return mem_peek(id, (void *)desc, note.n_descsz);
			n = desc + ((note.n_descsz + 3ul) & ~3ul);
		}
	}
	return 0;
}

static void put_line(struct slot *s, const struct range *r)
{
	unsigned char id[64];
	size_t id_len = read_build_id(r->base, id, sizeof id);
	struct json j;

	json_init(&j, s->line, SLOT_LINE);
	json_put(&j, "{\"ev\":\"module\",\"t\":");
	json_u64(&j, clock_ns());
	json_put(&j, ",\"tid\":");
	json_u64(&j, self.tid);
	json_put(&j, ",\"base\":");
	json_pc(&j, r->base);
	json_put(&j, ",\"end\":");
	json_pc(&j, r->end);
	json_put(&j, ",\"path\":");
	json_string(&j, path);
	if (id_len) {
		json_put(&j, ",\"build_id\":");
		json_hex(&j, id, id_len);
	}
	json_put(&j, "}\n");
	slot_put(s, j.p - j.start);
}

/* By the one reader. */
static void look_up(struct slot *s, uint64_t pc)
{
	int at = atomic_load(&count);
	struct range found = {0};

	if (at == MODULES_MAX || find(pc) >= 0)
		return;
	if (recall(pc, &found)) {
		put_line(s, &found);
	} else if (ask_kernel(pc, &found)) {
		put_line(s, &found);
		remember(&found);
	}
	if (found.base < found.end) { /* code without a file as well: it is not looked for again */
		ranges[at] = found;
		atomic_store_explicit(&count, at + 1, memory_order_release);
	}
}

/* One at a time, which takes a fraction of a millisecond. False where that does not end: the next call from there tries again. */
static bool begin_reading(void)
{
	uint64_t begin = clock_ns();
	int other = 0;

	while (!atomic_compare_exchange_strong(&reading, &other, self.tid)) {
		if (other == self.tid) /* a vfork child, killed */
			return true;
		if (clock_ns() - begin > OTHERS_NS)
			return false;
		sys3(SYS_sched_yield, 0, 0, 0);
		other = 0;
	}
	return true;
}

bool modules_note(struct slot *s, uint64_t pc)
{
	const struct range *last = &ranges[self.module];
	int at;

	if (pc >= last->base && pc < last->end)
		return true;
	at = find(pc);
	if (at >= 0) {
		self.module = at;
		return true;
	}
	/* In the child of a handler that forks nobody reads what is put into its parent's slot. */
	if (shim_is_sandboxed() || atomic_load(&count) == MODULES_MAX || atomic_load(&s->owner) != self.tid)
		return false;
	uint64_t held = signals_hold();
	if (begin_reading()) {
		look_up(s, pc);
		atomic_store(&reading, 0);
	}
	signals_release(held);
	return find(pc) >= 0;
}

/* Where the mappings with code and a file begin from `from` on: the next of those that are not known. They are listed in their order. */
static int list_code(uint64_t from, uint64_t *starts)
{
	static const char code[] = "xp ";
	long fd = sys_open_read("/proc/self/maps", 0), n;
	char part[512], line[64];
	size_t len = 0;
	int found = 0;

	while (fd >= 0 && (n = sys_read(fd, part, sizeof part)) > 0) {
		for (long i = 0; i < n; i++) {
			if (len < sizeof line)
				line[len] = part[i];
			len++;
			/* "start-end r-xp ...": a file's name is asked for by modules_note. */
			if (part[i] != '\n')
				continue;
			const char *at = line;
			uint64_t start = take_hex(&at);
			while (at < line + sizeof line - 8 && *at != ' ')
				at++;
			if (!memcmp(at + 3, code, sizeof code - 1) && found < STARTS_MAX && start >= from && find(start) < 0)
				starts[found++] = start;
			len = 0;
		}
	}
	if (fd >= 0)
		sys_close(fd);
	return found;
}

void modules_note_all(struct slot *s)
{
	uint64_t starts[STARTS_MAX], from = 0;
	int found;

	do {
		uint64_t held = signals_hold();
		found = list_code(from, starts);
		signals_release(held);
		for (int i = 0; i < found; i++) {
			modules_note(s, starts[i]);
			from = starts[i] + 1;
		}
	} while (found == STARTS_MAX);
}

void modules_forked(void)
{
	atomic_store(&count, 0);
	atomic_store(&reading, 0);
	ranges[0] = (struct range){0, 0};
	self.module = 0;
}
