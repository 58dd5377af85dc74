/* files_are_sent: sendfile and splice move bytes into a socket. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2], ends[2];
	int file = open("/proc/self/exe", O_RDONLY);
	off_t offset = 0;

	must(file >= 0 && pipe(ends) == 0);
	expect_pair(sv);
	must(sendfile(sv[0], file, &offset, 100) == 100 && offset == 100);
	expect("sendfile fd=%d sock=$a args.in_fd=%d args.count=100 ret=100", sv[0], file);
	must(write(ends[1], "spliced", 7) == 7);
	must(splice(ends[0], NULL, sv[0], NULL, 7, 0) == 7);
	expect("splice fd=%d sock=$a args.len=7 ret=7", sv[0]);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
