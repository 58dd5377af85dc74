/* waiting.h: who waits in connect. */
#ifndef PROGRAMS_WAITING_H
#define PROGRAMS_WAITING_H

/* How many sockets of this machine wait in connect to that TCP port over IPv4. */
int connects_waiting(unsigned short port);

#endif
