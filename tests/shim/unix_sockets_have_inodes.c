/* unix_sockets_have_inodes: ss -x and /proc/PID/fd know a Unix socket by its inode number, and so does the trace. */
#include <sys/socket.h>
#include <sys/stat.h>

#include "expect/expect.h"

static unsigned long inode(int fd)
{
	struct stat st;

	must(fstat(fd, &st) == 0);
	return st.st_ino;
}

int main(void)
{
	int sv[2], fd = socket(AF_UNIX, SOCK_STREAM, 0);

	must(fd >= 0);
	expect("socket ret=%d newsock=$socket ino=%lu", fd, inode(fd));
	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, sv) == 0);
	expect("socketpair ret=0 newfds=[%d,%d] newsocks.0=$a newsocks.1=$b inos.0=%lu inos.1=%lu", sv[0], sv[1],
	       inode(sv[0]), inode(sv[1]));
	expect("exit open.0.sock=$socket open.1.sock=$a open.2.sock=$b");
	return 0;
}
