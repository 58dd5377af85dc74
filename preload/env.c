/* env: the environment: what it asks of us, and our own entries in it. */
#include "preload/env.h"

#include <limits.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "preload/libraries.h"
#include "preload/mem.h"
#include "preload/procfs.h"
#include "preload/real.h"
#include "preload/state.h"
#include "trace/format.h"

/* Made once, each behind the other. The first lie with what else a starting process writes to, for each page that it touches costs a
 * fault. */
static char texts[8 * PATH_MAX], near_texts[640];
static size_t texts_len, near_texts_len;

struct env_own env_own = {.path = ""};

/* ENV_OUT comes first. */
static const char *const settings[ENV_SETTINGS] = {
#define VARIABLE(name, ...) #name,
#include "trace/variables.def"
};

extern unsigned long getauxval(unsigned long type) __attribute__((weak));

static char own_program[PATH_MAX];

/* Memory of an environment that is there for as long as the process is. */
struct known {
	const char *from, *to;
};
static struct known known_list, known_texts;

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
char **env_find_preload(char *const *env)
{
	char **last = NULL;

	while ((env = find(env, ENV_PRELOAD)))
		last = (char **)env++;
	return last;
}

const char *env_get(char *const *env, const char *name)
{
	char **entry = find(env, name);

	return entry ? *entry + text_len(name) + 1 : NULL;
}

static bool is_of_same(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++)
		if (*a == '=')
			return true;
	return false;
}

bool env_has(char *const *env, const char *entry)
{
	for (; env && *env; env++)
		if (is_of_same(*env, entry))
			return true;
	return false;
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
		at = text_append(to + text_len(to), end, "/");
		while (text_starts(name, "./"))
			name += 2;
	}
	text_append(at, end, name);
	return keep_text(to);
}

/* "name=value" */
static char *make_entry(const char *name, const char *value)
{
	size_t room = at_most(text_len(name) + text_len(value) + 2, PATH_MAX + 16);
	char *to = next_text(room), *end = to + room;

	text_append(text_append(text_append(to, end, name), end, "="), end, value);
	return keep_text(to);
}

/* The program's own entry, in it us by our absolute path instead of the name that the dynamic linker was given. Where we were loaded in
 * another way (/etc/ld.so.preload), what this program starts gets us that way too. */
static void make_preload_entry(const char *own_name)
{
	char **entry = env_find_preload(environ);
	const char *name = shim.follows ? env_own.path : "";

	if (!entry)
		return;
	/* libraries_copy keeps a byte free. */
	size_t room = text_len(*entry) + 2 + libraries_count(*entry + sizeof ENV_PRELOAD) * text_len(name);
	char *text = next_text(room);
	if (!text)
		return;
	char *end = text + room, *list = text_append(text, end, ENV_PRELOAD "=");
	if (!libraries_copy(list, end - list, *entry + sizeof ENV_PRELOAD, own_name, name))
		return;
	if (!text_equal(*entry, text))
		*entry = keep_text(text);
}

/* SOCKTRACE_OUT, absolute, in place of the program's own entry or behind all others. */
static void make_out_entry(void)
{
	char **entry = find(environ, ENV_OUT), **longer, *out = make_entry(ENV_OUT, shim.out_dir);
	size_t count = 0;

	env_own.settings[0] = out;
	if (entry) {
		if (!text_equal(*entry, out))
			*entry = out;
		return;
	}
	while (environ && environ[count])
		count++;
	longer = mem_pages((count + 2) * sizeof *longer);
	if (!longer)
		return;
	for (size_t i = 0; i < count; i++)
		longer[i] = environ[i];
	longer[count] = out;
	known_list = (struct known){(const char *)longer, (const char *)(longer + count + 2)};
	environ = longer;
}

/* Copied: a program may write over its environment. */
static void keep_settings(void)
{
	size_t kept = 1;

	for (size_t i = 1; i < ENV_SETTINGS; i++) {
		char **entry = find(environ, settings[i]);
		size_t room = entry ? text_len(*entry) + 1 : 0;
		/* Not among the far texts: their room is for names of files. */
		char *text = !room ? NULL : is_near(room) ? next_text(room) : mem_pages(room);
		if (!text)
			continue;
		text_append(text, text + room, *entry);
		env_own.settings[kept++] = keep_text(text);
	}
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
	const char *out = env_get(environ, ENV_OUT);
	const char *own_name = real_own_name;

	note_environment(environ);
	shim.out_dir = make_absolute(out && *out ? out : TRACE_DIR);
	if (shim.out_dir[0] != '/')
		return 0;
	make_out_entry();
	keep_settings();
	if (own_name && text_len(own_name) < PATH_MAX)
		env_own.path = make_absolute(own_name);
	if (env_own.path[0]) {
		env_own.alone_entry = make_entry(ENV_PRELOAD, env_own.path);
		make_preload_entry(own_name);
	}
	return 1;
}

static bool name_ends(const char *s)
{
	while (text_is_blank(*s))
		s++;
	return !*s || *s == ',';
}

static bool is_listed(const char *list, const char *path)
{
	const char *base = path;
	size_t len;

	for (const char *s = path; *s; s++)
		if (*s == '/')
			base = s + 1;
	len = text_len(base);
	for (; *list; list += *list == ',') {
		while (text_is_blank(*list))
			list++;
		if (text_starts(list, base) && name_ends(list + len))
			return true;
		while (*list && *list != ',')
			list++;
	}
	return false;
}

bool env_wants_program(void)
{
	const char *list = env_get(environ, "SOCKTRACE_ONLY"), *started_as;

	if (!list || !*list)
		return true;
	procfs_link("/proc/self/exe", own_program, sizeof own_program);
	if (is_listed(list, own_program))
		return true;
	/* By a link, python3 to python3.11, or a script, whose interpreter this is: getauxval(3). */
	started_as = getauxval ? (const char *)getauxval(AT_EXECFN) : NULL;
	return started_as && is_listed(list, started_as);
}

bool env_is_known(const void *memory)
{
	const char *at = memory;

	return (at >= known_list.from && at < known_list.to) || (at >= known_texts.from && at < known_texts.to) ||
	       is_kept(at);
}
