/* explain: the page on a mistake. */
#include "viewer/cmd/command.h"
#include "viewer/verdict/tell.h"

static int judge(int argc, char **argv, const struct shared *shared, struct err *err)
{
	struct look look = output_look(shared->output);
	struct buf out = {0};
	int rule, status;

	if (argc != 1)
		return err_set(err, "explain wants one rule: `socktrace check --list` has them") - 1;
	rule = check_rule_find(argv[0], err);
	if (rule < 0)
		return -1;
	tell_page(check_page(check_rules[rule]), &look, &out);
	status = output_write(shared->output, &out, err) ? STATUS_FINE : -1;
	buf_free(&out);
	return status;
}

static const struct example examples[] = {
	{"socktrace explain ST012", "the page on that rule"},
	{0},
};

const struct command cmd_explain = {
	.name = "explain",
	.operands = "RULE",
	.summary = "explain a mistake that check finds",
	.about = "The mistake, why it happens, the wrong and the right code, what a trace looks like in both cases.\n"
		 "RULE is ST012-io-on-listenfd, ST012 or 12.\n",
	.examples = examples,
	.judge = judge,
};
