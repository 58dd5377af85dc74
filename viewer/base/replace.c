/* replace: write a file beside its place and put it there when it is whole. */
#include "viewer/base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void free_names(struct replaced *r)
{
	buf_free(&r->part);
	buf_free(&r->name);
}

bool replace_begin(struct replaced *r, const char *name, mode_t mode, struct err *err)
{
	struct stat s;
	bool is_there = stat(name, &s) == 0;
	char *real = is_there && S_ISREG(s.st_mode) ? realpath(name, NULL) : NULL;
	int fd;

	*r = (struct replaced){.as_it_is = is_there && !S_ISREG(s.st_mode)};
	buf_printf(&r->name, "%s", real ? real : name);
	buf_printf(&r->part, "%s%s", r->name.bytes, r->as_it_is ? "" : ".part");
	free(real);
	fd = open(r->part.bytes, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	r->to = fd < 0 ? NULL : fdopen(fd, "w");
	if (r->to)
		return true;
	err_set(err, "%s: %s", r->part.bytes, strerror(errno));
	if (fd >= 0)
		close(fd);
	free_names(r);
	return false;
}

bool replace_close(struct replaced *r, bool good, struct err *err)
{
	if (fclose(r->to) != 0 && good)
		return err_set(err, "%s: %s", r->part.bytes, strerror(errno));
	return good;
}

bool replace_end(struct replaced *r, bool good, struct err *err)
{
	if (good && !r->as_it_is && rename(r->part.bytes, r->name.bytes) < 0)
		good = err_set(err, "%s: %s", r->name.bytes, strerror(errno));
	if (!good && !r->as_it_is)
		unlink(r->part.bytes);
	free_names(r);
	return good;
}
