/* Names and defaults: parseServiceInfo() of fe-connect.c, initialize_SSL() of
 * fe-secure-openssl.c. */
#include "pg/files.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

enum { MAX_SIZE = 16 << 20 }; /* lists of revocations are long */

/* What people name for "none"; it is at its end at once. */
static bool
is_null_device(const char *path)
{
	struct stat a, b;

	return stat(path, &a) == 0 && stat("/dev/null", &b) == 0 &&
	       S_ISCHR(a.st_mode) && S_ISCHR(b.st_mode) && a.st_rdev == b.st_rdev;
}

static bool
check(const char *path, struct err *e)
{
	struct err why;

	if (file_check(path, MAX_SIZE, &why) || is_null_device(path))
		return true;
	return err_set(
		e, ERR_CONNECT, "%s: %s, which libpq would wait for", path, why.text);
}

/* HOME, or what the system has for the user, as libpq; "" if there is none. */
static const char *
home(void)
{
	const char *dir = getenv("HOME");
	const struct passwd *user;

	if (dir && *dir)
		return dir;
	user = getpwuid(geteuid());
	return user ? user->pw_dir : "";
}

static bool
check_in(const char *dir, const char *name, struct err *e)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool ok = check(path, e);

	free(path);
	return ok;
}

bool
files_check_services(struct err *e)
{
	const char *named = getenv("PGSERVICEFILE"), *dir = getenv("PGSYSCONFDIR");

	if (named && *named ? !check(named, e)
			    : !check_in(home(), ".pg_service.conf", e))
		return false;
	return !dir || check_in(dir, "pg_service.conf", e);
}

bool
files_check_options(const PQconninfoOption *list, struct err *e)
{
	static const struct {
		const char *keyword, *otherwise;
	} files[] = {{"sslcert", ".postgresql/postgresql.crt"},
		{"sslkey", ".postgresql/postgresql.key"},
		{"sslrootcert", ".postgresql/root.crt"},
		{"sslcrl", ".postgresql/root.crl"}};

	for (size_t i = 0; i < COUNT_OF(files); i++) {
		const PQconninfoOption *o = list;

		while (o->keyword && strcmp(o->keyword, files[i].keyword))
			o++;
		if (o->keyword && o->val && *o->val
				? !check(o->val, e)
				: !check_in(home(), files[i].otherwise, e))
			return false;
	}
	return true;
}
