/* help: explain the commands. */
#include <stdio.h>

#include "viewer/cmd/command.h"

static int run(int argc, char **argv, struct err *err)
{
	const struct command *command = NULL;
	struct buf out = {0};

	if (argc > 0 && !(command = command_find(argv[0], err)))
		return -1;
	command_help(command, &out);
	fputs(out.bytes, stdout);
	buf_free(&out);
	return STATUS_FINE;
}

const struct command cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.summary = "explain a command",
	.about = "Without a command: what there is.\n",
	.run = run,
};
