/* check: find the mistakes that a trace proves. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/format.h"
#include "viewer/base/mem.h"
#include "viewer/cmd/command.h"
#include "viewer/load/paths.h"
#include "viewer/verdict/handins.h"

static struct course_words words = {.fail_on = COURSE_FAIL_ON_UNSET};
static unsigned form;
static bool together, list;

static const struct option options[] = {
	{OPTION_LIST, "only", 0, "RULE,RULE", &words.only, "only these rules: ST012,ST014", 0, 0},
	{OPTION_LIST, "except", 0, "RULE,RULE", &words.except, "all but these rules", 0, 0},
	{OPTION_CHOICE, "fail-on", 0, COURSE_FAIL_ON, &words.fail_on,
	 "the least that counts as a mistake (default: probable)", 0, 0},
	{OPTION_LIST, "points", 0, "RULE=N,RULE=N", &words.points, "what it is worth not to make a mistake", 0, 0},
	{OPTION_STRING, "config", 0, "FILE", &words.file, "a course's rules, points and words, in JSON", 0, 0},
	{OPTION_CHOICE, "format", 0, TELL_FORMS, &form, "how to tell it", 0, 0},
	{OPTION_TRUE, "together", 0, NULL, &together, "all TRACEs are one hand-in: a client's and a server's", 0, 0},
	{OPTION_TRUE, "list", 0, NULL, &list, "list the rules", 0, 0},
	{0},
};

/* A hand-in may be the directory in which a program was recorded. */
static const char *trace_in(struct arena *a, const char *path)
{
	const char *inner = arena_printf(a, "%s/" TRACE_DIR, path);
	struct stat st;

	return stat(inner, &st) == 0 && S_ISDIR(st.st_mode) ? inner : path;
}

static bool spare_inputs(struct arena *a, int argc, char **argv, const char *file, struct err *err)
{
	bool spared = !words.file || paths_spare(&words.file, 1, file, err);

	for (int i = 0; i < argc && spared; i++) {
		const char *path = trace_in(a, argv[i]);

		spared = paths_spare(&path, 1, file, err);
	}
	return spared && (argc > 0 || paths_spare(NULL, 0, file, err));
}

static int judge_all(const struct judging *j, struct arena *a, int argc, char **argv, struct buf *out, struct err *err)
{
	size_t count = argc > 1 && !together ? (size_t)argc : 1;
	struct handin *handins = arena_alloc(a, count * sizeof *handins);
	const char **paths = arena_alloc(a, ((size_t)argc + 1) * sizeof *paths);

	for (int i = 0; i < argc; i++)
		paths[i] = trace_in(a, argv[i]);
	for (size_t i = 0; i < count; i++)
		handins[i] = (struct handin){argc ? argv[i] : TRACE_DIR, paths + i, count > 1 ? 1 : argc};
	return handins_judge(j, handins, count, out, err);
}

static int run_check(int argc, char **argv, const struct shared *shared, const struct course *course, struct err *err)
{
	struct look look = output_look(shared->output);
	struct judging j = {.course = course,
			    .load = shared->load,
			    .form = tell_forms[form],
			    .look = &look,
			    .progress = isatty(STDERR_FILENO)};
	struct arena *a = arena_new();
	struct buf out = {0};
	int status = -1;

	if (spare_inputs(a, argc, argv, shared->output->file, err))
		status = judge_all(&j, a, argc, argv, &out, err);
	if (status >= 0 && !output_write(shared->output, &out, err))
		status = -1;
	buf_free(&out);
	arena_free(a);
	return status;
}

static int list_rules(const struct shared *shared, struct err *err)
{
	struct look look = output_look(shared->output);
	struct buf out = {0};
	bool written;

	tell_rules(&look, &out);
	written = output_write(shared->output, &out, err);
	buf_free(&out);
	return written ? STATUS_FINE : -1;
}

static int judge(int argc, char **argv, const struct shared *shared, struct err *err)
{
	struct course course;
	int status = -1;

	if (list)
		return list_rules(shared, err);
	if (course_read(&course, &words, err))
		status = run_check(argc, argv, shared, &course, err);
	course_free(&course);
	return status;
}

static const struct example examples[] = {
	{"socktrace check", "all rules, on the latest session"},
	{"socktrace check --config=course.json hand-ins/*", "many hand-ins: a table"},
	{"socktrace check --format=gradescope trace > results.json", "for an autograder"},
	{0},
};

const struct command cmd_check = {
	.name = "check",
	.operands = "[TRACE...]",
	.summary = "find mistakes: what happened, why, what to change",
	.about = "A finding is proved (an error, a death, a leak on record), probable (a pattern) or advice (legal,\n"
		 "worth knowing). `socktrace explain RULE` has more on each. Several TRACEs are several\n"
		 "hand-ins: a table tells of all.\n"
		 "Exit status: 0 clean, 1 a mistake was found, 2 usage or an unreadable trace, 3 inconclusive:\n"
		 "the trace lacks what would have to be looked at.\n",
	.examples = examples,
	.options = options,
	.judge = judge,
};
