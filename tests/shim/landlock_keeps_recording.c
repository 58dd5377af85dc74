/* landlock_keeps_recording: a process that may open no file any more goes on recording, more than a slot holds, and in a new thread. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

enum { ROUNDS = 600 };

static int sv[2];

static void *ping(void *arg)
{
	expect_pings(sv, ROUNDS);
	return arg;
}

int main(void)
{
	struct landlock_ruleset_attr nothing = {.handled_access_fs = LANDLOCK_ACCESS_FS_WRITE_FILE |
								     LANDLOCK_ACCESS_FS_READ_FILE |
								     LANDLOCK_ACCESS_FS_MAKE_REG};
	pthread_t t;
	int rules;

	expect_pair(sv);
	rules = syscall(SYS_landlock_create_ruleset, &nothing, sizeof nothing, 0);
	if (rules >= 0) { /* there are kernels without */
		must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
		must(syscall(SYS_landlock_restrict_self, rules, 0) == 0);
		expect("landlock_restrict_self via=syscall args.ruleset_fd=%d ret=0", rules);
		must(open("/etc/passwd", O_RDONLY) == -1 && errno == EACCES);
	}
	ping(NULL);
	must(pthread_create(&t, NULL, ping, NULL) == 0);
	must(pthread_join(t, NULL) == 0);
	expect("exit how=exit status=0 open.0.fd=%d", sv[0]);
	return 0;
}
