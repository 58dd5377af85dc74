/* ours.h: descriptors of our own: open for the microseconds of an append, or kept by a process that gave up rights. */
#ifndef PRELOAD_OURS_H
#define PRELOAD_OURS_H

#include <stdbool.h>

/* Open a file, by its path from `dir` (see openat(2)), and publish its descriptor while it is ours, with signals held (signals.h) until it is
 * closed. Returns it, or -errno. Never 0, 1 or 2: programs that have closed these write there all the same. */
long ours_open(int dir, const char *name, int flags);
void ours_close(int fd);

/* Is this descriptor ours? To the program it is not open. */
bool ours_has(int fd);

/* The program closes a number that ours_has: wait for the append, after which the number may be the program's. False if it
 * stays ours. */
bool ours_settles(int fd);

/* The program is about to take this number, or to close all of these: wait for an append, but not for ever (a handler
 * may have interrupted it); move what is kept there, or where that cannot be, give it up. Returns what ours_yielded has to be told, at once, with
 * whether the number was taken: if not, all is as before. */
int ours_yield(int fd);
void ours_yielded(int which, int fd, bool taken);
void ours_yield_all(void);

/* What a process that gives up rights keeps, high and hidden. */
enum ours_kept {
	OURS_TRACE,
	OURS_LIVE,
	OURS_DIR, /* where the files of its children go, which have it too */
	OURS_KEPT
};

void ours_keep(enum ours_kept which, int fd);

/* Its descriptor; -1 if none is kept, -2 if something else has the number by now: it was given up, or a system call was made behind our back. */
int ours_kept(enum ours_kept which);

/* The lowest descriptor kept from `first` on, -1 if there is none: what a close of many has to leave out. */
int ours_next_kept(unsigned first);

/* Close all from first to last but those, by this function: as close_range(2). */
int ours_close_others(int (*close_range)(unsigned, unsigned, int), unsigned first, unsigned last, int flags);

/* By which links of /proc a child knows them: the directory without symbolic links. A name is "" where there is no file. */
struct ours_files {
	const char *dir, *names[OURS_DIR];
};

/* In a fork's child: close what is the parent's, here by our name or by one of its two files; but leave it where that closes it for both. */
void ours_forked(const struct ours_files *parents, bool others);

#endif
