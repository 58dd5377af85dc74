/* page_files: the style and the scripts of a report, put into the command as they are. */
#include "viewer/format/svg.h"
#include "viewer/report/page.h"

#define FILE(name, path)                                                                                               \
	__asm__(".pushsection .rodata\n"                                                                               \
		".global report_" #name "\n"                                                                           \
		"report_" #name ":\n"                                                                                  \
		".incbin \"" path "\"\n"                                                                               \
		".byte 0\n"                                                                                            \
		".popsection\n");                                                                                      \
	extern const char report_##name[];
#define STYLE  FILE
#define SCRIPT FILE
#include "report.def"
#undef STYLE
#undef SCRIPT

void page_style(struct buf *out)
{
	svg_style(out);
	buf_puts(out, "\n");
#define STYLE(name, path) buf_puts(out, report_##name);
#define SCRIPT(name, path)
#include "report.def"
#undef STYLE
#undef SCRIPT
}

/* Its files are one script. */
void page_script(struct buf *out)
{
	buf_puts(out, "\"use strict\";\n");
#define STYLE(name, path)
#define SCRIPT(name, path) buf_puts(out, report_##name);
#include "report.def"
#undef STYLE
#undef SCRIPT
}
