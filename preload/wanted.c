/* wanted: the names of the functions that the shim wants of the objects behind it. Compiled into the shim, and into what looks ahead. */
#include "preload/wanted.h"

static const char more[WANTED - CALL_COUNT][20] = {
#define NAME(n) #n,
#include "preload/names.def"
	"syscall", "__chk_fail", "clock_gettime"};

const char *wanted_name(int i)
{
	return i < CALL_COUNT ? call_table[i].name : more[i - CALL_COUNT];
}
