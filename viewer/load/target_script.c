/* target_script: who runs a file that is a script. */
#include "viewer/load/target_script.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MOST = 256 }; /* the kernel reads no more either */

static const char blanks[] = " \t";

static bool copy(char *to, size_t size, const char *text, size_t len)
{
	return len > 0 && snprintf(to, size, "%.*s", (int)len, text) < (int)size;
}

static bool is_env(const char *path, size_t len)
{
	return len >= 4 && memcmp(path + len - 4, "/env", 4) == 0;
}

/* What env runs: the kernel gives it all that follows as one word, which -S takes apart again. */
static const char *env_words(const char *rest, size_t *len)
{
	bool split = strncmp(rest, "-S", 2) == 0;

	if (!split) {
		*len = strlen(rest);
		return rest;
	}
	for (rest += 2;; rest += strcspn(rest, blanks)) {
		rest += strspn(rest, blanks);
		*len = strcspn(rest, blanks);
		if (rest[0] != '-' && !memchr(rest, '=', *len))
			return rest;
	}
}

static void trim_end(char *line)
{
	size_t len = strlen(line);

	while (len && strchr(blanks, line[len - 1]))
		line[--len] = '\0';
}

static enum script_kind read_line(char *line, char *interpreter, size_t size)
{
	const char *path = line + strspn(line, blanks), *rest;
	size_t len = strcspn(path, blanks);

	rest = path + len + strspn(path + len, blanks);
	if (is_env(path, len) && *rest) {
		size_t word;

		rest = env_words(rest, &word);
		return copy(interpreter, size, rest, word) ? SCRIPT_BY_ENV : SCRIPT_NONE;
	}
	return copy(interpreter, size, path, len) ? SCRIPT_NAMED : SCRIPT_NONE;
}

enum script_kind target_script(int fd, char *interpreter, size_t size)
{
	char line[LINE_MOST + 1];
	ssize_t len = pread(fd, line, LINE_MOST, 0);

	if (len < 0)
		return SCRIPT_NONE;
	line[len] = '\0';
	if (strncmp(line, "#!", 2) == 0) {
		line[strcspn(line, "\n")] = '\0';
		trim_end(line);
		return read_line(line + 2, interpreter, size);
	}
	if (memchr(line, '\0', (size_t)len) || !copy(interpreter, size, "/bin/sh", 7))
		return SCRIPT_NONE;
	return SCRIPT_SHELL;
}
