/* An answer is remembered by a keyed hash of name and password.  Good answers have
 * places of their own, which no guessing can take. */
#include "http/users.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

/* About half a second, on the machines of its time. */
enum { BCRYPT_COST = 12, ROUNDS = 1000000 };

enum { BAD_REMEMBERED = 32, KEY_BYTES = 32 };

struct user {
	char *name, *hash;
	char good[HASH_HEX_LEN]; /* of the last good answer, or "" */
};

struct users {
	struct user *v;
	size_t n, cap;
	unsigned char key[KEY_BYTES];
	char bad[BAD_REMEMBERED][HASH_HEX_LEN];
	size_t n_bad; /* ever; the place is this modulo BAD_REMEMBERED */
};

/* A hash of a method that crypt(3) lacks, such as Apache's $apr1$, lets nobody in. */
static bool
can_be_checked(const char *hash)
{
	int verdict = crypt_checksalt(hash);

	return verdict != CRYPT_SALT_INVALID && verdict != CRYPT_SALT_METHOD_DISABLED;
}

static bool
parse_line(struct users *u, char *line, struct err *e)
{
	char *colon;

	line[strcspn(line, "\r\n")] = '\0';
	if (!*line || *line == '#')
		return true;
	colon = strchr(line, ':');
	if (!colon || colon == line)
		return err_set(e, ERR_CONFIG, "this is no user:hash line");
	*colon = '\0';
	if (colon[1] != '$')
		return err_set(e, ERR_CONFIG,
			"the password of \"%s\" is not hashed; `htpasswd -nB` does it",
			line);
	if (!can_be_checked(colon + 1))
		return err_set(e, ERR_CONFIG,
			"crypt(5) has no method for the hash of \"%s\" (%.*s…); "
			"`htpasswd -nB` makes one that it has",
			line, (int)strcspn(colon + 2, "$") + 1, colon + 1);
	GROW(u->v, u->n, u->cap);
	u->v[u->n++] = (struct user){xstrdup(line), xstrdup(colon + 1), ""};
	return true;
}

/* Of a file that was read: it is cut to pieces. */
static bool
parse_lines(struct users *u, char *text, const char *path, struct err *e)
{
	char *line;
	bool ok = true;

	for (unsigned n = 1; ok && (line = strsep(&text, "\n")); n++)
		ok = parse_line(u, line, e) || err_prefix(e, "%s:%u", path, n);
	if (ok && !u->n)
		ok = err_set(e, ERR_CONFIG, "%s: no user in it", path);
	return ok;
}

static bool
read_lines(const char *path, struct strbuf *text, struct err *e)
{
	struct stat st;

	if (file_read(path, FILE_MAX_USERS, text, e))
		return true;
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > FILE_MAX_USERS)
		return err_set(e, e->code,
			"%s: it is larger than %d MiB; name a file that holds a line "
			"user:hash for each user, as `htpasswd -B` writes it",
			path, FILE_MAX_USERS >> 20);
	return false;
}

struct users *
users_load(const char *path, struct err *e)
{
	struct users *u = xcalloc(1, sizeof *u);
	struct strbuf text = {0};
	bool ok = read_lines(path, &text, e);

	ok = ok && parse_lines(u, text.s, path, e);
	if (text.s)
		explicit_bzero(text.s, text.cap);
	strbuf_free(&text);
	if (ok && getrandom(u->key, sizeof u->key, 0) != sizeof u->key)
		ok = err_set(e, ERR_INTERNAL, "getrandom: %s", strerror(errno));
	if (ok)
		return u;
	users_free(u);
	return NULL;
}

void
users_free(struct users *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < u->n; i++) {
		free(u->v[i].name);
		free(u->v[i].hash);
	}
	free(u->v);
	explicit_bzero(u, sizeof *u);
	free(u);
}

static struct user *
find(const struct users *u, const char *name)
{
	for (size_t i = 0; i < u->n; i++)
		if (!strcmp(u->v[i].name, name))
			return &u->v[i];
	return NULL;
}

void
users_inherit(struct users *u, const struct users *old)
{
	if (!u || !old)
		return;
	memcpy(u->key, old->key, sizeof u->key);
	for (size_t i = 0; i < u->n; i++) {
		const struct user *before = find(old, u->v[i].name);

		if (before && !strcmp(before->hash, u->v[i].hash))
			memcpy(u->v[i].good, before->good, sizeof before->good);
	}
}

bool
users_has(const struct users *u, const char *name)
{
	return find(u, name) != NULL;
}

bool
users_matches(const char *password, const char *hash)
{
	struct crypt_data *data = xcalloc(1, sizeof *data);
	const char *made = crypt_r(password, hash, data);
	bool same = made && strlen(made) == strlen(hash);
	unsigned differ = 0;

	/* All of it, whatever the first bytes say. */
	for (size_t i = 0; same && hash[i]; i++)
		differ |= (unsigned)(hash[i] ^ made[i]);
	explicit_bzero(data, sizeof *data);
	free(data);
	return same && !differ;
}

static void
digest_of(const struct users *u, const char *name, const char *password, char *digest)
{
	struct hash *h = hash_new();

	hash_add(h, u->key, sizeof u->key);
	hash_add(h, name, strlen(name) + 1);
	hash_add(h, password, strlen(password));
	hash_finish(h, digest);
}

enum users_answer
users_known(const struct users *u, const char *name, const char *password, char *digest)
{
	const struct user *known = find(u, name);

	digest_of(u, name, password, digest);
	if (known && !strcmp(known->good, digest))
		return USERS_YES;
	for (size_t i = 0; i < BAD_REMEMBERED; i++)
		if (!strcmp(u->bad[i], digest))
			return USERS_NO;
	return USERS_UNKNOWN;
}

/* Which user an unknown name is like depends on the name and the key, so that it is the
 * same each time. */
const char *
users_hash(const struct users *u, const char *name)
{
	const struct user *known = find(u, name);
	char digest[HASH_HEX_LEN];

	digest_of(u, name, "", digest);
	digest[8] = '\0';
	return known ? known->hash : u->v[strtoul(digest, NULL, 16) % u->n].hash;
}

bool
users_learn(struct users *u, const char *name, const char *hash, const char *digest,
	bool matches)
{
	struct user *known = find(u, name);

	if (matches && known && !strcmp(known->hash, hash)) {
		memcpy(known->good, digest, HASH_HEX_LEN);
		return true;
	}
	memcpy(u->bad[u->n_bad++ % BAD_REMEMBERED], digest, HASH_HEX_LEN);
	return false;
}

/* bcrypt: "$2b$14$…"; SHA-2: "$6$rounds=5000000$…" (crypt(5)). */
static bool
is_costly(const char *hash)
{
	const char *second = strchr(hash + 1, '$');

	if (!second)
		return false;
	if (hash[1] == '2')
		return strtol(second + 1, NULL, 10) > BCRYPT_COST;
	return !strncmp(second, "$rounds=", 8) && strtol(second + 8, NULL, 10) > ROUNDS;
}

const char *
users_costly(const struct users *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (is_costly(u->v[i].hash))
			return u->v[i].name;
	return NULL;
}
