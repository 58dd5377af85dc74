/* env: the environment: what it asks of us, and how the programs this one starts come to be traced too. */
#include "preload/env.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <unistd.h>

#include "preload/libraries.h"
#include "preload/mem.h"
#include "preload/procfs.h"
#include "preload/real.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/target.h"
#include "trace/format.h"

#define PRELOAD "LD_PRELOAD"
#define OUT     "SOCKTRACE_OUT"

/* Made once, each behind the other. The first lie with what else a starting process writes to, for each page that it touches costs a
 * fault. */
static char texts[8 * PATH_MAX], near_texts[768];
static size_t texts_len, near_texts_len;

static const char *own_path = ""; /* absolute */
static char *out_entry;           /* "SOCKTRACE_OUT=/..." */
static char *alone_entry;         /* "LD_PRELOAD=..." with nobody but us */

static char own_program[PATH_MAX];

/* Memory of an environment that is there for as long as the process is. */
struct known {
	const char *from, *to;
};
static struct known known_list, known_texts;

static char *append(char *to, char *end, const char *s)
{
	while (*s && to < end - 1)
		*to++ = *s++;
	*to = 0;
	return to;
}

static bool is_near(size_t room)
{
	return room <= sizeof near_texts - near_texts_len;
}

enum {
	LONG_TEXT = 2 * PATH_MAX,
	STACK_MOST = 8 << 20, /* the kernel gives arguments and environment 6 MiB at most */
};

/* Where the next text may begin, which takes `room` at most, its end included. Once it is there, keep_text keeps it. NULL if there is no
 * room: not for one up to LONG_TEXT. */
static char *next_text(size_t room)
{
	if (room > LONG_TEXT)
		return mem_pages(room);
	return is_near(room) ? near_texts + near_texts_len : texts + texts_len;
}

static char *keep_text(char *text)
{
	char *end = text + text_len(text) + 1;

	if (text == near_texts + near_texts_len)
		near_texts_len = end - near_texts;
	else if (text == texts + texts_len)
		texts_len = end - texts;
	return text;
}

static bool is_kept(const char *at)
{
	return (at >= near_texts && at < near_texts + near_texts_len) || (at >= texts && at < texts + texts_len);
}

/* The entry "name=..." of an environment. */
static char **find(char *const *env, const char *name)
{
	size_t len = text_len(name);

	for (; env && *env; env++)
		if (text_starts(*env, name) && (*env)[len] == '=')
			return (char **)env;
	return NULL;
}

/* The one that counts, where there are several: the dynamic linker goes by the last, getenv by the first. */
static char **find_preload(char *const *env)
{
	char **last = NULL;

	while ((env = find(env, PRELOAD)))
		last = (char **)env++;
	return last;
}

const char *env_get(char *const *env, const char *name)
{
	char **entry = find(env, name);

	return entry ? *entry + text_len(name) + 1 : NULL;
}

void env_replace(const char *name, char *entry)
{
	char **old = find(environ, name);

	if (old)
		*old = entry;
}

static size_t at_most(size_t room, size_t most)
{
	return room < most ? room : most;
}

/* "" where the working directory is not known. */
static const char *make_absolute(const char *name)
{
	size_t room = *name == '/' ? at_most(text_len(name) + 1, PATH_MAX) : PATH_MAX;
	char *to = next_text(room), *at = to, *end = to + room;

	*to = 0;
	if (*name != '/') {
		if (!procfs_cwd(to, PATH_MAX))
			return "";
		at = append(to + text_len(to), end, "/");
		while (text_starts(name, "./"))
			name += 2;
	}
	append(at, end, name);
	return keep_text(to);
}

/* "name=value" */
static char *make_entry(const char *name, const char *value)
{
	size_t room = at_most(text_len(name) + text_len(value) + 2, PATH_MAX + 16);
	char *to = next_text(room), *end = to + room;

	append(append(append(to, end, name), end, "="), end, value);
	return keep_text(to);
}

/* The program's own entry, in it us by our absolute path instead of the name that the dynamic linker was given. Where we were loaded in
 * another way (/etc/ld.so.preload), what this program starts gets us that way too. */
