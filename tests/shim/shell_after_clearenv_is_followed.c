/* shell_after_clearenv_is_followed: system and popen start programs that are traced, though the environment has been cleared; and
 * it still is afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

extern char **environ;

static int started(void)
{
	int sv[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	expect("socketpair ret=0");
	expect("exit how=exit status=0");
	return 0;
}

int main(int argc, char **argv)
{
	char line[4096], command[4200], self[4000];
	int sv[2];

	if (argc > 1)
		return started();
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == 0);
	expect("socketpair ret=0");
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	must(n > 0);
	self[n] = 0;
	snprintf(command, sizeof command, "exec %s again", self);
	must(clearenv() == 0);
	for (int i = 0; i < 2; i++) {
		must(system(command) == 0);
		expect("system status={\"exited\":0} untraced=-");
		must(!environ || !environ[0]);
	}
	must(setenv("MINE", "here", 1) == 0);
	FILE *stream = popen(command, "r");
	must(stream != NULL);
	expect("popen args.type=r ret=1 untraced=-");
	/* What the program started there expects of itself. */
	while (fgets(line, sizeof line, stream))
		fputs(line, stdout);
	must(pclose(stream) == 0);
	expect("pclose status={\"exited\":0}");
	must(environ[0] && !environ[1]);
	expect("exit how=exit status=0");
	return argv[0] == NULL;
}
