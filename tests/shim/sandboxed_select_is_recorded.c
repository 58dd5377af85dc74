/*
 * sandboxed_select_is_recorded: in a sandbox nobody can be asked whether memory is readable. Of a set that does not lie on the stack it is not known
 * what was asked, but what the kernel has answered.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

enum { HIGH = 70 };

static fd_set global;

int main(void)
{
	struct timeval none = {0, 0};
	fd_set *heap = calloc(1, sizeof *heap);
	int sv[2], pipes[2];

	expect_pair(sv);
	must(heap && pipe(pipes) == 0);
	must(dup2(sv[1], HIGH) == HIGH);
	expect("dup2 fd=%d ret=%d", sv[1], HIGH);
	must(forbid_calls(NULL, 0) == 0);
	expect("prctl ret=0");
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d ret=1", sv[0]);

	FD_SET(sv[1], heap);
	FD_SET(HIGH, heap);
	FD_SET(pipes[1], &global);
	must(select(HIGH + 1, heap, &global, NULL, &none) == 3);
	expect("select args.nfds=%d args.readfds=- args.writefds=- args.exceptfds=null args.timeout.tv_sec=0 ret=3 ready.0.fd=%d "
	       "ready.0.events=[read] ready.1.fd=%d ready.1.sock=$b ready.2.fd=%d ready.2.events=[write] ready_cut=-",
	       HIGH + 1, sv[1], HIGH, pipes[1]);
	memset(heap, 0, sizeof *heap);
	must(select(0, heap, NULL, NULL, &none) == 0);
	FD_SET(HIGH + 1, heap);
	must(select(HIGH + 2, heap, NULL, NULL, &none) == -1 && errno == EBADF);
	expect("select args.readfds=- ret=-1 err=EBADF");
	expect("exit how=exit status=0");
	return 0;
}
