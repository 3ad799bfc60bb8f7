/* Files that the manager of services hands over, which it shows to nobody else. */
#include "conf/credential.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "conf/conf.h"

/* Without slashes at its end. */
static size_t
credentials_length(const char *dir)
{
	size_t n = dir ? strlen(dir) : 0;

	while (n && dir[n - 1] == '/')
		n--;
	return n;
}

bool
conf_is_credential(const char *path)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	size_t n = credentials_length(dir);

	return path && n && !strncmp(path, dir, n) && path[n] == '/';
}

bool
conf_out_of_reach(const char *path)
{
	return conf_is_credential(path) &&
	       access(getenv("CREDENTIALS_DIRECTORY"), X_OK) != 0;
}

/* "/run/credentials/NAME.service" is of the manager of the system. */
char *
conf_credential_unit(const char *path)
{
	static const char above[] = "/run/credentials/", below[] = ".service",
			  letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ:_.@-";
	const char *dir = getenv("CREDENTIALS_DIRECTORY"), *name;
	size_t n = credentials_length(dir), most = strlen(above) + strlen(below);

	if (!conf_is_credential(path) || n <= most ||
		strncmp(dir, above, strlen(above)) != 0 ||
		strncmp(dir + n - strlen(below), below, strlen(below)) != 0)
		return NULL;
	name = dir + strlen(above);
	n -= most;
	return strspn(name, letters) >= n ? xstrndup(name, n) : NULL;
}

/* What is no credential is beside the file that names it, where it has to exist. */
char *
conf_credential_path(
	const struct conf_key *k, const struct conf_value *v, const char *text)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char *beside = conf_path_join(v->dir, text), *path;

	if (!dir || *dir != '/')
		return beside;
	path = conf_path_join(dir, text);
	if (k->flags & KEY_EXISTS && !conf_out_of_reach(path) &&
		access(path, F_OK) != 0 && access(beside, F_OK) == 0) {
		free(path);
		return beside;
	}
	free(beside);
	return path;
}

/* True if it may be another's, or is below what is. */
static bool
is_of_others(const char *path)
{
	struct stat st;

	return geteuid() != 0 && (stat(path, &st) < 0 || st.st_uid != geteuid());
}

void
conf_credential_advise(const struct conf_key *k, const char *text, const char *path,
	struct strbuf *why)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	int error = access(path, R_OK) == 0 ? 0 : errno;

	if (error == EACCES && is_of_others(path))
		strbuf_add(why, "; if the service can, ask as root: `sudo pgdriftd "
				"config check`");
	if (error == ENOENT && k->flags & KEY_CREDENTIAL && *text != '/' &&
		!(dir && *dir))
		strbuf_add(why, "; if it is a credential of the service: `sudo env "
				"CREDENTIALS_DIRECTORY=/run/credentials/"
				"pgdriftd.service pgdriftd config check`");
}
