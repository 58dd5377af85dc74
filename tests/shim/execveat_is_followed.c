/* execveat_is_followed: a program started from a directory with an empty environment is traced like the others. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

int main(int argc, char **argv)
{
	char *const arguments[] = {argv[0], "again", NULL}, *const nothing[] = {NULL};
	int sv[2];

	if (argc > 1) {
		expect("inherit fd=3 sock=$a via=exec");
		expect("inherit fd=4 sock=$b via=exec");
		expect("exit how=exit status=0");
		return 0;
	}
	expect_pair(sv);
	must(execveat(AT_FDCWD, "/nowhere", arguments, nothing, 0) == -1 && errno == ENOENT);
	expect("execveat args.pathname=/nowhere ret=-1 err=ENOENT");
	expect("pending execveat args.pathname=\"%s\" args.argv=[\"%s\",\"again\"]", argv[0], argv[0]);
	execveat(AT_FDCWD, argv[0], arguments, nothing, 0);
	must(!"execveat");
}
