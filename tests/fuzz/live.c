/* live: any bytes as a trace file and, behind the first byte 0x1e, as the live file beside it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "trace/format.h"

static char dir[] = "/tmp/socktrace-fuzz-XXXXXX", trace[64], live[64];

static void clean_up(void)
{
	unlink(trace);
	unlink(live);
	rmdir(dir);
}

static void write_file(const char *path, const uint8_t *bytes, size_t size)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(bytes, 1, size, f) != size || fclose(f) != 0)
		abort();
}

static void set_up(void)
{
	if (trace[0])
		return;
	if (!mkdtemp(dir))
		abort();
	snprintf(trace, sizeof trace, "%s/1.p" TRACE_SUFFIX, dir);
	snprintf(live, sizeof live, "%s/1.p" TRACE_LIVE_SUFFIX, dir);
	atexit(clean_up);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const uint8_t *parting = size ? memchr(bytes, 0x1e, size) : NULL;
	size_t len = parting ? (size_t)(parting - bytes) : size;

	set_up();
	write_file(trace, bytes, len);
	write_file(live, parting ? parting + 1 : bytes, parting ? size - len - 1 : 0);
	fuzz_load(dir);
	return 0;
}
