/*
 * generic_syscall_gives_up_rights: by number, a process opens files as another user, is in a view of files of its own, in another root, and
 * nobody at last. More lines follow each time than a slot holds.
 */
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

enum { NOBODY = 65534, ROUNDS = 200 };

static int sv[2];

int main(void)
{
	expect_pair(sv);
	if (geteuid() != 0) {
		expect("exit how=exit status=0 open=?");
		return 0;
	}
	must(setfsuid(NOBODY) == 0);
	expect("setfsuid via=- args.fsuid=%d ret=0", NOBODY);
	expect_pings(sv, ROUNDS);
	must(setfsuid(0) == NOBODY);
	expect("setfsuid args.fsuid=0 ret=%d err=-", NOBODY);
	must(syscall(SYS_setfsgid, NOBODY) == 0);
	expect("setfsgid via=syscall args.fsgid=%d ret=0", NOBODY);
	must(mkdir("jail", 0755) == 0);
	must(syscall(SYS_unshare, CLONE_FS) == 0);
	expect("unshare via=syscall args.flags=[CLONE_FS] ret=0");
	must(syscall(SYS_chroot, "jail") == 0 && chdir("/") == 0);
	expect("chroot via=syscall args.path=jail ret=0");
	expect_pings(sv, ROUNDS);
	must(syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY) == 0);
	expect("setresuid via=syscall args.euid=%d ret=0", NOBODY);
	expect_pings(sv, ROUNDS);
	expect("exit how=exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
	return 0;
}
