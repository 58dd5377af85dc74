/* elf: any bytes as a program that is probed. */
#include "tests/fuzz/fuzz.h"
#include "viewer/load/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct err err;
	struct target *t = target_probe(fuzz_file(bytes, size), "/nowhere/libsocktrace.so", &err);

	if (t)
		target_reason(t);
	if (t)
		target_free(t);
	return 0;
}
