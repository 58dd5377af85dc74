/* progress.c: how far long work is. */
#include "viewer/format/progress.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 500, EVERY_MS = 100 };

static int64_t begun_ms, shown_ms; /* 0: not yet */
static int width;                  /* of what stands there */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_due(void)
{
	int64_t now = now_ms();

	if (!begun_ms)
		begun_ms = now;
	if (now - begun_ms < WAIT_MS || now - shown_ms < EVERY_MS)
		return false;
	shown_ms = now;
	return true;
}

static void erase(void)
{
	if (width > 0)
		fprintf(stderr, "\r%*s\r", width - 1, "");
	width = 0;
	begun_ms = 0;
}

void progress_show(uint64_t done, uint64_t total)
{
	if (done == total)
		erase();
	else if (!isatty(STDERR_FILENO) || !is_due())
		return;
	else if (total)
		width = fprintf(stderr, "\rsocktrace: %3" PRIu64 " %% of %" PRIu64 " MB read", done * 100 / total,
				total / 1000000);
	else
		width = fprintf(stderr, "\rsocktrace: %" PRIu64 " MB read", done / 1000000);
}
