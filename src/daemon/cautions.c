/* See cautions.h.  Of files: a secret is for its owner, and for a group if root or a
 * group of ours has it, as of libpq's sslkey and PostgreSQL's ssl_key_file.  A
 * directory on the way that is closed to others closes what is in it. */
#include "daemon/cautions.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "conf/address.h"
#include "conf/redact.h"
#include "http/tls.h"

static bool
is_allowed(const struct conf *c, const char *word)
{
	return strvec_has(&c->http.allow, word);
}

/* ---- Who comes by the network ---- */

/* Those that others than this machine reach, with commas; NULL: none. */
static char *
remote_of(const struct strvec *addresses)
{
	struct strvec remote = {0};
	struct strbuf text = {0};
	struct address a;
	struct err e;

	for (size_t i = 0; i < addresses->n; i++)
		if (address_parse(addresses->v[i], &a, &e) && address_is_remote(&a))
			strvec_add(&remote, addresses->v[i]);
	if (remote.n)
		strvec_join(&remote, ", ", &text);
	strvec_free(&remote);
	return text.len ? strbuf_take(&text) : NULL;
}

static void
look_at_network(
	const struct conf *c, const struct strvec *addresses, struct strvec *out)
{
	const struct conf_http *h = &c->http;
	char *remote = remote_of(addresses);

	if (remote && !h->users_file && !h->client_ca_file && !is_allowed(c, "open"))
		strvec_take(out,
			xasprintf("http: whoever reaches %s reads names, hints and "
				  "findings without a password: set users_file or "
				  "client_ca_file, or listen on 127.0.0.1; if it is "
				  "meant, "
				  "say `http { allow = \"open\" }`",
				remote));
	if (remote && h->users_file && !h->cert_file && !is_allowed(c, "clear"))
		strvec_take(out,
			xasprintf(
				"http: passwords come to %s without TLS, so others on "
				"the way can read them: set cert_file and key_file, or "
				"listen on 127.0.0.1 behind a proxy that speaks TLS; "
				"if "
				"it is meant, say `http { allow = \"clear\" }`",
				remote));
	free(remote);
}

/* ---- Who reads the files ---- */

static bool
is_own_group(gid_t gid)
{
	gid_t groups[256];
	int n = getgroups(256, groups);

	for (int i = 0; i < n; i++)
		if (groups[i] == gid)
			return true;
	return gid == getegid();
}

/* In a user namespace, as PrivateUsers=yes makes one, all groups that it has no number
 * for are shown as the same one: which it is cannot be told then. */
static bool
is_told(gid_t gid)
{
	struct strbuf map = {0};
	unsigned long first, n;
	char *line, *rest, *at;
	bool is = false;
	struct err e;

	if (!file_read("/proc/self/gid_map", FILE_MAX_CONF, &map, &e))
		return true;
	rest = map.s;
	while (!is && (line = strsep(&rest, "\n")) && *line) {
		first = strtoul(line, &at, 10);
		strtoul(at, &at, 10);
		n = strtoul(at, NULL, 10);
		is = gid >= first && gid - first < n;
	}
	strbuf_free(&map);
	return is;
}

/* True if nobody but its group gets to the file: a directory above it is closed. */
static bool
is_enclosed(const char *real)
{
	char *path = xstrdup(real), *slash;
	bool closed = false;
	struct stat st;

	while (!closed && (slash = strrchr(path, '/')) && slash != path) {
		*slash = '\0';
		closed = stat(path, &st) == 0 && !(st.st_mode & S_IXOTH);
	}
	free(path);
	return closed;
}

/* True if its group is one that neither root nor its owner has given to the daemon.
 * Root, who looks for somebody else, cannot tell. */
static bool
is_foreign(const struct stat *st)
{
	return st->st_uid && st->st_gid && geteuid() && !is_own_group(st->st_gid) &&
	       is_told(st->st_gid);
}

/* True if there are users and groups of its own: then the bits of the group say no more
 * than what those may have at most. */
static bool
has_acl(const char *path)
{
	return getxattr(path, "system.posix_acl_access", NULL, 0) > 0;
}

/* Who else can read the file; NULL: nobody, or it cannot be told. */
static const char *
reader_of(const char *path)
{
	char *real = realpath(path, NULL);
	const char *who = NULL;
	struct stat st;

	if (real && stat(real, &st) == 0) {
		if (st.st_mode & (S_IROTH | S_IWOTH) && !is_enclosed(real))
			who = "every user of this machine";
		else if (st.st_mode & (S_IRGRP | S_IWGRP) && is_foreign(&st) &&
			 !has_acl(real))
			who = "a group that is not pgdriftd's";
	}
	free(real);
	return who;
}

/* Kubernetes mounts a volume of secrets by links to a directory "..2026_11_30_…". */
static bool
is_mounted(const char *path)
{
	char *real = realpath(path, NULL);
	bool is = real && strstr(real, "/..");

	free(real);
	return is;
}

static void
look_at_file(
	const struct conf *c, const char *what, const char *path, struct strvec *out)
{
	const char *who = path && !is_allowed(c, "readable") ? reader_of(path) : NULL;
	char *remedy;

	if (!who)
		return;
	remedy = is_mounted(path)
			 ? xstrdup("set `defaultMode: 0440` of the volume, and "
				   "`fsGroup` "
				   "of the pod")
			 : xasprintf("`chmod o= %s`, and a group that pgdriftd is in",
				   path);
	strvec_take(out,
		xasprintf(
			"%s %s: %s can read it: %s; if it is meant, say `http { allow "
			"= \"readable\" }`",
			what, path, who, remedy));
	free(remedy);
}

