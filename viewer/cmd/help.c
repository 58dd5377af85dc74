/* help: explain the commands. */
#include <stdio.h>

#include "viewer/cmd/command.h"

static bool manual, complete;

static const struct option options[] = {
	{OPTION_TRUE, "man", 0, NULL, &manual, "write the manual page, in mdoc(7)", 0, 0},
	{OPTION_TRUE, "complete", 0, NULL, &complete, NULL, 0, 0}, /* for completion/ */
	{0},
};

static int run(int argc, char **argv, struct err *err)
{
	const struct command *command = NULL;
	struct buf out = {0};

	if (argc > 0 && !(command = command_find(argv[0], err)))
		return -1;
	if (manual)
		command_manual(command, &out);
	else if (complete)
		command_complete(command, &out);
	else
		command_help(command, &out);
	fputs(out.bytes, stdout);
	buf_free(&out);
	return STATUS_FINE;
}

static const struct example examples[] = {
	{"socktrace help timeline", "what timeline draws, and its options"},
	{"socktrace help --man stats | man -l -", "the manual page, where it is not installed"},
	{0},
};

const struct command cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.summary = "explain a command",
	.about = "Without a command: what there is.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
