/* target: what a preloaded library will see of a program, and why not, read from its file. */
#include "viewer/load/target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "viewer/base/buf.h"
#include "viewer/load/target_calls.h"
#include "viewer/load/target_libc.h"
#include "viewer/load/target_path.h"
#include "viewer/load/target_script.h"

enum { SCRIPTS_DEEP = 4 }; /* the kernel follows no more */

/* An object that is looked at: the program, or what runs it. */
struct subject {
	struct target *target;
	const char *path, *shim;
	const char *name; /* "it", or the path of who runs it */
	int fd;
	struct target_elf elf;
	struct libraries libraries;
};

static void find(struct target *t, enum target_verdict weight, const char *text)
{
	vec_push(&t->findings, ((struct finding){weight, text}));
	if (weight > t->verdict)
		t->verdict = weight;
}

/* Say something of the subject: "it " and the text. */
#define say(s, weight, format, ...)                                                                                    \
	find((s)->target, weight, arena_printf((s)->target->arena, "%s " format, (s)->name __VA_OPT__(, ) __VA_ARGS__))

/* Rights */

static bool rights_are_given(int fd)
{
	struct statvfs fs;

	return !(fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_NOSUID)) && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
}

/* Where user or group change, or rights grow, the loader takes no library from who starts the program. */
static void check_rights(struct subject *s)
{
	struct stat st;
	bool setuid, setgid;

	if (!rights_are_given(s->fd) || fstat(s->fd, &st) != 0)
		return;
	setuid = st.st_mode & S_ISUID;
	setgid = (st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);
	if ((setuid && st.st_uid != getuid()) || (setgid && st.st_gid != getgid()))
		say(s, TARGET_NOT, "is setuid or setgid: the loader ignores LD_PRELOAD");
	else if (setuid || setgid)
		say(s, TARGET_TRACEABLE,
		    "is setuid or setgid to who you are: for others the loader ignores LD_PRELOAD");
	if (fgetxattr(s->fd, "security.capability", NULL, 0) <= 0)
		return;
	if (getuid() != 0)
		say(s, TARGET_NOT, "has file capabilities: the loader ignores LD_PRELOAD");
	else
		say(s, TARGET_TRACEABLE, "has file capabilities: for others than root the loader ignores LD_PRELOAD");
}

/* What kind of file it is */

static const char *machine_words(struct arena *a, const struct target_elf *elf)
{
	static const struct {
		GElf_Half machine;
		const char *name;
	} names[] = {
		{EM_X86_64, "x86-64"}, {EM_386, "i386"},    {EM_AARCH64, "AArch64"}, {EM_ARM, "ARM"},
		{EM_RISCV, "RISC-V"},  {EM_PPC64, "POWER"}, {EM_S390, "S/390"},      {EM_MIPS, "MIPS"},
	};
	int bits = elf->class == ELFCLASS32 ? 32 : 64;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].machine == elf->machine)
			return arena_printf(a, "%d-bit %s", bits, names[i].name);
	return arena_printf(a, "%d-bit, machine %u", bits, elf->machine);
}

static void check_machine(struct subject *s)
{
	struct arena *a = s->target->arena;
	struct target_elf shim;

	if (!target_elf_open(a, s->shim, &shim))
		return;
	if (shim.machine != s->elf.machine || shim.class != s->elf.class)
		say(s, TARGET_NOT, "is for another architecture (%s) than libsocktrace.so (%s)",
		    machine_words(a, &s->elf), machine_words(a, &shim));
}

static void check_kind(struct subject *s)
{
	const struct target_elf *elf = &s->elf;

	if (elf->type != ET_EXEC && elf->type != ET_DYN)
		say(s, TARGET_NOT, "is an ELF file, but no program");
	else if (!elf->interpreter && elf->type == ET_DYN && !elf->pie)
		say(s, TARGET_NOT, "is a shared library, not a program");
	else if (!elf->interpreter)
		say(s, TARGET_NOT, "is statically linked%s: nothing can be preloaded into it",
		    elf->dynamic ? " (static-pie)" : "");
	else if (access(elf->interpreter, F_OK) != 0)
		say(s, TARGET_NOT, "needs the loader %s, which is not there: it cannot be started", elf->interpreter);
}

/* What it loads */

