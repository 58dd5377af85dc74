/* target: what an exec is about to start, seen from its file. */
#include "preload/target.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "preload/borrow.h"
#include "preload/env.h"
#include "preload/mem.h"
#include "preload/procfs.h"
#include "preload/signals.h"
#include "preload/state.h"
#include "preload/sys.h"

enum {
	SCRIPTS_DEEP = 5,  /* the kernel gives up at the next: ELOOP */
	SCRIPT_LINE = 256, /* BINPRM_BUF_SIZE: what it reads of a file */
	NAME_ROOM = 256,   /* of a program that is searched in PATH; a longer one is not looked at */
	PATH_ROOM = 512,   /* of where it may be */
	PHDRS_AT_ONCE = 8,
	PHDRS_MAX = 128,
};

/* The beginning of a file: in one system call what makes it a script or an ELF file, and most often which loader it asks for. */
union head {
	Elf64_Ehdr elf;
	char bytes[SCRIPT_LINE];
};

const char *target_reason(enum target t)
{
	static const char *const reasons[] = {
		[TARGET_SETUID] = "setuid", [TARGET_STATIC] = "static", [TARGET_ARCH] = "arch",
		[TARGET_CHROOT] = "chroot", [TARGET_ROOM] = "room",     [TARGET_SECCOMP] = "seccomp",
	};

	return reasons[t];
}

/*
 * A regular file: opening another one may block, or mean something to somebody. The kernel reads the path, and refuses one that cannot be
 * read: to us its page would be one more that is new to a child. Of fexecve it is empty, and dirfd the file.
 */
static long open_program(int dirfd, const char *path, struct stat *st)
{
	char own[PROCFS_FD];
	long fd;

	if (sys6(SYS_newfstatat, dirfd, (long)path, (long)st, AT_EMPTY_PATH, 0, 0) < 0 || !S_ISREG(st->st_mode))
		return -1;
	fd = sys6(SYS_openat, dirfd, (long)path, SYS_READS | O_NOCTTY, 0, 0, 0);
	if (fd != -ENOENT)
		return fd;
	procfs_fd_path(dirfd, own);
	return sys_open_read(own, O_NOCTTY);
}

static long read_at(int fd, void *to, size_t len, size_t at)
{
	return sys6(SYS_pread64, fd, (long)to, len, at, 0, 0);
}

static bool gives_rights(int fd)
{
	struct statfs fs;

	return !(sys3(SYS_fstatfs, fd, (long)&fs, 0) == 0 && fs.f_flags & 2 /* ST_NOSUID */) &&
	       sys6(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0, 0) != 1;
}

/* execve(2) and the kernel's security/commoncap.c: user or group would not be the real ones, or there are new capabilities. */
static bool is_secure(int fd, const struct stat *st)
{
	uid_t uid = 0, euid = 0, suid;
	gid_t gid = 0, egid = 0, sgid;
	bool setuid = st->st_mode & S_ISUID, setgid = (st->st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);
	bool capable = sys6(SYS_fgetxattr, fd, (long)"security.capability", 0, 0, 0, 0) > 0;

	/* Who was not secure itself began with the real ones. */
	if (!setuid && !setgid && !capable && !shim.changes_rights)
		return false;
	sys3(SYS_getresuid, (long)&uid, (long)&euid, (long)&suid);
	sys3(SYS_getresgid, (long)&gid, (long)&egid, (long)&sgid);
	if ((setuid || setgid || capable) && gives_rights(fd)) {
		if (capable && uid)
			return true;
		euid = setuid ? st->st_uid : euid;
		egid = setgid ? st->st_gid : egid;
	}
	return euid != uid || egid != gid;
}

static bool is_interpreter(const char *phdr)
{
	Elf64_Word type;

	memcpy(&type, phdr + offsetof(Elf64_Phdr, p_type), sizeof type);
	return type == PT_INTERP;
}

/* Of the headers from the one of this number on. Seldom asked, as is_loader. */
static __attribute__((noinline)) bool has_interpreter_behind(int fd, const Elf64_Ehdr *e, size_t first, size_t count)
{
	Elf64_Phdr part[PHDRS_AT_ONCE];

	for (size_t i = first; i < count; i++) {
		size_t k = (i - first) % PHDRS_AT_ONCE, left = count - i < PHDRS_AT_ONCE ? count - i : PHDRS_AT_ONCE;
		long len = left * sizeof part[0];
		if (k == 0 && read_at(fd, part, len, e->e_phoff + i * sizeof part[0]) != len)
			return true; /* nobody can tell */
		if (is_interpreter((const char *)&part[k]))
			return true;
	}
	return false;
}

/* Linkers put it first, or behind one other header. */
static bool has_interpreter(int fd, const union head *head, size_t len)
{
	const Elf64_Ehdr *e = &head->elf;
	size_t count = e->e_phnum, i = 0;

	if (count > PHDRS_MAX)
		return true; /* nobody can tell */
	for (; i < count && e->e_phoff <= len && (i + 1) * sizeof(Elf64_Phdr) <= len - e->e_phoff; i++)
		if (is_interpreter(head->bytes + e->e_phoff + i * sizeof(Elf64_Phdr)))
			return true;
	return has_interpreter_behind(fd, e, i, count);
}

/* ld.so started as a program loads the one that it is given, and the shim with it. Seldom asked: no part of a frame that others need. */
static __attribute__((noinline)) bool is_loader(const char *path)
{
	char room[PATH_ROOM];
	const char *base = room;

	if (!mem_take_text(&path, room, sizeof room, path) || text_len(room) == sizeof room - 1)
		return true; /* nobody can tell */
	for (const char *s = room; *s; s++)
		if (*s == '/')
			base = s + 1;
	return text_starts(base, "ld-") || text_starts(base, "ld.so");
}

