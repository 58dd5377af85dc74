/* libraries: lists of libraries, as LD_PRELOAD holds them. */
#include "preload/libraries.h"

#include "preload/mem.h"

static bool is_separator(char c)
{
	return c == ' ' || c == ':';
}

static size_t name_len(const char *list)
{
	size_t n = 0;

	while (list[n] && !is_separator(list[n]))
		n++;
	return n;
}

static const char *skip_separators(const char *list)
{
	while (is_separator(*list))
		list++;
	return list;
}

static const char *last_part(const char *name, const char *end)
{
	while (end > name && end[-1] != '/')
		end--;
	return end;
}

static bool has_char(const char *s, size_t len, char c)
{
	while (len && s[len - 1] != c)
		len--;
	return len;
}

static bool equals(const char *name, size_t len, const char *path)
{
	return len == text_len(path) && !memcmp(name, path, len);
}

/* Where the dynamic linker has searched for the name (no slash), or has replaced something in it ($ORIGIN, $LIB), its last part tells. */
static bool means(const char *name, size_t len, const char *path)
{
	const char *last = last_part(name, name + len);

	if (last > name && !has_char(name, len, '$'))
		return equals(name, len, path);
	return equals(last, name + len - last, last_part(path, path + text_len(path)));
}

size_t libraries_count(const char *list)
{
	size_t n = 1;

	for (; *list; list++)
		n += is_separator(*list);
	return n;
}

bool libraries_have(const char *list, const char *path)
{
	for (list = skip_separators(list); *list; list = skip_separators(list)) {
		size_t len = name_len(list);
		if (equals(list, len, path))
			return true;
		list += len;
	}
	return false;
}

static char *append(char *to, char *end, const char *s, size_t len)
{
	for (; len && to < end; len--)
		*to++ = *s++;
	return to;
}

bool libraries_copy(char *to, size_t room, const char *list, const char *path, const char *other)
{
	char *end = to + room - 1;
	bool found = false;

	for (list = skip_separators(list); *list;) {
		size_t len = name_len(list);
		const char *next = skip_separators(list + len);
		bool meant = means(list, len, path);
		to = meant ? append(to, end, other, text_len(other)) : append(to, end, list, len);
		if (!meant || *other)
			to = append(to, end, list + len, next - list - len);
		found = found || meant;
		list = next;
	}
	*to = 0;
	return found && to < end;
}
