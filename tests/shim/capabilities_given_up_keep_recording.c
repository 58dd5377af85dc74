/*
 * capabilities_given_up_keep_recording: root gives up its right to files of others, among them the directory of its trace. More lines follow than a
 * slot holds.
 */
#include <linux/capability.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

int capset(struct __user_cap_header_struct *header,
	   const struct __user_cap_data_struct *data); /* libc has it, and no header */

enum { NOBODY = 65534, ROUNDS = 200 };

static int sv[2];

static void give_up(long call(struct __user_cap_header_struct *, struct __user_cap_data_struct *), const char *via)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};

	must(call(&header, none) == 0);
	expect("capset via=%s ret=0", via);
	expect_pings(sv, ROUNDS);
}

static long by_name(struct __user_cap_header_struct *header, struct __user_cap_data_struct *data)
{
	return capset(header, data);
}

static long by_number(struct __user_cap_header_struct *header, struct __user_cap_data_struct *data)
{
	return syscall(SYS_capset, header, data);
}

int main(void)
{
	expect_pair(sv);
	if (geteuid() == 0) {
		must(chown("out", NOBODY, NOBODY) == 0 || access("out", F_OK) < 0);
		give_up(by_name, "-");
		give_up(by_number, "syscall");
	}
	expect("exit how=exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
	return 0;
}
