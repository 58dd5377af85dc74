/* follow: the environment of the programs that this one starts, so that they are traced too, or are left alone. */
#include "preload/follow.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

#include "preload/clock.h"
#include "preload/env.h"
#include "preload/libraries.h"
#include "preload/mem.h"
#include "preload/signals.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/target.h"

enum {
	LENDING_TRIES = 100,
	EXEC_LEAST = 128 << 10, /* bytes that execve takes whatever the limit of the stack is: ARG_MAX of Linux */
	EXEC_MOST = 6 << 20,    /* and whatever it is: three quarters of _STK_LIM */
	EXEC_TEXT = 128 << 10,  /* of one text, with its end: MAX_ARG_STRLEN */
	EXEC_REST = 8 << 10,    /* for the path, and what runs a script */
};

/* Each question is a system call: that page where the last answer was yes is not asked about again. */
static bool page_is_there(const char *at, size_t *page)
{
	if ((size_t)at / MEM_PAGE == *page)
		return true;
	if (!mem_is_there(at))
		return false;
	*page = (size_t)at / MEM_PAGE;
	return true;
}

static bool text_is_there(const char *at, size_t *page)
{
	if (env_is_known(at))
		return true;
	while (page_is_there(at, page))
		do
			if (!*at++)
				return true;
		while ((size_t)at % MEM_PAGE);
	return false;
}

/* Of a list that may be at an odd address. */
static bool entry_is_there(char *const *entry, size_t *page)
{
	const char *at = (const char *)entry;

	return env_is_known(at) || (page_is_there(at, page) && page_is_there(at + sizeof *entry - 1, page));
}

/* All of it is there: what is not, execve answers with EFAULT. */
static bool is_readable(char *const *env)
{
	size_t entries = SIZE_MAX, texts = SIZE_MAX; /* pages */

	for (; env; env++) {
		if (!entry_is_there(env, &entries))
			return false;
		if (!*env)
			break;
		if (!text_is_there(*env, &texts))
			return false;
	}
	return true;
}

/* Bytes that execve copies for a list; more than there ever is room for where it takes one of its texts for too long. */
static size_t size_of(char *const *list)
{
	size_t size = sizeof *list;

	for (; list && *list; list++) {
		size_t text = text_len(*list) + 1;
		if (text > EXEC_TEXT)
			return EXEC_MOST;
		size += sizeof *list + text;
	}
	return size;
}

/* The kernel's bprm_stack_limits, fs/exec.c: a quarter of what the stack may grow to. */
static __attribute__((noinline, cold)) bool has_room(char *const *argv, char *const *env)
{
	size_t most = EXEC_MOST;
	struct rlimit stack;

	if (!is_readable(argv))
		return true; /* it is for execve to say so */
	if (sys6(SYS_prlimit64, 0, RLIMIT_STACK, 0, (long)&stack, 0, 0) == 0 && stack.rlim_cur / 4 < most)
		most = stack.rlim_cur / 4;
	if (most < EXEC_LEAST)
		most = EXEC_LEAST;
	return size_of(argv) + size_of(env) + EXEC_REST <= most;
}

static size_t count_entries(char *const *env)
{
	size_t count = 0;

	while (env && env[count])
		count++;
	return count;
}

/* Room for an environment of this many entries, and for text behind it. */
static struct followed make_room(size_t entries, size_t text)
{
	struct followed made = {.len = (entries + 1) * sizeof(char *) + text};

	made.env = made.pages = mem_pages(made.len);
	return made;
}

/* The environment with what it lacks of ours. Apart: what a child runs that execs with one that lacks nothing lies in few pages. */
static __attribute__((noinline, cold)) struct followed add(char *const *env, bool has_us, size_t lacking)
{
	struct followed as_is = {.env = (char **)env};
	char **entry = env_find_preload(env);
	const char *list = entry ? *entry + sizeof ENV_PRELOAD : NULL;
	size_t room = sizeof ENV_PRELOAD + text_len(env_own.path) + (list ? text_len(list) : 0) + 2;
	size_t count = count_entries(env), entries = count + 1 + lacking, n = 0;
	struct followed made = make_room(entries, room);

	if (!made.pages)
		return as_is;
	for (size_t i = 0; i < count; i++)
		if (has_us || !text_starts(env[i], ENV_PRELOAD "="))
			made.env[n++] = env[i];
	if (!has_us && (!list || !*list)) {
		made.env[n++] = env_own.alone_entry;
	} else if (!has_us) {
		char *at = (char *)(made.env + entries + 1), *end = at + room;
		made.env[n++] = at;
		text_append(text_append(text_append(at, end, env_own.alone_entry), end, ":"), end, list);
	}
	for (char **setting = env_own.settings; *setting; setting++)
		if (!env_has(env, *setting))
			made.env[n++] = *setting;
	return made;
}

static struct followed put_back(char *const *env)
{
	char **entry = env_find_preload(env);
	bool has_us = entry && libraries_have(*entry + sizeof ENV_PRELOAD, env_own.path);
	size_t lacking = 0;

	for (char **setting = env_own.settings; *setting; setting++)
		lacking += !env_has(env, *setting);
	return has_us && !lacking ? (struct followed){.env = (char **)env} : add(env, has_us, lacking);
}

/* The environment without us: where nothing else was preloaded, without the variable. */
static struct followed leave_behind(char *const *env)
{
	struct followed as_is = {.env = (char **)env};
	char **entry = env_find_preload(env);
	size_t count = count_entries(env), n = 0, room = entry ? text_len(*entry) + 1 : 0;

