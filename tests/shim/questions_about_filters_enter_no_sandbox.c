/*
 * questions_about_filters_enter_no_sandbox: who gives the kernel no filter wants to see whether it knows such, and goes on as before.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	must(fd >= 0);
	expect("socket ret=%d", fd);
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == -1 && errno == EFAULT);
	must(syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == -1 && errno == EFAULT);
	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, NULL) == -1 && errno == EFAULT);
	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, NULL) == -1 && errno == EFAULT);
	expect("exit how=exit status=0");
	return 0;
}
