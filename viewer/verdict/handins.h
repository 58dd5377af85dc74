/* handins.h: judge one hand-in, or many side by side. */
#ifndef VERDICT_HANDINS_H
#define VERDICT_HANDINS_H

#include "viewer/verdict/tell.h"

struct judging {
	const struct course *course;
	const struct load_options *load;
	const struct form *form;
	const struct look *look;
	bool progress; /* on standard error */
};

/*
 * Judge and tell them all into *out. Several are judged in other processes: one that cannot be read, or that
 * brings its reader down, is told as unreadable and costs the others nothing. Returns the worst outcome (unreadable before
 * inconclusive before found). One alone that is unreadable is an error: -1, *err explains.
 */
int handins_judge(const struct judging *j, const struct handin *handins, size_t count, struct buf *out,
		  struct err *err);

#endif
