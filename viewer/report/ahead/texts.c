/* texts: prints the style or the script of a report, for the build to hash: its page's policy lets nothing else run. */
#include <stdio.h>
#include <string.h>

#include "viewer/report/page.h"

int main(int argc, char **argv)
{
	struct buf text = {0};

	if (argc == 2 && strcmp(argv[1], "style") == 0)
		page_style(&text);
	else if (argc == 2 && strcmp(argv[1], "script") == 0)
		page_script(&text);
	else
		return 2;
	return fwrite(text.bytes, 1, text.len, stdout) != text.len;
}
