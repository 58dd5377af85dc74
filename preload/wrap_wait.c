/*
 * wrap_wait: wrappers of the wait family. How a child ended is worth knowing also where the program passes no room for it:
 * then the room is ours.
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>

#include "preload/real.h"
#include "preload/record.h"

pid_t wrap_wait(int *wstatus) WRAPPER(wait);
pid_t wrap_waitpid(pid_t pid, int *wstatus, int options) WRAPPER(waitpid);
pid_t wrap_wait3(int *wstatus, int options, struct rusage *usage) WRAPPER(wait3);
pid_t wrap_wait4(pid_t pid, int *wstatus, int options, struct rusage *usage) WRAPPER(wait4);
int wrap_waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options) WRAPPER(waitid);

pid_t wrap_wait(int *wstatus)
{
	int own, *room = wstatus ? wstatus : &own;
	long args[] = {(long)room};
	struct frame f;

	if (!record_enter(&f, CALL_wait, args, __builtin_return_address(0)))
		return REAL(wait)(wstatus);
	pid_t ret = REAL(wait)(room);
	record_leave(&f, ret, errno);
	return ret;
}

pid_t wrap_waitpid(pid_t pid, int *wstatus, int options)
{
	int own, *room = wstatus ? wstatus : &own;
	long args[] = {pid, (long)room, options};
	struct frame f;

	if (!record_enter(&f, CALL_waitpid, args, __builtin_return_address(0)))
		return REAL(waitpid)(pid, wstatus, options);
	pid_t ret = REAL(waitpid)(pid, room, options);
	record_leave(&f, ret, errno);
	return ret;
}

pid_t wrap_wait3(int *wstatus, int options, struct rusage *usage)
{
	int own, *room = wstatus ? wstatus : &own;
	long args[] = {(long)room, options, (long)usage};
	struct frame f;

	if (!record_enter(&f, CALL_wait3, args, __builtin_return_address(0)))
		return REAL(wait3)(wstatus, options, usage);
	pid_t ret = REAL(wait3)(room, options, usage);
	record_leave(&f, ret, errno);
	return ret;
}

pid_t wrap_wait4(pid_t pid, int *wstatus, int options, struct rusage *usage)
{
	int own, *room = wstatus ? wstatus : &own;
	long args[] = {pid, (long)room, options, (long)usage};
	struct frame f;

	if (!record_enter(&f, CALL_wait4, args, __builtin_return_address(0)))
		return REAL(wait4)(pid, wstatus, options, usage);
	pid_t ret = REAL(wait4)(pid, room, options, usage);
	record_leave(&f, ret, errno);
	return ret;
}

int wrap_waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options)
{
	siginfo_t own, *room = infop ? infop : &own;
	long args[] = {idtype, id, (long)room, options};
	struct frame f;

	if (!record_enter(&f, CALL_waitid, args, __builtin_return_address(0)))
		return REAL(waitid)(idtype, id, infop, options);
	int ret = REAL(waitid)(idtype, id, room, options);
	record_leave(&f, ret, errno);
	return ret;
}

SAME_AS(__wait, wait);
SAME_AS(__waitpid, waitpid);
