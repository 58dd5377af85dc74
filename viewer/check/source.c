/* source: lines of the source that a traced program was compiled from. */
#include "viewer/check/source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "viewer/model/site.h"

enum { LINE_MOST = 400 };

/* The name comes from a trace: it must not lead to what is no source. */
static bool is_source(const char *file)
{
	static const char *const endings[] = {".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".C"};
	const char *dot = strrchr(file, '.');

	for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
		if (strcmp(dot, endings[i]) == 0)
			return true;
	return false;
}

static bool is_newer(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec != b->st_mtim.tv_sec ? a->st_mtim.tv_sec > b->st_mtim.tv_sec
						      : a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

/* A pipe or a device would make us wait. */
static FILE *open_unchanged(const char *path, const struct stat *object)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !is_newer(&st, object))
		return fdopen(fd, "r");
	close(fd);
	return NULL;
}

static FILE *open_source(const struct process *p, const struct site *site)
{
	const char *const directories[] = {site->directory, p->cwd};
	char path[PATH_MAX];
	struct stat object;
	FILE *f = NULL;

	if (!site->object || stat(site->object, &object) != 0 || !is_source(site->file))
		return NULL;
	if (site->file[0] == '/')
		return open_unchanged(site->file, &object);
	for (size_t i = 0; i < 2 && !f; i++)
		if (directories[i] &&
		    snprintf(path, sizeof path, "%s/%s", directories[i], site->file) < (int)sizeof path)
			f = open_unchanged(path, &object);
	return f;
}

static const char *trimmed(struct arena *a, char *line)
{
	size_t len;

	line += strspn(line, " \t");
	len = strcspn(line, "\r\n");
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	return arena_copy(a, line, len);
}

const char *source_of_event(struct trace *t, const struct event *e, int lines)
{
	const struct site *site = e->pc ? site_find(t, e->proc, e->pc) : NULL;
	FILE *f = site && site->file && site->line + lines > 0 ? open_source(e->proc, site) : NULL;
	const char *found = NULL;
	char line[LINE_MOST];
	int number = 1;

	if (!f)
		return NULL;
	while (!found && fgets(line, sizeof line, f)) {
		if (number == site->line + lines)
			found = trimmed(t->arena, line);
		number += strchr(line, '\n') != NULL;
	}
	fclose(f);
	return found && *found ? found : NULL;
}
