/* amount: counts, bytes and times in few characters. */
#include "viewer/format/amount.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *amount_count(struct arena *a, uint64_t count)
{
	char digits[24], *text = arena_alloc(a, 32), *at = text;
	size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, count);

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	return text;
}

/* Three digits, of the largest unit that leaves at least one before the point. */
static const char *scaled(struct arena *a, uint64_t amount, const char *const *units, unsigned count)
{
	double value = (double)amount;
	unsigned unit = 0;

	while (unit + 1 < count && value >= 999.5) {
		value /= 1000;
		unit++;
	}
	if (unit == 0 || value >= 99.95)
		return arena_printf(a, "%.0f %s", value, units[unit]);
	return arena_printf(a, "%.*f %s", value >= 9.995 ? 1 : 2, value, units[unit]);
}

const char *amount_bytes(struct arena *a, uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};

	return scaled(a, bytes, units, sizeof units / sizeof *units);
}

const char *amount_time(struct arena *a, const struct look *look, uint64_t ns)
{
	static const char *const units[] = {"ns", "µs", "ms", "s"}, *const ascii[] = {"ns", "us", "ms", "s"};

	return scaled(a, ns, look->ascii ? ascii : units, sizeof units / sizeof *units);
}
