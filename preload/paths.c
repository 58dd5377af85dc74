/* paths: the trace's two files by name. */
#include "preload/paths.h"

#include <fcntl.h>
#include <limits.h>

#include "preload/json.h"
#include "preload/mem.h"
#include "preload/procfs.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

static char paths[OURS_DIR][PATH_MAX + TRACE_NAME_MAX + 64];
static char real_dir[PATH_MAX]; /* as /proc shows it; "" not known */
static size_t name_at;          /* where the file's name begins in both of them */

static void put_path(enum ours_kept which, const char *name, int suffix, const char *ending)
{
	struct json j = {.p = paths[which]};

	json_text(&j, shim.out_dir);
	json_put(&j, "/");
	json_u64(&j, shim.pid);
	json_put(&j, ".");
	json_text(&j, name);
	if (suffix) {
		json_put(&j, ".");
		json_u64(&j, suffix);
	}
	json_text(&j, ending);
	*j.p = 0;
}

void paths_make(const char *name, int suffix)
{
	name_at = text_len(shim.out_dir) + 1;
	put_path(OURS_TRACE, name, suffix, TRACE_SUFFIX);
	put_path(OURS_LIVE, name, suffix, TRACE_LIVE_SUFFIX);
}

bool paths_are_made(void)
{
	return paths[OURS_TRACE][0];
}

static const char *name_of_file(enum ours_kept which)
{
	return paths[which][0] ? paths[which] + name_at : "";
}

void paths_forked(bool others)
{
	ours_forked(&(struct ours_files){*real_dir ? real_dir : shim.out_dir,
					 {name_of_file(OURS_TRACE), name_of_file(OURS_LIVE)}},
		    others);
	paths[OURS_TRACE][0] = paths[OURS_LIVE][0] = 0;
}

/* Of an open file in it. Its first byte goes first and comes last: a fork's child that is made meanwhile has it whole, or not at all. */
static void learn_real_dir(int fd)
{
	static char path[PATH_MAX];
	size_t end;

	procfs_fd(fd, path, sizeof path);
	for (end = text_len(path); end && path[end] != '/'; end--)
		;
	if (!end)
		return;
	path[end] = 0;
	__atomic_store_n(real_dir, 0, __ATOMIC_SEQ_CST);
	memcpy(real_dir + 1, path + 1, end);
	__atomic_store_n(real_dir, *path, __ATOMIC_SEQ_CST);
}

const char *paths_of(enum ours_kept which)
{
	return paths[which];
}

int paths_from(enum ours_kept which, const char **name)
{
	int dir = ours_kept(OURS_DIR);

	*name = paths[which];
	if (dir < 0)
		return AT_FDCWD;
	*name += name_at;
	return dir;
}

long paths_open(enum ours_kept which, int flags)
{
	const char *name;
	int dir = paths_from(which, &name);
	long fd = ours_open(dir, name, flags);

	if (fd >= 0 && flags & O_EXCL)
		learn_real_dir(fd);
	return fd;
}

long paths_open_directory(void)
{
	int dir = ours_kept(OURS_DIR);

	return ours_open(dir < 0 ? AT_FDCWD : dir, dir < 0 ? shim.out_dir : ".", SYS_READS | O_DIRECTORY);
}

void paths_keep(enum ours_kept which, int flags)
{
	ours_keep(which, paths_open(which, flags));
}

void paths_unlink(enum ours_kept which)
{
	const char *name;
	int dir = paths_from(which, &name);

	sys3(SYS_unlinkat, dir, (long)name, 0);
}
