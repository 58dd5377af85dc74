/* st007_good_probe: a program that only asks whether there is such an option, as Apache does: its socket is for nobody.
 */
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
	close(fd);
	return 0;
}
