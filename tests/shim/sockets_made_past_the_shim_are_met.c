/* sockets_made_past_the_shim_are_met: those that were made by functions which dlsym found in libc, before the first that the shim saw. */
#include <dlfcn.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	void *libc = dlopen("libc.so.6", RTLD_NOW);
	int (*make_pair)(int, int, int, int *) = libc ? dlsym(libc, "socketpair") : NULL;
	int (*copy)(int) = libc ? dlsym(libc, "dup") : NULL;
	int sv[2];

	must(make_pair && copy && make_pair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	int again = copy(sv[0]);
	expect("inherit fd=%d sock=$a family=AF_UNIX type=SOCK_STREAM state=connected via=untraced", sv[0]);
	expect("inherit fd=%d sock=$b family=AF_UNIX type=SOCK_STREAM state=connected via=untraced", sv[1]);
	expect("inherit fd=%d sock=$a via=untraced", again);

	int s = socket(AF_INET, SOCK_DGRAM, 0);
	expect("socket ret=%d newsock=$c", s);
	must(write(sv[0], "seen", 4) == 4);
	expect("write fd=%d sock=$a ret=4 data=seen", sv[0]);
	must(close(sv[0]) == 0);
	expect("close fd=%d sock=$a refs=1 ret=0", sv[0]);
	expect("exit how=exit status=0 open.0.sock=$b open.1.sock=$a open.2.sock=$c open.3=-");
	return 0;
}
