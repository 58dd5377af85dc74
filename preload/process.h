/* process.h: the lines that speak of the process: its first, the sockets it came with, its end. */
#ifndef PRELOAD_PROCESS_H
#define PRELOAD_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>

enum process_state { PROCESS_UNTRACED, PROCESS_MAKES_TRACE, PROCESS_TRACED, PROCESS_UNTRACEABLE };
extern _Atomic int process_state __attribute__((visibility("hidden")));

/* Is there a trace already? One load. */
static inline bool process_is_traced(void)
{
	return atomic_load_explicit(&process_state, memory_order_acquire) == PROCESS_TRACED;
}

/* Make the trace, if there is none yet: its files, the process line, a line for each socket known by now. False: it
 * cannot be made. */
bool process_trace(void);

/* A line for a socket the process had before we saw it. via: "exec", "fork", "untraced". */
void process_inherit(int fd, const char *via);

/* At start: find the sockets among the descriptors; trace the process if there are any. */
void process_take_stock(void);

/* daemon, forkpty and login_tty put other files in the place of descriptors, within libc: the kernel knows which. */
void process_recheck(void);

/* Nothing was written yet that a child of fork would have to undo: no socket was met, no trace begun, nothing kept in memory for one. */
bool process_is_blank(void);

/* In a fork's child. */
void process_forked(int parent, bool others);

/* The end by its own will: the exit line, and all there is to the file. how: "exit", "_exit". */
void process_end(const char *how, int status);

#endif
