/* bytes_survive: data holds the first 32 bytes, whatever they are, each as one character. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "expect/expect.h"

/* The bytes from first on as a JSON string of \u escapes. */
static const char *escaped(int first, int count)
{
	static char text[256];
	int n = 0;

	for (int byte = first; byte < first + count; byte++)
		n += snprintf(text + n, sizeof text - n, "\\u%04x", byte);
	return text;
}

int main(void)
{
	int sv[2];
	char bytes[256];

	for (int i = 0; i < 256; i++)
		bytes[i] = i;
	expect_pair(sv);
	for (int first = 0; first < 256; first += 32) {
		must(send(sv[0], bytes + first, 32, 0) == 32);
		expect("send fd=%d ret=32 data=\"%s\"", sv[0], escaped(first, 32));
	}
	must(send(sv[0], bytes, sizeof bytes, 0) == 256);
	expect("send fd=%d args.len=256 ret=256 data=\"%s\"", sv[0], escaped(0, 32));
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
