/* procfs.h: what /proc says of this process; nothing where it is not mounted. */
#ifndef PRELOAD_PROCFS_H
#define PRELOAD_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The file's first room - 1 bytes, NUL-terminated. Returns how many, 0 if it cannot be read. */
size_t procfs_read(const char *path, char *to, size_t room);

/* Where a link of /proc points, NUL-terminated, "" if that is not known. */
void procfs_link(const char *path, char *to, size_t room);

/* The link of one of our descriptors, by its path there, and where it points. */
enum { PROCFS_FD = 32 };
void procfs_fd_path(int fd, char path[PROCFS_FD]);
void procfs_fd(int fd, char *to, size_t room);

/* The working directory, which is known without /proc too. False, and "" or no absolute path, where it is not. */
bool procfs_cwd(char *to, size_t room);

/* The inode number in "net:[4026531840]", 0 if not known. */
uint64_t procfs_namespace(const char *path);

/* Of which process a descriptor is (pidfd_open(2)), 0 if not known or if it has ended. */
int procfs_pid_of(int pidfd);

/* Field `number` (from 1) of /proc/self/stat, 0 if not known. Fields from 3 on only. */
uint64_t procfs_stat(int number);

#endif
