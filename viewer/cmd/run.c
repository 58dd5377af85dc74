/* run: record a program. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "viewer/base/escape.h"
#include "viewer/base/mem.h"
#include "viewer/cmd/command.h"
#include "viewer/load/shim.h"
#include "viewer/load/target.h"
#include "viewer/load/target_path.h"

enum { STATUS_NOT_EXECUTABLE = 126, STATUS_NOT_FOUND = 127 };

static const char *directory = TRACE_DIR;
static bool show;

static const struct option options[] = {
	{OPTION_STRING, NULL, 'o', "DIR", &directory, "where the trace goes (default: " TRACE_DIR ")", 0, 0},
	{OPTION_TRUE, "show", 0, NULL, &show, "draw the timeline when the program has ended", 0, 0},
	{0},
};

struct paths {
	struct shim_paths found;
	char out[PATH_MAX];
};

/* The loader splits LD_PRELOAD at blanks and colons and offers no way to quote them. */
static bool check_shim(const struct paths *p, struct err *err)
{
	return !strpbrk(p->found.shim, " :") ||
	       err_set(err, "%s: LD_PRELOAD cannot hold a path with a blank or a colon", p->found.shim);
}

static bool find_out(struct paths *p, struct err *err)
{
	char cwd[PATH_MAX];

	if (directory[0] != '/' && !getcwd(cwd, sizeof cwd))
		return err_set(err, "the working directory: %s", strerror(errno));
	if (snprintf(p->out, sizeof p->out, "%s%s%s", directory[0] == '/' ? "" : cwd, directory[0] == '/' ? "" : "/",
		     directory) >= (int)sizeof p->out)
		return err_set(err, "%s: the path is too long", directory);
	return true;
}

static bool preload(const struct paths *p, struct err *err)
{
	const char *before = getenv("LD_PRELOAD");
	char value[PATH_MAX * 2];

	if (snprintf(value, sizeof value, "%s%s%s", p->found.shim, before && *before ? ":" : "",
		     before ? before : "") >= (int)sizeof value)
		return err_set(err, "LD_PRELOAD is too long");
	setenv("LD_PRELOAD", value, 1);
	setenv("SOCKTRACE_OUT", p->out, 1);
	return true;
}

/* A script without #! is the shell's, as execvp has it. */
static void run_by_shell(const char *path, int argc, char **argv)
{
	const char **shell = mem_zeroed(mem_product((size_t)argc + 2, sizeof *shell));

	shell[0] = "/bin/sh";
	shell[1] = path;
	for (int i = 1; i < argc; i++)
		shell[i + 1] = argv[i];
	execv(shell[0], (char *const *)shell);
}

static void run_child(const struct paths *p, const char *path, int argc, char **argv)
{
	struct err err;

	if (!preload(p, &err)) {
		fprintf(stderr, "socktrace: %s\n", err.text);
		_exit(STATUS_NOT_EXECUTABLE);
	}
	execv(path, argv);
	if (errno == ENOEXEC)
		run_by_shell(path, argc, argv);
	fprintf(stderr, "socktrace: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE);
}

/* Wait as a shell does: the terminal's interrupt and quit are the program's. -1: the fork failed. */
static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static int spawn(const struct paths *p, const char *path, int argc, char **argv, struct err *err)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
	pid_t child;
	int status;

	fflush(NULL);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	child = fork();
	if (child == 0) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGQUIT, &quit, NULL);
		run_child(p, path, argc, argv);
	}
	status = child < 0 ? -1 : wait_for(child);
	if (status < 0)
		err_set(err, "%s: %s", argv[0], strerror(errno));
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	return status;
}

/* Whether a trace in the directory has grown since then: an older one is not this program's. */
static bool has_recorded(const char *out, const struct timespec *since)
{
	DIR *d = opendir(out);
	bool found = false;
	struct dirent *entry;
	struct stat st;

	while (d && !found && (entry = readdir(d)))
		found = strstr(entry->d_name, TRACE_SUFFIX) && fstatat(dirfd(d), entry->d_name, &st, 0) == 0 &&
			(st.st_mtim.tv_sec > since->tv_sec ||
			 (st.st_mtim.tv_sec == since->tv_sec && st.st_mtim.tv_nsec >= since->tv_nsec));
	if (d)
		closedir(d);
	return found;
}

/* File times come from the kernel's coarse clock. */
static struct timespec file_time(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return now;
}

static void show_timeline(const struct paths *p)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		execl(p->found.self, "socktrace", "timeline", p->out, (char *)NULL);
		_exit(STATUS_USAGE);
	}
	if (child > 0)
		wait_for(child);
}

/* End as the program ended, so that whoever called us sees no difference; its core is its own. */
static int end_like(int status)
{
	const struct rlimit no_core = {0, 0};
	sigset_t one;

	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	setrlimit(RLIMIT_CORE, &no_core);
	signal(WTERMSIG(status), SIG_DFL);
	sigemptyset(&one);
	sigaddset(&one, WTERMSIG(status));
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	raise(WTERMSIG(status));
	return 128 + WTERMSIG(status);
}

static int cannot_run(const char *name)
{
	fprintf(stderr, "socktrace: %s: %s\n", name, errno == ENOENT ? "not found" : strerror(errno));
	return errno == ENOENT || errno == ENOTDIR ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
}

/* Say what of the program will not be seen. What may be run but not read is not known to be an obstacle. */
static void warn(const char *name, const char *path, const struct paths *p)
{
	struct err unread;
	struct target *t = target_probe(path, p->found.shim, &unread);
	const char *why = t ? target_reason(t) : NULL;
	struct buf b = {0}, safe = {0};

	if (why) {
		buf_printf(&b, "%s %s: %s", name,
			   t->verdict == TARGET_NOT ? "cannot be traced" : "can be traced only partly", why);
		escape_bytes(&safe, b.bytes, b.len);
		fprintf(stderr, "socktrace: %s\n", safe.bytes);
	}
	buf_free(&b);
	buf_free(&safe);
	target_free(t);
}

static int run(int argc, char **argv, struct err *err)
{
	struct paths p;
	char path[PATH_MAX];
	struct timespec begun;
	int status;

	if (argc == 0)
		return err_set(err, "run wants a program: socktrace run -- PROGRAM [ARGUMENT...]") - 1;
	if (!shim_find(&p.found, err) || !check_shim(&p, err) || !find_out(&p, err))
		return -1;
	if (!target_path(argv[0], path, sizeof path))
		return cannot_run(argv[0]);
	warn(argv[0], path, &p);
	begun = file_time();
	status = spawn(&p, path, argc, argv, err);
	if (status < 0)
		return -1;
	if (show && has_recorded(p.out, &begun))
		show_timeline(&p);
	else if (show)
		fprintf(stderr, "socktrace: nothing was recorded: the shim saw no socket\n");
	return end_like(status);
}

static const struct example examples[] = {
	{"socktrace run --show -- ./server 15213", "record a server, and draw the timeline when it has ended"},
	{"socktrace run -o traces ./client localhost 15213", "into another directory; its options are its own"},
	{0},
};

const struct command cmd_run = {
	.name = "run",
	.operands = "[--] PROGRAM [ARGUMENT...]",
	.summary = "record a program",
	.about = "Runs PROGRAM with " SHIM_NAME
		 " preloaded. Its exit status is the program's own, also a death by a signal;\n"
		 "126: it cannot be executed, 127: there is no such program.\n",
	.examples = examples,
	.options = options,
	.run = run,
	.leading = true,
};
