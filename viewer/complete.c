/* complete: the words that a shell may complete, from the same tables as the commands' help. */
#include "viewer/cmd/command.h"

/* "option TAB --width= TAB N TAB words" a line; a choice's argument is its words, parted by |; "-" stands for none. */
static void put_option(struct buf *out, const struct option *o)
{
	const char *argument = options_argument(o);

	if (o->name)
		buf_printf(out, "option\t--%s%s\t%s\t%s\n", o->name, argument ? "=" : "", argument ? argument : "-",
			   o->help);
	if (o->letter)
		buf_printf(out, "option\t-%c\t%s\t%s\n", o->letter, argument ? argument : "-", o->help);
}

void command_complete(const struct command *c, struct buf *out)
{
	if (!c) {
		for (const struct command *const *each = commands; *each; each++)
			buf_printf(out, "command\t%s\t%s\t%s\n", (*each)->name, (*each)->operands, (*each)->summary);
		return;
	}
	buf_printf(out, "operands\t%s\n", c->operands);
	for (const struct option *o = c->options; o && o->kind != OPTION_END; o++)
		if (o->help)
			put_option(out, o);
	for (const struct option *o = command_shared_options(c); o->kind != OPTION_END; o++)
		if (!options_have(c->options, o))
			put_option(out, o);
}