/* A backslash may be written in more than one way, so that nobody looks at any. */
static void
strip(const char *s, size_t n, struct strbuf *out)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] != '\\')
			strbuf_addc(out, s[i]);
}

static bool
holds(const struct strbuf *text, const char *from, const char *to)
{
	struct strbuf plain = {0};
	bool is;

	strip(from, (size_t)(to - from), &plain);
	is = plain.len && text->len && memmem(text->s, text->len, plain.s, plain.len);
	strbuf_free(&plain);
	return is;
}

/* Together with what says that it is a password: its keyword, or ":" and "@". */
static bool
holds_part(const struct strbuf *text, const char *dsn, const char *from, const char *to)
{
	const char *start = from;

	if (from > dsn && from[-1] == ':' && *to == '@')
		return holds(text, from - 1, to + 1);
	while (start > dsn && strchr("= \t", start[-1]))
		start--;
	while (start > dsn && !strchr(" \t?&", start[-1]))
		start--;
	return from < to && holds(text, start, to);
}

/* Each part of `dsn` that is not shown. */
static bool
holds_parts(const struct strbuf *text, const char *dsn, const char *shown)
{
	const char *at = dsn, *last = dsn + strlen(dsn), *mark;
	bool is = false;

	while (!is && (mark = strstr(shown, CONF_SECRET))) {
		const char *rest = mark + strlen(CONF_SECRET);
		const char *stop = strstr(rest, CONF_SECRET);
		const char *from = at + (mark - shown);

		at = stop ? memmem(from, (size_t)(last - from), rest,
				    (size_t)(stop - rest))
			  : last - strlen(rest);
		if (!at)
			at = last;
		is = holds_part(text, dsn, from, at);
		shown = at == last ? "" : rest;
	}
	return is;
}

/* True if the password stands in the text itself, and is not of a variable. */
static bool
holds_dsn(const struct strbuf *text, const char *dsn)
{
	struct strbuf shown = {0};
	bool has;

	if (!dsn)
		return false;
	conf_redact(dsn, &shown);
	has = strcmp(dsn, shown.s) != 0 &&
	      (holds(text, dsn, dsn + strlen(dsn)) || holds_parts(text, dsn, shown.s));
	strbuf_free(&shown);
	return has;
}
static bool
holds_password(const struct conf *c, const struct strbuf *text)
{
	bool holds = holds_dsn(text, c->service.scratch_dsn);

	for (size_t i = 0; !holds && i < c->n_environments; i++)
		holds = holds_dsn(text, c->environments[i].dsn);
	for (size_t i = 0; !holds && i < c->n_migrations; i++)
		holds = holds_dsn(text, c->migrations[i].scratch_dsn);
	return holds;
}

/* Whoever knows such a URL can write by it, but to an Alertmanager, whose is the same
 * for all of its kind. */
static bool
holds_url(const struct conf *c, const struct strbuf *text)
{
	for (size_t i = 0; i < c->n_receivers; i++) {
		const struct conf_receiver *r = &c->receivers[i];

		if (r->url &&
			(strcmp(r->kind, "alertmanager") != 0 || strchr(r->url, '@')) &&
			holds(text, r->url, r->url + strlen(r->url)))
			return true;
	}
	return false;
}

static void
look_at_text(const struct conf *c, const char *path, struct strvec *out)
{
	struct strbuf read = {0}, text = {0};
	struct err e;

	if (!reader_of(path) || !file_read(path, FILE_MAX_CONF, &read, &e))
		return;
	strip(read.s, read.len, &text);
	if (holds_password(c, &text))
		look_at_file(c, "there is a password in", path, out);
	if (holds_url(c, &text))
		look_at_file(c, "there is the url of a receiver in", path, out);
	strbuf_free(&read);
	strbuf_free(&text);
}

static void
look_at_files(const struct conf *c, struct strvec *out)
{
	char *store = xasprintf("%s/pgdriftd.db", c->service.state_dir);

	look_at_file(c, "key_file", c->http.key_file, out);
	look_at_file(c, "users_file", c->http.users_file, out);
	for (size_t i = 0; i < c->n_environments; i++)
		look_at_file(c, "password_file", c->environments[i].password_file, out);
	for (size_t i = 0; i < c->n_receivers; i++) {
		look_at_file(c, "url_file", c->receivers[i].url_file, out);
		look_at_file(c, "authorization_file",
			c->receivers[i].authorization_file, out);
	}
	for (size_t i = 0; i < c->files.n; i++)
		look_at_text(c, c->files.v[i], out);
	if (*c->service.state_dir)
		look_at_file(c, "state_dir", store, out);
	strvec_uniq(out);
	free(store);
}

/* ---- The certificate ---- */

static void
look_at_certificate(const struct conf_http *h, struct strvec *out)
{
	const struct tls_files files = {.cert = h->cert_file, .key = h->key_file};
	struct tls tls;
	struct err e;
	char *said;

	if (!tls_load(&files, &tls, &e))
		return;
	said = tls_caution(&tls, clock_wall_ms());
	if (said)
		strvec_take(out, xasprintf("cert_file %s: %s", h->cert_file, said));
	free(said);
	tls_fini(&tls);
}

void
cautions_of(const struct conf *c, const struct strvec *addresses, struct strvec *out)
{
	look_at_network(c, addresses, out);
	look_at_files(c, out);
	look_at_certificate(&c->http, out);
}
