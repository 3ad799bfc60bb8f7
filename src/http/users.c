/* One bcrypt takes long enough to be felt in the loop.  So an answer is remembered by a
 * keyed hash of name and password, and new guesses come from a bucket that refills
 * slowly.  Good answers have places of their own, which no guessing can take. */
#include "http/users.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

enum { BAD_REMEMBERED = 32, BUCKET = 8, REFILL_MS = 500, KEY_BYTES = 32 };

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
	int tokens;
	int64_t refilled_ms;
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

struct users *
users_load(const char *path, struct err *e)
{
	struct users *u = xcalloc(1, sizeof *u);
	struct strbuf text = {0};
	bool ok = file_read(path, FILE_MAX_USERS, &text, e);

	u->tokens = BUCKET;
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

static bool
take_token(struct users *u, int64_t now_ms)
{
	int64_t more = (now_ms - u->refilled_ms) / REFILL_MS;

	if (more > 0) {
		u->tokens = more < BUCKET ? u->tokens + (int)more : BUCKET;
		if (u->tokens > BUCKET)
			u->tokens = BUCKET;
		u->refilled_ms = now_ms;
	}
	if (!u->tokens)
		return false;
	u->tokens--;
	return true;
}

static struct user *
find(const struct users *u, const char *name)
{
	for (size_t i = 0; i < u->n; i++)
		if (!strcmp(u->v[i].name, name))
			return &u->v[i];
	return NULL;
}

static bool
is_password(const char *password, const char *hash)
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
users_check(struct users *u, const char *name, const char *password, int64_t now_ms)
{
	struct user *known = find(u, name);
	char digest[HASH_HEX_LEN];

	digest_of(u, name, password, digest);
	if (known && !strcmp(known->good, digest))
		return USERS_YES;
	for (size_t i = 0; i < BAD_REMEMBERED; i++)
		if (!strcmp(u->bad[i], digest))
			return USERS_NO;
	if (!take_token(u, now_ms))
		return USERS_LATER;
	/* An unknown name costs what a known one does. */
	if (is_password(password, known ? known->hash : u->v[0].hash) && known) {
		memcpy(known->good, digest, sizeof digest);
		return USERS_YES;
	}
	memcpy(u->bad[u->n_bad++ % BAD_REMEMBERED], digest, sizeof digest);
	return USERS_NO;
}