static void make_preload_entry(const char *own_name)
{
	char **entry = find_preload(environ);
	const char *name = shim.follows ? own_path : "";

	if (!entry)
		return;
	/* libraries_copy keeps a byte free. */
	size_t room = text_len(*entry) + 2 + libraries_count(*entry + sizeof PRELOAD) * text_len(name);
	char *text = next_text(room);
	if (!text)
		return;
	char *end = text + room, *list = append(text, end, PRELOAD "=");
	if (!libraries_copy(list, end - list, *entry + sizeof PRELOAD, own_name, name))
		return;
	if (!text_equal(*entry, text))
		*entry = keep_text(text);
}

/* SOCKTRACE_OUT, absolute, in place of the program's own entry or behind all others. */
static void make_out_entry(void)
{
	char **entry = find(environ, OUT), **longer;
	size_t count = 0;

	out_entry = make_entry(OUT, shim.out_dir);
	if (entry) {
		if (!text_equal(*entry, out_entry))
			*entry = out_entry;
		return;
	}
	while (environ && environ[count])
		count++;
	longer = mem_pages((count + 2) * sizeof *longer);
	if (!longer)
		return;
	for (size_t i = 0; i < count; i++)
		longer[i] = environ[i];
	longer[count] = out_entry;
	known_list = (struct known){(const char *)longer, (const char *)(longer + count + 2)};
	environ = longer;
}

/* As the kernel puts it there (execve(2)): above what runs, on the stack, a list and then its texts by their order. */
static void note_environment(char *const *env)
{
	const char *above = __builtin_frame_address(0);
	size_t last = 0;

	if (!env || !env[0] || (const char *)env < above || env[0] < (const char *)env)
		return;
	while (env[last + 1] > env[last])
		last++;
	if (env[last + 1] || env[last] - above > STACK_MOST)
		return;
	known_list = (struct known){(const char *)env, (const char *)(env + last + 2)};
	known_texts = (struct known){env[0], env[last] + 1};
}

int env_prepare(void)
{
	const char *out = env_get(environ, OUT);
	const char *own_name = real_own_name;

	note_environment(environ);
	shim.out_dir = make_absolute(out && *out ? out : TRACE_DIR);
	if (shim.out_dir[0] != '/')
		return 0;
	make_out_entry();
	if (own_name && text_len(own_name) < PATH_MAX)
		own_path = make_absolute(own_name);
	if (own_path[0]) {
		alone_entry = make_entry(PRELOAD, own_path);
		make_preload_entry(own_name);
	}
	return 1;
}

bool env_wants_program(void)
{
	const char *list = env_get(environ, "SOCKTRACE_ONLY"), *base = own_program;
	size_t len;

	if (!list || !*list)
		return true;
	procfs_link("/proc/self/exe", own_program, sizeof own_program);
	for (const char *s = own_program; *s; s++)
		if (*s == '/')
			base = s + 1;
	len = text_len(base);
	for (; *list; list += *list == ',') {
		if (text_starts(list, base) && (!list[len] || list[len] == ','))
			return true;
		while (*list && *list != ',')
			list++;
	}
	return false;
}

static bool is_known(const char *at)
{
	return (at >= known_list.from && at < known_list.to) || (at >= known_texts.from && at < known_texts.to) ||
	       is_kept(at);
}

/* Can it be read? Each question is a system call: that page where the last answer was yes is not asked about again. */
static bool is_there(const void *at, size_t len, size_t *page)
{
	size_t first = (size_t)at / MEM_PAGE, last = ((size_t)at + len - 1) / MEM_PAGE;

	if (is_known(at) || (first == *page && last == *page))
		return true;
	if (!mem_is_there(at) || (first != last && !mem_is_there((const char *)at + len - 1)))
		return false;
	*page = last;
	return true;
}

/* All of it is there: what is not, execve answers with EFAULT. */
static bool is_readable(char *const *env)
{
	size_t entries = 0, names = 0; /* pages; page 0 is nobody's */

	for (; env; env++) {
		if (!is_there(env, sizeof *env, &entries))
			return false;
		if (!*env)
			break;
		if (!is_there(*env, 1, &names))
			return false;
	}
	return true;
}

static size_t count_entries(char *const *env)
{
	size_t count = 0;

	while (env && env[count])
		count++;
	return count;
}

/* Room for an environment of this many entries, and for text behind it. */
static struct env_made make_room(size_t entries, size_t text)
{
	struct env_made made = {.len = (entries + 1) * sizeof(char *) + text};

