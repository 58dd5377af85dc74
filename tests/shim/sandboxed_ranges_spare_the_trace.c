/*
 * sandboxed_ranges_spare_the_trace: a process in a sandbox closes all descriptors from one number on, by the number of that system call too,
 * and opens a file of its own at each: what is recorded then, more than a slot holds, goes not into that file.
 */
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

enum { FIRST = 10, DESCRIPTORS = 256, ROUNDS = 600 };

static int sv[2];

static void fill_table(const char *path)
{
	struct stat st;
	int fd;

	do
		fd = open(path, O_RDWR | O_CREAT, 0600);
	while (fd >= 0);
	expect_pings(sv, ROUNDS);
	must(stat(path, &st) == 0 && st.st_size == 0);
}

int main(void)
{
	struct rlimit few = {DESCRIPTORS, DESCRIPTORS};

	expect_pair(sv);
	must(setrlimit(RLIMIT_NOFILE, &few) == 0);
	must(enter_sandbox(NULL, 0, SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW) == 0);
	expect("prctl args.option=PR_SET_SECCOMP ret=0");
	must(close_range(FIRST, ~0u, 0) == 0);
	expect("close_range via=- args.first=%d ret=0 closed=[]", FIRST);
	fill_table("one");
	must(syscall(SYS_close_range, FIRST, ~0u, 0) == 0);
	expect("close_range via=syscall args.first=%d ret=0 closed=[]", FIRST);
	fill_table("other");
	must(syscall(SYS_close_range, FIRST, ~0u, CLOSE_RANGE_CLOEXEC) == 0);
	expect("close_range via=syscall args.first=%d args.flags=[CLOSE_RANGE_CLOEXEC] ret=0 closed=[]", FIRST);
	must(fcntl(FIRST, F_GETFD) == FD_CLOEXEC);
	expect_pings(sv, ROUNDS);
	must(syscall(SYS_close_range, 1, 0, 0) == -1);
	expect("close_range via=syscall args.first=1 args.last=0 ret=-1 err=EINVAL");
	expect("exit how=exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
	return 0;
}