	if (!entry || !libraries_have(*entry + sizeof ENV_PRELOAD, env_own.path))
		return as_is;
	struct followed made = make_room(count, room);
	if (!made.pages)
		return as_is;
	char *bare = (char *)(made.env + count + 1), *list = text_append(bare, bare + room, ENV_PRELOAD "=");
	libraries_copy(list, bare + room - list, *entry + sizeof ENV_PRELOAD, env_own.path, "");
	for (size_t i = 0; i < count; i++)
		if (!text_starts(env[i], ENV_PRELOAD "="))
			made.env[n++] = env[i];
		else if (&env[i] == entry && *list)
			made.env[n++] = bare;
	return made;
}

/*
 * What a sandboxed process execs goes without us: our start makes system calls that the filter may punish. Only the
 * process's own environment is known to be readable; asking about another one would be such a call. Where nothing may be mapped no
 * loader gets as far as to us.
 */
static struct followed leave_sandbox(char *const *env)
{
	struct followed made = {.env = (char **)env};

	if (env == environ && !shim_sandbox_is(SANDBOX_CRAMPED))
		made = leave_behind(env);
	if (made.pages)
		made.untraced = target_reason(TARGET_SECCOMP);
	return made;
}

struct followed follow_spawn(char *const *argv, char *const *env, int dirfd, const char *path, bool searches)
{
	struct followed as_is = {.env = (char **)env}, made;

	if (shim_is_sandboxed())
		return leave_sandbox(env);
	if (!shim.follows || !env_own.path[0] || !is_readable(env))
		return as_is;
	enum target target = target_look(dirfd, path, searches, env_own.path);
	bool leaves = target == TARGET_ARCH || target == TARGET_CHROOT;
	made = leaves ? leave_behind(env) : put_back(env);
	if (made.pages && !leaves && !has_room(argv, made.env)) {
		follow_give_back(&made);
		/* With us alone, but not our settings, it would be traced to where nobody looks. */
		made = target == TARGET_FOLLOWED ? leave_behind(env) : as_is;
		target = target == TARGET_FOLLOWED ? TARGET_ROOM : target;
	}
	made.untraced = target_reason(target);
	return made;
}

struct followed follow_exec(char *const *argv, char *const *env, int dirfd, const char *path, bool searches)
{
	struct followed made = follow_spawn(argv, env, dirfd, path, searches);

	if (made.pages && self.borrowed & BORROWED_BY_CHILD) {
		self.spent = made.pages;
		self.spent_len = made.len;
		self.spent_by = self.borrowed;
	}
	return made;
}

void follow_give_back(struct followed *made)
{
	if (!made->pages)
		return;
	if (self.spent == made->pages)
		self.spent = NULL;
	sys_munmap(made->pages, made->len);
}

/*
 * What libc's own shell is started with: `environ` is the program's, and all of its threads'. While one of them starts a shell, others that
 * do so find it lent already; the last one gives it back.
 */
static struct lending {
	_Atomic bool busy; /* somebody is at what follows */
	int users;
	char **env; /* never unmapped: another thread may be reading it. Where nothing has changed it is lent again */
	char **program;
} lending;

/* For a few instructions: who takes longer was killed amid them. Returns what has to be given to lending_ends. */
static uint64_t lending_begins(void)
{
	uint64_t begin = clock_ns(), held = signals_hold();

	while (atomic_exchange(&lending.busy, true) && clock_ns() - begin < SHIM_WAIT_NS)
		if (!shim_is_sandboxed())
			sys3(SYS_sched_yield, 0, 0, 0);
	return held;
}

static void lending_ends(uint64_t held)
{
	atomic_store(&lending.busy, false);
	signals_release(held);
}

static bool is_same(char *const *a, char *const *b)
{
	for (; *a && *a == *b; a++, b++)
		;
	return *a == *b;
}

/* `made` is for `program`. Returns what has been lent, NULL if that is nothing. */
static char **lend(struct followed *made, char **program)
{
	if (lending.users && environ == lending.env) {
		lending.users++;
		follow_give_back(made);
		return lending.env;
	}
	if (!made->pages)
		return NULL;
	if (lending.env && is_same(lending.env, made->env))
		follow_give_back(made);
	else
		lending.env = made->env;
	lending.users = 1;
	lending.program = program;
	atomic_thread_fence(memory_order_seq_cst); /* a fork copies what is there at some moment: see follow_forked */
	environ = lending.env;
	return lending.env;
}

char **follow_lend(const char *command, const char **untraced)
{
	char *const argv[] = {"sh", "-c", (char *)command, NULL};

	/* In a child that nobody told us of, what its parent had lent is given back now, and not when this call is recorded. */
	if (shim_is_on() && !self.borrowed)
		shim_notice();
	for (int tries = 0;; tries++) {
		char **program = environ;
		struct followed made = follow_spawn(argv, program, AT_FDCWD, "/bin/sh", false);
		uint64_t held = lending_begins();
		bool changed = environ != program && environ != lending.env; /* another thread has just given it back */
		char **lent = changed ? NULL : lend(&made, program);
		lending_ends(held);
		*untraced = made.untraced;
		if (!changed)
			return lent;
		follow_give_back(&made);
		if (tries == LENDING_TRIES)
			return NULL;
	}
}

void follow_unlend(char **lent)
{
	if (!lent)
		return;
	uint64_t held = lending_begins();
	/* Not where setenv has made another one of it. */
	if (lent == lending.env && lending.users && --lending.users == 0 && environ == lent)
		environ = lending.program;
	lending_ends(held);
}

void follow_forked(void)
{
	if (lending.env && environ == lending.env)
		environ = lending.program;
	lending.users = 0;
	atomic_store(&lending.busy, false);
}