static enum target look_at_elf(int fd, const struct stat *st, const char *path, const union head *head, size_t len)
{
	const Elf64_Ehdr *e = &head->elf;

	if (e->e_ident[EI_CLASS] != ELFCLASS64 || e->e_machine != EM_X86_64)
		return TARGET_ARCH;
	if (e->e_phentsize == sizeof(Elf64_Phdr) && !has_interpreter(fd, head, len) && !is_loader(path))
		return TARGET_STATIC;
	return is_secure(fd, st) ? TARGET_SETUID : TARGET_FOLLOWED;
}

/* "#! /path argument": the path. False if there is none that fits; a short file may end with it. */
static bool take_interpreter(char path[SCRIPT_LINE], const char *line, long len)
{
	const char *from = line + 2, *end = line + len;
	char *to = path;

	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	while (from < end && *from && *from != ' ' && *from != '\t' && *from != '\n')
		*to++ = *from++;
	if ((from == end && len == SCRIPT_LINE) || to == path)
		return false;
	*to = 0;
	return true;
}

/* One file of the chain. TARGET_FOLLOWED and what runs it in `next`, where `path` may be, if it is a script. */
static enum target look_at_file(int dirfd, const char *path, char next[SCRIPT_LINE], bool *is_script)
{
	enum target found = TARGET_FOLLOWED;
	union head head;
	struct stat st;
	long fd = open_program(dirfd, path, &st), len;

	*is_script = false;
	if (fd < 0)
		return found;
	len = read_at(fd, &head, sizeof head, 0);
	if (len >= (long)sizeof head.elf && !memcmp(head.elf.e_ident, ELFMAG, SELFMAG))
		found = look_at_elf(fd, &st, path, &head, len);
	else if (len > 2 && head.bytes[0] == '#' && head.bytes[1] == '!')
		*is_script = take_interpreter(next, head.bytes, len);
	sys_close(fd);
	return found;
}

static bool has_slash(const char *path)
{
	while (*path && *path != '/')
		path++;
	return *path;
}

static bool is_executable(const char *path)
{
	struct stat st;

	return sys6(SYS_newfstatat, AT_FDCWD, (long)path, (long)&st, 0, 0, 0) == 0 && S_ISREG(st.st_mode) &&
	       sys6(SYS_faccessat, AT_FDCWD, (long)path, X_OK, 0, 0, 0) == 0;
}

/* As execvp(3): the first one in PATH that may be executed. */
static bool search(const char *name, char room[PATH_ROOM])
{
	const char *list = env_get(environ, "PATH");
	size_t len = text_len(name);

	for (list = list ? list : "/bin:/usr/bin";; list++) {
		size_t n = 0;
		while (list[n] && list[n] != ':')
			n++;
		if (n + len + 2 <= PATH_ROOM) {
			memcpy(room, list, n);
			if (n)
				room[n] = '/';
			memcpy(room + n + (n > 0), name, len + 1);
			if (is_executable(room))
				return true;
		}
		list += n;
		if (!*list)
			return false;
	}
}

/* Opened, not asked about: Landlock and AppArmor refuse only what is done. */
static bool is_there(const char *library)
{
	long fd = sys_open_read(library, O_NOCTTY);

	if (fd >= 0)
		sys_close(fd);
	return fd >= 0 || fd == -EMFILE || fd == -ENFILE;
}

static enum target look_at(int dirfd, const char *path, const char *library)
{
	enum target found = TARGET_FOLLOWED;
	char next[SCRIPT_LINE];
	bool is_script = true;

	for (int i = 0; i < SCRIPTS_DEEP && is_script && found == TARGET_FOLLOWED; i++) {
		found = look_at_file(dirfd, path, next, &is_script);
		path = next;
		dirfd = AT_FDCWD;
	}
	return found == TARGET_FOLLOWED && !is_there(library) ? TARGET_CHROOT : found;
}

/* Not on the stack, of which a coroutine that execs may have little. */
struct names {
	char name[NAME_ROOM], found[PATH_ROOM];
};

static __attribute__((noinline)) enum target look_in_path(const char *file, const char *library)
{
	struct names *n = mem_pages(sizeof *n);
	enum target found = TARGET_FOLLOWED;

	if (!n)
		return found;
	if (mem_take_text(&file, n->name, sizeof n->name, file)) {
		if (has_slash(n->name))
			found = look_at(AT_FDCWD, file, library);
		else if (text_len(n->name) < sizeof n->name - 1 && search(n->name, n->found))
			found = look_at(AT_FDCWD, n->found, library);
	}
	sys_munmap(n, sizeof *n);
	return found;
}

struct look {
	const char *path, *library;
	int dirfd;
	bool searches;
};

static long look(void *ctx)
{
	const struct look *l = ctx;

	return l->searches ? look_in_path(l->path, l->library) : look_at(l->dirfd, l->path, l->library);
}

enum target target_look(int dirfd, const char *path, bool searches, const char *library)
{
	struct look l = {path, library, dirfd, searches};

	/* A fork's child may get what is open meanwhile (shim_forked), but nothing that a child of vfork opens, which may be killed amid it. */
	bool is_seen = !(self.borrowed & BORROWED_BY_CHILD) || self.shares_files;
	uint64_t held = signals_hold();
	atomic_fetch_add(&shim.looks_begun, is_seen);
	/* Our close of what it has locked would undo that. */
	long found = shim.locks_records && !self.borrowed ? borrow_run(look, &l) : look(&l);
	atomic_fetch_add(&shim.looks_ended, is_seen);
	signals_release(held);
	return found < 0 ? TARGET_FOLLOWED : found;
}
