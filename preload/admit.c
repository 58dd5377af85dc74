/* admit: let the user that this process becomes put traces beside ours. */
#include "preload/admit.h"

#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <linux/xattr.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "preload/mem.h"
#include "preload/ours.h"
#include "preload/paths.h"
#include "preload/signals.h"
#include "preload/state.h"
#include "preload/sys.h"

enum { ENTRIES = 64, BASE = 4, ADMITTED = 16 };

/* Some users who are in: a server changes between the same ones for each request. 0, who needs no leave, is no entry. */
static _Atomic uint32_t admitted[ADMITTED];

/* What acl(5) describes, as the kernel takes it. Processors here are little-endian, and so is that. */
struct acl {
	struct posix_acl_xattr_header head;
	struct posix_acl_xattr_entry entries[ENTRIES];
};

static const char attribute[] = XATTR_NAME_POSIX_ACL_ACCESS;

static const struct acl nobody_else = {
	{POSIX_ACL_XATTR_VERSION},
	{{ACL_USER_OBJ, ACL_READ | ACL_WRITE | ACL_EXECUTE, ACL_UNDEFINED_ID},
	 {ACL_GROUP_OBJ, 0, ACL_UNDEFINED_ID},
	 {ACL_MASK, ACL_READ | ACL_WRITE | ACL_EXECUTE, ACL_UNDEFINED_ID},
	 {ACL_OTHER, 0, ACL_UNDEFINED_ID}},
};

static size_t size_of(int count)
{
	return sizeof(struct posix_acl_xattr_header) + count * sizeof(struct posix_acl_xattr_entry);
}

/* Of the directory, as it is or as it would be; 0 if that cannot be told. */
static int read_entries(int fd, struct acl *acl)
{
	long len = sys6(SYS_fgetxattr, fd, (long)attribute, (long)acl, sizeof *acl, 0, 0);

	if (len > 0)
		return (len - sizeof acl->head) / sizeof acl->entries[0];
	memcpy(acl, &nobody_else, size_of(BASE));
	return BASE;
}

static bool has(const struct acl *acl, int count, uint32_t uid)
{
	for (int i = 0; i < count; i++)
		if (acl->entries[i].e_tag == ACL_USER && acl->entries[i].e_id == uid)
			return true;
	return false;
}

/* Made by us, who are no other now: the mode tells (see out_create). In a directory with the sticky bit a user can neither remove nor rename
 * what is another's. */
static bool is_ours(int fd)
{
	struct stat st;

	return sys3(SYS_fstat, fd, (long)&st, 0) == 0 && st.st_mode & S_ISVTX && !(st.st_mode & S_IRWXO) &&
	       st.st_uid == (uint32_t)sys3(SYS_geteuid, 0, 0, 0);
}

static bool let_in(int fd, uint32_t uid)
{
	struct acl acl;
	int count = read_entries(fd, &acl);

	if (has(&acl, count, uid))
		return true;
	if (count == ENTRIES)
		return false;
	/* Behind the owner's, which is the first. */
	memmove(&acl.entries[2], &acl.entries[1], (count - 1) * sizeof acl.entries[0]);
	acl.entries[1] = (struct posix_acl_xattr_entry){ACL_USER, ACL_READ | ACL_WRITE | ACL_EXECUTE, uid};
	return sys6(SYS_fsetxattr, fd, (long)attribute, (long)&acl, size_of(count + 1), 0, 0) == 0;
}

/* The user as whom files are made afterwards. */
static long next_user(enum call_id call, const long *args)
{
	switch (call) {
	case CALL_setuid:
	case CALL_seteuid:
	case CALL_setfsuid:
		return (int)args[0];
	case CALL_setreuid:
	case CALL_setresuid:
		return (int)args[1];
	default:
		return -1;
	}
}

static _Atomic uint32_t *place_of(uint32_t uid)
{
	return &admitted[uid % ADMITTED];
}

void admit_next_user(enum call_id call, const long *args)
{
	long uid = next_user(call, args), fd;

	if (uid == -1 || uid == 0 || shim_is_sandboxed() || *place_of(uid) == (uint32_t)uid)
		return;
	uint64_t held = signals_hold();
	fd = paths_open_directory();
	if (fd >= 0) {
		if (is_ours(fd) && let_in(fd, uid))
			*place_of(uid) = uid;
		ours_close(fd);
	}
	signals_release(held);
}
