/* check: find the mistakes that a trace proves. */
#include "viewer/cmd/command.h"
#include "viewer/verdict/tell.h"

static struct course_words words;
static bool list;
static unsigned form;

enum form { FORM_TEXT, FORM_JSON };

static const struct option options[] = {
	{OPTION_STRING, "only", 0, "RULE,RULE", &words.only, "only these rules: ST012,ST014", 0, 0},
	{OPTION_STRING, "except", 0, "RULE,RULE", &words.except, "all but these rules", 0, 0},
	{OPTION_CHOICE, "fail-on", 0, COURSE_FAIL_ON, &words.fail_on,
	 "the least that makes the exit status 1 (default: probable)", 0, 0},
	{OPTION_CHOICE, "format", 0, "text|json", &form, "how to tell it", 0, 0},
	{OPTION_TRUE, "list", 0, NULL, &list, "list the rules", 0, 0},
	{0},
};

static int run_check(int argc, char **argv, const struct shared *shared, const struct course *course, struct buf *out,
		     struct err *err)
{
	struct look look = output_look(shared->output);
	struct verdict v;
	int status;

	verdict_find(&v, course, (const char *const *)argv, argc, shared->load);
	status = (int)v.outcome;
	if (v.outcome == CHECK_UNREADABLE) {
		*err = v.err;
		return -1;
	}
	if (form == FORM_JSON)
		tell_json(&v, out);
	else
		tell_text(&v, &look, out);
	verdict_end(&v);
	return output_write(shared->output, out, err) ? status : -1;
}

static int list_rules(const struct shared *shared, struct buf *out, struct err *err)
{
	struct look look = output_look(shared->output);

	tell_rules(&look, out);
	return output_write(shared->output, out, err) ? STATUS_FINE : -1;
}

static int judge(int argc, char **argv, const struct shared *shared, struct err *err)
{
	struct course course;
	struct buf out = {0};
	int status = -1;

	if (list)
		status = list_rules(shared, &out, err);
	else if (course_read(&course, &words, err))
		status = run_check(argc, argv, shared, &course, &out, err);
	if (!list)
		course_free(&course);
	buf_free(&out);
	return status;
}

const struct command cmd_check = {
	.name = "check",
	.operands = "[TRACE...]",
	.summary = "find mistakes: what happened, why, what to change",
	.about = "A finding is proved (an error, a death, a leak on record), probable (a pattern) or advice (legal, "
		 "worth\n"
		 "knowing). `socktrace explain RULE` has more on each.\n"
		 "Exit status: 0 clean, 1 found something that fails, 2 usage or an unreadable trace, 3 inconclusive: "
		 "the\n"
		 "trace lacks what would have to be looked at.\n",
	.options = options,
	.judge = judge,
};
