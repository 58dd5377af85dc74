/*
 * childs_own_variables_end_with_it: a child that runs in this memory with thread variables of its own (CLONE_SETTLS) gives up the root directory
 * and ends, as Chromium's does for its sandbox: that is not the end of the process. Which finds no directory open: Chromium looks.
 */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

enum { AREA = 64 << 10, HEADER = 4096, STACK = 64 << 10 };

static int sv[2];

static int write_and_end(void *unused)
{
	(void)unused;
	if (syscall(SYS_write, sv[0], "c", 1) != 1)
		_exit(1);
	_exit(0);
}

/* What a thread pointer points to begins with itself, twice (glibc's tcbhead_t); variables lie below. Not here, as in Chromium: whoever looks for
 * errno from there on dies. */
static void *make_variables(void)
{
	char *area = calloc(1, AREA);

	must(area);
	return area + AREA - HEADER;
}

static int count_directories(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	struct stat st;
	int count = 0;

	must(dir);
	while ((entry = readdir(dir)))
		if (atoi(entry->d_name) != dirfd(dir) && fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 &&
		    entry->d_name[0] != '.')
			count += S_ISDIR(st.st_mode);
	closedir(dir);
	return count;
}

int main(void)
{
	static const int none[] = {SYS_acct};
	char *stack = malloc(STACK);
	int before = count_directories();
	char two[2];

	expect_pair(sv);
	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, NULL) == -1 && errno == EFAULT);
	must(count_directories() == before);
	int pid = clone(write_and_end, stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_FS | CLONE_SETTLS | SIGCHLD, NULL, NULL,
			make_variables(), NULL);
	must(pid > 0);
	expect("clone ret=%d", pid);
	expect("lost count=1");
	must(waitpid(pid, NULL, 0) == pid);
	expect("waitpid ret=%d status={\"exited\":0}", pid);
	must(write(sv[0], "x", 1) == 1 && read(sv[1], two, 2) == 2 && two[0] == 'c');
	expect("write fd=%d ret=1", sv[0]);
	expect("read fd=%d ret=2", sv[1]);
	must(forbid_calls(none, 1) == 0);
	expect("prctl ret=0");
	must(count_directories() == before);
	expect("exit how=exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
	return 0;
}
