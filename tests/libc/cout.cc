// cout: streams of C++ on a socket: cout through stdio and by itself, and a file buffer of its own on each end.
#include <ext/stdio_filebuf.h>
#include <iostream>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

int main()
{
	int sv[2], out = dup(STDOUT_FILENO);
	std::string line;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || dup2(sv[0], STDOUT_FILENO) < 0)
		return 1;
	__gnu_cxx::stdio_filebuf<char> in(sv[1], std::ios::in), out_of(dup(sv[1]), std::ios::out);
	std::istream from(&in);
	std::ostream to(&out_of);
	std::cout << "to be" << std::endl;
	if (!std::getline(from, line) || line != "to be")
		return 2;
	std::cout << "or not " << 2 << " be\n" << std::flush;
	if (!std::getline(from, line) || line != "or not 2 be")
		return 3;
	if (!(to << "that is\nthe question\n" << std::flush))
		return 4;
	dup2(sv[0], STDIN_FILENO);
	for (const char *wanted : {"that is", "the question"})
		if (!std::getline(std::cin, line) || line != wanted)
			return 5;
	dup2(out, STDOUT_FILENO);
	std::cout << "all four lines" << std::endl;
	return 0;
}