	made.env = made.pages = mem_pages(made.len);
	if (made.pages && self.borrowed & BORROWED_BY_CHILD) {
		self.spent = made.pages;
		self.spent_len = made.len;
	}
	return made;
}

static struct env_made put_back(char *const *env)
{
	struct env_made as_is = {.env = (char **)env};
	char **entry = find_preload(env);
	const char *list = entry ? *entry + sizeof PRELOAD : NULL;
	bool has_us = list && libraries_have(list, own_path), has_out = env_get(env, OUT) != NULL;
	size_t count = count_entries(env), n = 0;

	if (has_us && has_out)
		return as_is;
	size_t room = sizeof PRELOAD + text_len(own_path) + (list ? text_len(list) : 0) + 2;
	struct env_made made = make_room(count + 2, room);
	if (!made.pages)
		return as_is;
	for (size_t i = 0; i < count; i++)
		if (has_us || !text_starts(env[i], PRELOAD "="))
			made.env[n++] = env[i];
	if (!has_us && (!list || !*list)) {
		made.env[n++] = alone_entry;
	} else if (!has_us) {
		char *at = (char *)(made.env + count + 3), *end = at + room;
		made.env[n++] = at;
		append(append(append(at, end, alone_entry), end, ":"), end, list);
	}
	if (!has_out)
		made.env[n++] = out_entry;
	return made;
}

/* The environment without us: where nothing else was preloaded, without the variable. */
static struct env_made leave_behind(char *const *env)
{
	struct env_made as_is = {.env = (char **)env};
	char **entry = find_preload(env);
	size_t count = count_entries(env), n = 0, room = entry ? text_len(*entry) + 1 : 0;

	if (!entry || !libraries_have(*entry + sizeof PRELOAD, own_path))
		return as_is;
	struct env_made made = make_room(count, room);
	if (!made.pages)
		return as_is;
	char *bare = (char *)(made.env + count + 1), *list = append(bare, bare + room, PRELOAD "=");
	libraries_copy(list, bare + room - list, *entry + sizeof PRELOAD, own_path, "");
	for (size_t i = 0; i < count; i++)
		if (!text_starts(env[i], PRELOAD "="))
			made.env[n++] = env[i];
		else if (&env[i] == entry && *list)
			made.env[n++] = bare;
	return made;
}

/*
 * What a sandboxed process execs goes without us: our start makes system calls that the filter may punish. Only the
 * process's own environment is known to be readable; asking about another one would be such a call.
 */
static struct env_made leave_sandbox(char *const *env)
{
	struct env_made made = {.env = (char **)env};

	if (env == environ)
		made = leave_behind(env);
	if (made.pages)
		made.untraced = target_reason(TARGET_SECCOMP);
	return made;
}

struct env_made env_follow(char *const *env, int dirfd, const char *path, bool searches)
{
	struct env_made as_is = {.env = (char **)env}, made;

	if (shim.sandboxed)
		return leave_sandbox(env);
	if (!shim.follows || !own_path[0] || !is_readable(env))
		return as_is;
	enum target target = target_look(dirfd, path, searches, own_path);
	if (target == TARGET_ARCH || target == TARGET_CHROOT)
		made = leave_behind(env);
	else
		made = put_back(env);
	made.untraced = target_reason(target);
	return made;
}

void env_give_back(struct env_made *made)
{
	if (!made->pages)
		return;
	sys_munmap(made->pages, made->len);
	self.spent = NULL;
}

/* Another thread may be reading what was lent, so that it is never unmapped; where nothing has changed it is lent again. */
static char **_Atomic lent_last;
static char **_Atomic lent_for; /* the program's environment meanwhile */

static bool is_same(char *const *a, char *const *b)
{
	for (; *a && *a == *b; a++, b++)
		;
	return *a == *b;
}

char **env_lend(const char **untraced)
{
	struct env_made made = env_follow(environ, AT_FDCWD, "/bin/sh", false);
	char **last = atomic_load(&lent_last);

	*untraced = made.untraced;
	if (!made.pages)
		return NULL;
	if (last && is_same(last, made.env)) {
		env_give_back(&made);
		made.env = last;
	}
	atomic_store(&lent_last, made.env);
	atomic_store(&lent_for, environ);
	environ = made.env;
	return made.env;
}

void env_unlend(char **lent)
{
	/* Not where setenv has made another one of it. */
	if (lent && environ == lent)
		environ = atomic_load(&lent_for);
}
