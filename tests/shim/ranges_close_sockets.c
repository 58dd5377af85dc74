/* ranges_close_sockets: close_range and closefrom say which sockets they took. */
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2];

	expect_pair(sv);
	must(dup2(sv[0], 100) == 100);
	expect("dup2 args.newfd=100 ret=100");
	must(close_range(sv[1], 99, 0) == 0);
	expect("close_range args.first=%d args.last=99 ret=0 closed.0.fd=%d closed.0.sock=$b closed.1=-", sv[1], sv[1]);
	must(close(sv[0]) == 0);
	expect("close fd=%d sock=$a refs=1", sv[0]);
	closefrom(3);
	expect("closefrom args.lowfd=3 ret=0 closed.0.fd=100 closed.0.sock=$a closed.1=-");
	expect("exit how=exit status=0 open=[]");
	return 0;
}
