/* file: any bytes as a trace file. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	fuzz_load(fuzz_file(bytes, size));
	return 0;
}
