/* Names and defaults: parseServiceInfo() of fe-connect.c, initialize_SSL() of
 * fe-secure-openssl.c. */
#include "pg/files.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "pg/remedies.h"

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

/* OpenSSL opens those that are named by the hash of an issuer: "9d66eef0.r0". */
static bool
is_list_name(const char *name)
{
	size_t n = strspn(name, "0123456789abcdef");

	return n == 8 && !strncmp(name + n, ".r", 2) && name[n + 2];
}

/* Whether it can be read, and what it is, is for the library to say. */
static bool
check_directory(const char *dir, struct err *e)
{
	struct strvec names = {0};
	struct err why;
	bool ok = true;

	if (*dir && !file_names(dir, FILE_MAX_NAMES, &names, &why) &&
		names.n == FILE_MAX_NAMES)
		ok = err_set(e, ERR_CONNECT, "%s: %s", dir, why.text);
	for (size_t i = 0; ok && i < names.n; i++)
		ok = !is_list_name(names.v[i]) || check_in(dir, names.v[i], e);
	strvec_free(&names);
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

/* "" if it is not set, or this libpq does not know it. */
static const char *
value_of(const PQconninfoOption *list, const char *keyword)
{
	while (list->keyword && strcmp(list->keyword, keyword))
		list++;
	return list->keyword && list->val ? list->val : "";
}

/* Of passwords: libpq opens none that is not plain, and looks through all of it. */
static bool
check_passwords(const char *named, struct err *e)
{
	char *path = *named ? xstrdup(named) : xasprintf("%s/.pgpass", home());
	struct stat st;
	bool ok = stat(path, &st) < 0 || !S_ISREG(st.st_mode) || check(path, e);

	if (!ok && e)
		e->advice = &remedy_password_list;
	free(path);
	return ok;
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
		const char *named = value_of(list, files[i].keyword);

		if (*named ? !check(named, e)
			   : !check_in(home(), files[i].otherwise, e))
			return false;
	}
	return check_directory(value_of(list, "sslcrldir"), e) &&
	       check_passwords(value_of(list, "passfile"), e);
}
