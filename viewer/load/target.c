/* target: whether a program can be traced at all, read from its file. */
#include "viewer/load/target.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRIPTS_DEEP = 4, LINE_MOST = 256 };

static char reason[LINE_MOST + 128];

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool target_path(const char *name, char *path, size_t size)
{
	const char *dirs = getenv("PATH");
	int found = ENOENT;

	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		if (access(path, F_OK) != 0)
			return false;
		errno = EACCES;
		return is_file(path) && access(path, X_OK) == 0;
	}
	for (const char *dir = dirs ? dirs : "/bin:/usr/bin";; dir++) {
		size_t len = strcspn(dir, ":");

		if (snprintf(path, size, "%.*s%s%s", (int)len, dir, len ? "/" : "", name) < (int)size &&
		    is_file(path)) {
			if (access(path, X_OK) == 0)
				return true;
			found = EACCES;
		}
		dir += len;
		if (!*dir)
			break;
	}
	errno = found;
	return false;
}

static bool is_dynamic(Elf *elf)
{
	size_t count;
	GElf_Phdr header;

	if (elf_getphdrnum(elf, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(elf, (int)i, &header) && header.p_type == PT_INTERP)
			return true;
	return false;
}

static bool machine_of(const char *path, GElf_Half *machine, int *class)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
	GElf_Ehdr header;
	bool known = elf && gelf_getehdr(elf, &header);

	if (known) {
		*machine = header.e_machine;
		*class = gelf_getclass(elf);
	}
	elf_end(elf);
	if (fd >= 0)
		close(fd);
	return known;
}

static const char *elf_obstacle(Elf *elf, const char *shim)
{
	GElf_Ehdr header;
	GElf_Half machine;
	int class;

	if (!gelf_getehdr(elf, &header))
		return "is no ELF executable";
	if (machine_of(shim, &machine, &class) && (machine != header.e_machine || class != gelf_getclass(elf)))
		return "is for another architecture than libsocktrace.so";
	if (!is_dynamic(elf))
		return "is statically linked: nothing can be preloaded into it";
	return NULL;
}

/* "#!/usr/bin/env python3" is python3: the interpreter, or env's argument, into `interpreter`. */
static bool script_interpreter(int fd, char *interpreter, size_t size)
{
	char line[LINE_MOST], *word, *save;
	ssize_t len = pread(fd, line, sizeof line - 1, 0);

	if (len < 2 || memcmp(line, "#!", 2) != 0)
		return false;
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	word = strtok_r(line + 2, " \t", &save);
	if (!word)
		return false;
	if (strcmp(word, "/usr/bin/env") == 0) {
		char *program = strtok_r(NULL, " \t", &save);

		if (program && program[0] != '-')
			return target_path(program, interpreter, size);
	}
	return snprintf(interpreter, size, "%s", word) < (int)size;
}

static bool is_elf(int fd)
{
	char magic[SELFMAG];

	return pread(fd, magic, sizeof magic, 0) == SELFMAG && memcmp(magic, ELFMAG, SELFMAG) == 0;
}

static bool gains_rights(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	return ((st.st_mode & S_ISUID) && st.st_uid != getuid()) ||
	       ((st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && st.st_gid != getgid());
}

static const char *obstacle_in(int fd, const char *shim)
{
	Elf *elf;
	const char *why;

	if (gains_rights(fd))
		return "is setuid or setgid: the loader ignores LD_PRELOAD";
	elf = elf_begin(fd, ELF_C_READ, NULL);
	why = elf ? elf_obstacle(elf, shim) : "cannot be read as ELF";
	elf_end(elf);
	return why;
}

static const char *obstacle(const char *path, const char *shim, int depth)
{
	char interpreter[LINE_MOST];
	const char *why;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	/* What may be run but not read is not known to be an obstacle. */
	if (fd < 0)
		return NULL;
	if (depth < SCRIPTS_DEEP && script_interpreter(fd, interpreter, sizeof interpreter)) {
		close(fd);
		return obstacle(interpreter, shim, depth + 1);
	}
	if (depth < SCRIPTS_DEEP && !is_elf(fd)) {
		close(fd);
		return obstacle("/bin/sh", shim, depth + 1);
	}
	why = obstacle_in(fd, shim);
	close(fd);
	if (!why)
		return NULL;
	snprintf(reason, sizeof reason, "%s %s", depth ? path : "it", why);
	return reason;
}

const char *target_obstacle(const char *path, const char *shim)
{
	elf_version(EV_CURRENT);
	return obstacle(path, shim, 0);
}
