/* pages: the pages of docs/mistakes, put into the command as they are, so that `explain` needs no files. */

#define RULE(name, page)                                                                                               \
	__asm__(".pushsection .rodata\n"                                                                               \
		".global page_" #name "\n"                                                                             \
		"page_" #name ":\n"                                                                                    \
		".incbin \"docs/mistakes/" page "\"\n"                                                                 \
		".byte 0\n"                                                                                            \
		".popsection\n");
#include "rules.def"
