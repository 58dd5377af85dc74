/* procfs: what /proc says of this process. */
#include "preload/procfs.h"

#include "preload/json.h"
#include "preload/mem.h"
#include "preload/sys.h"

size_t procfs_read(const char *path, char *to, size_t room)
{
	long fd = sys_open_read(path, 0), n;
	size_t have = 0;

	while (fd >= 0 && have < room - 1 && (n = sys_read(fd, to + have, room - 1 - have)) > 0)
		have += n;
	if (fd >= 0)
		sys_close(fd);
	to[have] = 0;
	return have;
}

void procfs_link(const char *path, char *to, size_t room)
{
	long n = sys_readlink(path, to, room - 1);

	to[n > 0 ? n : 0] = 0;
}

void procfs_fd_path(int fd, char path[PROCFS_FD])
{
	struct json j = {.p = path};

	json_put(&j, "/proc/self/fd/");
	json_i64(&j, fd);
	*j.p = 0;
}

void procfs_fd(int fd, char *to, size_t room)
{
	char path[PROCFS_FD];

	procfs_fd_path(fd, path);
	procfs_link(path, to, room);
}

bool procfs_cwd(char *to, size_t room)
{
	procfs_link("/proc/self/cwd", to, room);
	/* Without /proc; a sandbox may not know this system call. */
	if (!*to && sys3(SYS_getcwd, (long)to, room, 0) < 0)
		*to = 0;
	return *to == '/';
}

static uint64_t take_number(const char *s)
{
	uint64_t v = 0;

	while (*s >= '0' && *s <= '9')
		v = v * 10 + (*s++ - '0');
	return v;
}

uint64_t procfs_namespace(const char *path)
{
	char text[64];
	const char *at = text;

	procfs_link(path, text, sizeof text);
	while (*at && *at != '[')
		at++;
	return *at ? take_number(at + 1) : 0;
}

/* proc_pid_fdinfo(5): "Pid:" in a line of its own, -1 once the process is gone. */
int procfs_pid_of(int pidfd)
{
	static const char key[] = "\nPid:\t";
	char path[PROCFS_FD + TEXT_SLACK], text[512];
	struct json j = {.p = path};

	json_put(&j, "/proc/self/fdinfo/");
	json_i64(&j, pidfd);
	*j.p = 0;
	procfs_read(path, text, sizeof text);
	for (const char *at = text; *at; at++)
		if (text_starts(at, key))
			return take_number(at + sizeof key - 1);
	return 0;
}

/* proc(5): the name in field 2 may hold spaces and parentheses; what follows its last parenthesis does not. */
uint64_t procfs_stat(int number)
{
	char text[1024];
	const char *at = NULL;

	procfs_read("/proc/self/stat", text, sizeof text);
	for (const char *s = text; *s; s++)
		if (*s == ')')
			at = s;
	for (int field = 2; at && *at && field < number; at++)
		field += *at == ' ';
	return at ? take_number(at) : 0;
}