static bool loads(const struct subject *s, const char *prefix)
{
	for (size_t i = 0; i < s->libraries.list.count; i++)
		if (strncmp(s->libraries.list.items[i]->name, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

static const char *plural(size_t n, const char *one, const char *more)
{
	return n == 1 ? one : more;
}

static void tell_libraries(struct subject *s)
{
	struct buf b = {0};
	size_t count = s->libraries.list.count, calling = 0;

	for (size_t i = 0; i < count; i++) {
		const struct library *l = s->libraries.list.items[i];
		unsigned calls = target_calls_count(&l->elf).sockets;

		if (!l->path)
			say(s, TARGET_TRACEABLE, "needs %s, which was not found: without it it does not start",
			    l->name);
		if (calls)
			buf_printf(&b, "%s%s (%u)", calling++ ? ", " : "", l->name, calls);
	}
	if (calling)
		say(s, TARGET_TRACEABLE, "loads %zu %s; calls for sockets are imported by %zu: %s", count,
		    plural(count, "library", "libraries"), calling, b.bytes);
	else
		say(s, TARGET_TRACEABLE, "loads %zu %s; no calls for sockets are imported there", count,
		    plural(count, "library", "libraries"));
	buf_free(&b);
}

/* glibc's, of which old releases had several, and musl's. */
static bool is_of_c_library(const char *name)
{
	static const char *const all[] = {"libc.", "libpthread.", "libresolv.", "librt.", "libdl.", "libutil.", "libanl.", "ld-"};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strncmp(name, all[i], strlen(all[i])) == 0)
			return true;
	return false;
}

/* The shim hands a call on to the first function of that name behind it, with the arguments that the C library's has. */
static void tell_own_names(struct subject *s)
{
	for (size_t i = 0; i < s->libraries.list.count; i++) {
		const struct library *l = s->libraries.list.items[i];
		const char *names = is_of_c_library(l->name) ? "" : target_calls_own(s->target->arena, &l->elf);

		if (*names)
			say(s, TARGET_TRACEABLE,
			    "loads %s, which has functions of its own by the names of calls: %s; where these do not stand in for "
			    "the C library's, but are others, the program fails when it is traced",
			    l->name, names);
	}
}

/* Something that was not found, or cannot be read, may import anything. */
static bool may_make_sockets(const struct subject *s)
{
	for (size_t i = 0; i < s->libraries.list.count; i++) {
		const struct library *l = s->libraries.list.items[i];

		if (!l->path || !l->elf.has_symbols || target_calls_count(&l->elf).sockets)
			return true;
	}
	return !s->elf.has_symbols || target_calls_count(&s->elf).sockets;
}

static void tell_calls(struct subject *s)
{
	struct arena *a = s->target->arena;
	const char *sockets = target_calls_names(a, &s->elf, true), *others = target_calls_names(a, &s->elf, false);

	if (!s->elf.has_symbols)
		say(s, TARGET_TRACEABLE, "has no table of symbols that can be read: which calls it makes is not known");
	if (*sockets)
		say(s, TARGET_TRACEABLE, "imports calls for sockets: %s", sockets);
	if (*others)
		say(s, TARGET_TRACEABLE, "imports others that are recorded once it has a socket: %s", others);
	tell_libraries(s);
	tell_own_names(s);
	if (!may_make_sockets(s))
		say(s, TARGET_TRACEABLE,
		    "cannot make a socket by itself: there is something to see only if it loads "
		    "more at run time, or starts other programs");
}

static void check_calls(struct subject *s)
{
	bool calls = target_calls_count(&s->elf).sockets;

	if (s->elf.go && !calls)
		say(s, TARGET_NOT, "is a Go program: it makes its system calls without the C library");
	else if (s->elf.go)
		say(s, TARGET_PARTLY, "is a Go program: of its calls only those are seen that pass the C library");
	else if (!loads(s, "libc."))
		say(s, TARGET_NOT, "loads no C library: it makes its system calls without one");
	if (loads(s, "liburing"))
		say(s, TARGET_PARTLY, "loads liburing: what it does through io_uring is not seen");
}

/* What the C library does by itself is recorded only where the shim knows it. */
static void tell_streams(struct subject *s)
{
	const char *what = "imports fdopen: what fprintf, fgets and the like move on a socket", *release = NULL;

	if (!target_elf_imports(&s->elf, "fdopen"))
		return;
	for (size_t i = 0; i < s->libraries.list.count && !release; i++) {
		const struct library *l = s->libraries.list.items[i];
		if (l->path && strncmp(l->name, "libc.", 5) == 0)
			release = target_libc_release(s->target->arena, l->path);
	}
	if (release && target_libc_is_known(release))
		say(s, TARGET_TRACEABLE, "%s is recorded, where glibc %s is as Debian builds it", what, release);
	else if (release)
		say(s, TARGET_TRACEABLE, "%s is not recorded: glibc %s is not known", what, release);
	else
		say(s, TARGET_TRACEABLE, "%s is not recorded: it loads no glibc", what);
}

/* Imports that by themselves prove nothing. */
static void tell_hints(struct subject *s)
{
	static const struct {
		const char *symbol, *text;
	} hints[] = {
		{"syscall", "socket calls made through it are recorded, io_uring set up through it is not seen"},
		{"dlmopen", "a library loaded by it has a C library of its own, whose calls are not seen"},
		{"vfork", "the child's calls stand in its parent's trace"},
		{"clone", "what a process does that shares this one's memory is counted, not recorded"},
	};

	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
		if (target_elf_imports(&s->elf, hints[i].symbol))
			say(s, TARGET_TRACEABLE, "imports %s: %s", hints[i].symbol, hints[i].text);
	find(s->target, TARGET_TRACEABLE,
	     "no file shows system calls made without the C library: they go unseen; nor libraries loaded with "
	     "RTLD_DEEPBIND: they are seen as the C library's own calls, once there is another socket");
}

static void look_at_elf(struct subject *s)
{
	check_rights(s);
	check_machine(s);
	check_kind(s);
	if (s->target->verdict == TARGET_NOT)
		return;
	say(s, TARGET_TRACEABLE, "is dynamically linked: %s loads it, and libsocktrace.so with it", s->elf.interpreter);
	target_libraries(s->target->arena, s->path, &s->elf, &s->libraries);
	check_calls(s);
	if (s->target->verdict == TARGET_NOT)
		return;
	tell_calls(s);
	tell_streams(s);
	tell_hints(s);
}

/* Scripts */

static bool look_at(struct target *t, const char *path, const char *shim, int depth);

static bool look_at_script(struct target *t, const char *path, const char *shim, int depth)
{
	char interpreter[PATH_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum script_kind kind = fd >= 0 ? target_script(fd, interpreter, sizeof interpreter) : SCRIPT_NONE;
	char found[PATH_MAX];

	if (fd >= 0)
		close(fd);
	if (kind == SCRIPT_NONE) {
		find(t, TARGET_NOT,
		     arena_printf(t->arena, "%s is neither an ELF program nor a script", depth ? path : "it"));
		return true;
	}
	if (kind == SCRIPT_BY_ENV ? !target_path(interpreter, found, sizeof found)
				  : snprintf(found, sizeof found, "%s", interpreter) >= (int)sizeof found) {
		find(t, TARGET_NOT, arena_printf(t->arena, "env finds no `%s` in PATH to run it", interpreter));
		return true;
	}
	find(t, TARGET_TRACEABLE,
	     arena_printf(t->arena, "%s is a script%s: what counts is %s, which runs it", depth ? path : "it",
			  kind == SCRIPT_SHELL ? " without #!" : "", found));
	if (depth + 1 > SCRIPTS_DEEP) {
		find(t, TARGET_NOT, "scripts run by scripts, more than the kernel follows: it cannot be started");
		return true;
	}
	if (!look_at(t, found, shim, depth + 1))
		find(t, TARGET_NOT,
		     arena_printf(t->arena, "%s, which runs it, cannot be read: %s", found, strerror(errno)));
	return true;
}

static bool is_elf(int fd)
{
	char magic[SELFMAG];

	return pread(fd, magic, sizeof magic, 0) == SELFMAG && memcmp(magic, ELFMAG, SELFMAG) == 0;
}

/* A regular file, open; -1: errno says why not. */
static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	errno = EACCES;
	return -1;
}

static bool look_at(struct target *t, const char *path, const char *shim, int depth)
{
	struct subject *s = arena_alloc(t->arena, sizeof *s);

	path = arena_string(t->arena, path);
	s->target = t;
	s->path = path;
	s->shim = shim;
	s->name = depth ? path : "it";
	s->fd = open_file(path);
	if (s->fd < 0)
		return false;
	if (!is_elf(s->fd)) {
		close(s->fd);
		return look_at_script(t, path, shim, depth);
	}
	if (target_elf_read(t->arena, s->fd, &s->elf))
		look_at_elf(s);
	else
		say(s, TARGET_NOT, "is a damaged ELF file");
	close(s->fd);
	return true;
}

struct target *target_probe(const char *path, const char *shim, struct err *err)
{
	struct arena *a = arena_new();
	struct target *t = arena_alloc(a, sizeof *t);

	t->arena = a;
	if (look_at(t, path, shim, 0))
		return t;
	err_set(err, "%s: %s", path, strerror(errno));
	target_free(t);
	return NULL;
}

void target_free(struct target *t)
{
	if (!t)
		return;
	vec_free(&t->findings);
	arena_free(t->arena);
}

const char *target_reason(const struct target *t)
{
	for (size_t i = 0; t->verdict != TARGET_TRACEABLE && i < t->findings.count; i++)
		if (t->findings.items[i].weight == t->verdict)
			return t->findings.items[i].text;
	return NULL;
}
