/* lives.c: which process image came from which, and which still runs. */
#include "viewer/model/lives.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "viewer/base/sort.h"

struct images {
	const char *boot;
	uint32_t pid;
	VEC(struct process *) list;
};

struct pid_key {
	const char *boot;
	uint32_t pid;
};

static bool same_pid(const void *value, const void *key)
{
	const struct images *i = value;
	const struct pid_key *k = key;

	return i->pid == k->pid && strcmp(i->boot, k->boot) == 0;
}

static struct images *find_images(const struct lives *l, const char *boot, uint32_t pid)
{
	struct pid_key key = {.boot = boot, .pid = pid};

	return map_find(&l->images, hash_string(pid, boot), same_pid, &key);
}

static struct process *newest(const struct images *i)
{
	return i && i->list.count ? i->list.items[i->list.count - 1] : NULL;
}

static void free_images(void *subject)
{
	struct images *i = subject;

	vec_free(&i->list);
}

static void add_image(struct lives *l, struct process *p)
{
	struct images *i = find_images(l, p->boot, p->pid);

	if (!i) {
		i = arena_alloc(l->arena, sizeof *i);
		i->boot = p->boot;
		i->pid = p->pid;
		arena_defer(l->arena, free_images, i);
		map_add(&l->images, hash_string(p->pid, p->boot), i);
	}
	vec_push(&i->list, p);
}

/* An exec keeps the pid and the start time. */
static bool is_next_image(const struct process *p, const struct process *before)
{
	return before && !p->forked && p->started == before->started && p->pidns == before->pidns;
}

static bool read_text(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t len;

	if (!f)
		return false;
	len = fread(text, 1, size - 1, f);
	text[len] = '\0';
	fclose(f);
	return len > 0;
}

/* Which processes can be asked about. */
struct here {
	char boot[64];
	uint64_t pidns;
};

static void find_here(struct here *here)
{
	struct stat st;

	*here = (struct here){0};
	if (read_text("/proc/sys/kernel/random/boot_id", here->boot, sizeof here->boot))
		here->boot[strcspn(here->boot, "\n")] = '\0';
	if (stat("/proc/self/ns/pid", &st) == 0)
		here->pidns = st.st_ino;
}

static bool is_here(const struct here *here, const struct process *p)
{
	return strcmp(here->boot, p->boot) == 0 && (p->pidns == 0 || p->pidns == here->pidns);
}

/* Fields behind the command's closing parenthesis: state is the 3rd of all, the start time the 22nd. */
static bool parse_stat(const char *text, char *state, uint64_t *started)
{
	const char *at = strrchr(text, ')');

	if (!at || sscanf(at, ") %c", state) != 1)
		return false;
	for (int field = 2; field < 22; field++) {
		at = strchr(at + 1, ' ');
		if (!at)
			return false;
	}
	return sscanf(at, " %" SCNu64, started) == 1;
}

static bool still_runs(const struct here *here, const struct process *p)
{
	char path[64], text[1024], state;
	uint64_t started;

	snprintf(path, sizeof path, "/proc/%" PRIu32 "/stat", p->pid);
	if (!is_here(here, p) || !read_text(path, text, sizeof text) || !parse_stat(text, &state, &started))
		return false;
	return started == p->started && state != 'Z' && state != 'X';
}

void lives_link(struct lives *l, struct trace *t)
{
	struct here here;

	*l = (struct lives){.arena = arena_new()};
	find_here(&here);
	for (size_t i = 0; i < t->procs.count; i++) {
		struct process *p = t->procs.items[i];
		struct process *before = newest(find_images(l, p->boot, p->pid));

		p->image_of = is_next_image(p, before) ? before : NULL;
		p->parent = p->image_of ? p->image_of->parent : newest(find_images(l, p->boot, p->ppid));
		p->ending = still_runs(&here, p) ? END_RUNNING : END_UNKNOWN;
		if (p->image_of)
			p->image_of->ending = END_EXEC;
		add_image(l, p);
	}
}

static uint64_t start_of(const void *process)
{
	return ((const struct process *)process)->start_ns;
}

/* How many of these images began before that. */
static size_t count_before(const struct images *images, uint64_t ns)
{
	return images ? sort_below(images->list.items, images->list.count, start_of, ns) : 0;
}

struct process *lives_find(const struct lives *l, const char *boot, uint32_t pid, uint64_t by_ns)
{
	const struct images *images = find_images(l, boot, pid);
	size_t count = by_ns < UINT64_MAX ? count_before(images, by_ns + 1) : images ? images->list.count : 0;

	return count ? images->list.items[count - 1] : NULL;
}

struct process *lives_find_next(const struct lives *l, const char *boot, uint32_t pid, uint64_t from_ns)
{
	const struct images *images = find_images(l, boot, pid);
	size_t first = count_before(images, from_ns);

	return images && first < images->list.count ? images->list.items[first] : NULL;
}

void lives_free(struct lives *l)
{
	map_free(&l->images);
	arena_free(l->arena);
	*l = (struct lives){0};
}

uint64_t lives_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
