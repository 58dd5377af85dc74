/* replace: write a file beside its place and put it there when it is whole. */
#include "viewer/base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "viewer/base/unfinished.h"

enum {
	LINKS_MOST = 40,  /* as the kernel has it */
	PARTS_MOST = 100, /* of processes that had our number and were killed, one may be left of each */
	MUCH = 1 << 30,
	ATTRIBUTES_MOST = 4096, /* bytes of their names */
};

static void free_names(struct replaced *r)
{
	buf_free(&r->part);
	buf_free(&r->place);
}

/* The bytes of a path before the name at its end. */
static size_t directory_len(const struct buf *path)
{
	const char *slash = strrchr(path->bytes, '/');

	return slash ? (size_t)(slash - path->bytes) + 1 : 0;
}

/* Links there do not lead to where their text says, but to what a process has open. */
static bool is_in_proc(const char *link)
{
	int fd = open(link, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct statfs fs;
	bool is = fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;

	if (fd >= 0)
		close(fd);
	return is;
}

/* Go where the links at the end of a path lead. False: to what a descriptor has open. */
static bool follow_links(struct buf *path)
{
	char to[PATH_MAX];
	ssize_t len;

	for (int i = 0; i < LINKS_MOST && (len = readlink(path->bytes, to, sizeof to)) > 0; i++) {
		if (is_in_proc(path->bytes))
			return false;
		path->len = to[0] == '/' ? 0 : directory_len(path);
		buf_put(path, to, (size_t)len);
	}
	return true;
}

static int open_part(struct replaced *r, mode_t mode)
{
	int fd = -1, len = (int)directory_len(&r->place);

	errno = EEXIST;
	for (int i = 0; i < PARTS_MOST && fd < 0 && errno == EEXIST; i++) {
		buf_clear(&r->part);
		buf_printf(&r->part, "%.*s.socktrace-%ld-%d", len, r->place.bytes, (long)getpid(), i);
		fd = unfinished_open(r->part.bytes, mode);
	}
	return fd;
}

static bool may_be_written(const char *name)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* -1: where it can be written as it is yet, as_it_is says so. Nobody may read there meanwhile who may not read the old one. */
static int open_beside(struct replaced *r, mode_t mode)
{
	int fd;

	if (r->is_there && !may_be_written(r->name))
		return -1;
	fd = open_part(r, r->is_there ? (r->old.st_mode & mode) | S_IRUSR | S_IWUSR : mode);
	r->as_it_is = fd < 0 && r->is_there && (errno == EACCES || errno == EPERM || errno == EROFS);
	return fd;
}

static int open_place(struct replaced *r, mode_t mode)
{
	int fd = -1;
	bool is_name;

	r->is_there = stat(r->name, &r->old) == 0;
	if (!r->is_there && errno != ENOENT)
		return -1;
	buf_puts(&r->place, r->name);
	is_name = follow_links(&r->place);
	r->as_it_is = r->is_there && !(is_name && S_ISREG(r->old.st_mode));
	if (!r->as_it_is)
		fd = open_beside(r, mode);
	return r->as_it_is ? open(r->name, O_WRONLY | O_TRUNC | O_CLOEXEC) : fd;
}

bool replace_begin(struct replaced *r, const char *name, mode_t mode, struct err *err)
{
	int fd;

	*r = (struct replaced){.name = name};
	signal(SIGXFSZ, SIG_IGN);
	fd = open_place(r, mode);
	r->to = fd < 0 ? NULL : fdopen(fd, "w");
	if (!r->to) {
		err_set(err, "%s: %s", name, strerror(errno));
		free_names(r);
		return false;
	}
	return true;
}

bool replace_close(struct replaced *r, bool good, struct err *err)
{
	if (fclose(r->to) != 0 && good)
		return err_set(err, "%s: %s", r->name, strerror(errno));
	return good;
}

/* Access control lists, for one, of which the mode is but a part. A module of the kernel's gives a new file what it needs of `security`. */
static bool has_attributes(const char *name)
{
	static const char of_kernel[] = "security.";
	char names[ATTRIBUTES_MOST];
	ssize_t len = listxattr(name, names, sizeof names);

	if (len < 0)
		return errno != ENOTSUP;
	for (ssize_t at = 0; at < len; at += (ssize_t)strlen(names + at) + 1)
		if (strncmp(names + at, of_kernel, sizeof of_kernel - 1) != 0)
			return true;
	return false;
}

/* The file beside it becomes like the old one and comes into its place. */
static bool put_there(const struct replaced *r)
{
	const char *part = r->part.bytes;

	if (r->is_there && (r->old.st_nlink > 1 || has_attributes(r->place.bytes) ||
			    chown(part, r->old.st_uid, r->old.st_gid) < 0 || chmod(part, r->old.st_mode & 07777) < 0))
		return false;
	return rename(part, r->place.bytes) == 0;
}

static bool copy(int from, int to)
{
	ssize_t n;

	while ((n = sendfile(to, from, NULL, MUCH)) > 0)
		;
	return n == 0;
}

static bool write_over(const struct replaced *r)
{
	int from = open(r->part.bytes, O_RDONLY | O_CLOEXEC), to = -1, error;
	bool good = from >= 0 && (to = open(r->place.bytes, O_WRONLY | O_TRUNC | O_CLOEXEC)) >= 0 && copy(from, to);

	error = errno;
	if (from >= 0)
		close(from);
	if (to >= 0 && close(to) < 0 && good)
		return false;
	errno = error;
	return good;
}

bool replace_end(struct replaced *r, bool good, struct err *err)
{
	bool is_put = good && !r->as_it_is && put_there(r);

	if (good && !r->as_it_is && !is_put) {
		unfinished_keep(); /* the old one is gone as soon as this is begun */
		good = r->is_there && write_over(r);
		if (!good)
			err_set(err, "%s: %s", r->name, strerror(errno));
	}
	if (!r->as_it_is && !is_put)
		unlink(r->part.bytes);
	if (!r->as_it_is)
		unfinished_end();
	free_names(r);
	return good;
}
