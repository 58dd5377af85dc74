/* waiting.h: who waits. */
#ifndef PROGRAMS_WAITING_H
#define PROGRAMS_WAITING_H

#include <sys/types.h>

/* What a process does: 'R' runs, 'S' sleeps, 'Z' has ended (proc_pid_stat(5)). */
char process_state(pid_t pid);

/* How many sockets of this machine wait in connect to that TCP port over IPv4. */
int connects_waiting(unsigned short port);

#endif
