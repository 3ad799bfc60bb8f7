/* A socket's directory and what only libpq knows stand behind the `?` of the URL; of a
 * list of hosts the variables tell. */
#include "build/place.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

bool
place_is_name(const char *name)
{
	size_t n = sizeof PLACE_PREFIX - 1;

	return !strncmp(name, PLACE_PREFIX, n) && strlen(name + n) == 16 &&
	       strspn(name + n, "0123456789abcdef") == 16;
}

void
place_name(char name[PLACE_NAME_LEN])
{
	uint64_t number;

	/* So few bytes are always there, once the system is up. */
	while (getrandom(&number, sizeof number, 0) != sizeof number)
		;
	snprintf(name, PLACE_NAME_LEN, PLACE_PREFIX "%016" PRIx64, number);
}

/* Whatever reads the file of services would believe it before PGDATABASE. */
static bool
parts_of(const char *scratch_dsn, struct pg_parts *out, struct err *e)
{
	if (!pg_parts_of(scratch_dsn, out, e))
		return false;
	if (!pg_parts_get(out, "service"))
		return true;
	pg_parts_free(out);
	return err_set(e, ERR_CONFIG,
		"a scratch server cannot be given as a service, which may name "
		"a database of its own: write host, port and user instead");
}

bool
place_check(const char *scratch_dsn, struct err *e)
{
	struct pg_parts parts;

	if (!*scratch_dsn)
		return err_set(e, ERR_CONFIG,
			"it is empty: say which server it is, as in "
			"\"host=/run/scratch "
			"user=pgdriftd_scratch\"");
	if (!parts_of(scratch_dsn, &parts, e))
		return false;
	pg_parts_free(&parts);
	return true;
}

bool
place_of(const char *scratch_dsn, const char *name, struct place *out, struct err *e)
{
	if (!parts_of(scratch_dsn, &out->parts, e))
		return false;
	/* The command does not get our own variables to see. */
	pg_parts_complete(&out->parts);
	pg_parts_set(&out->parts, "dbname", name);
	return true;
}

void
place_free(struct place *p)
{
	pg_parts_free(&p->parts);
}

void
place_set_user(struct place *p, const char *user)
{
	if (!pg_parts_get(&p->parts, "user"))
		pg_parts_set(&p->parts, "user", user);
}

/* ---- URL ---- */

static void
add_encoded(struct strbuf *b, const char *s)
{
	for (; *s; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s))
			strbuf_addc(b, *s);
		else
			strbuf_printf(b, "%%%02X", (unsigned char)*s);
}

static void
add_parameter(struct strbuf *b, const char *name, const char *value)
{
	strbuf_addc(b, strchr(b->s, '?') ? '&' : '?');
	strbuf_printf(b, "%s=", name);
	add_encoded(b, value);
}

static bool
is_of_libpq(const char *driver)
{
	return !*driver || !strncmp(driver, "psycopg", 7);
}

/* What else libpq takes, and has no variable for; a secret is in place_dsn() alone. */
static void
add_others(struct strbuf *b, const struct place *p)
{
	for (size_t i = 0; i < p->parts.n; i++) {
		const struct pg_part *part = &p->parts.v[i];

		if (part->value && !part->variable &&
			!pg_keyword_is_secret(part->keyword))
			add_parameter(b, part->keyword, part->value);
	}
}

static void
add_user(struct strbuf *b, const struct place *p, bool with_password)
{
	const char *user = pg_parts_get(&p->parts, "user");
	const char *password = pg_parts_get(&p->parts, "password");

	if (!user)
		return;
	add_encoded(b, user);
	if (password && with_password) {
		strbuf_addc(b, ':');
		add_encoded(b, password);
	}
	strbuf_addc(b, '@');
}

static bool
is_socket(const char *host)
{
	return *host == '/' || *host == '@';
}

char *
place_url(const struct place *p, const char *driver, bool with_password)
{
	const char *host = pg_parts_get(&p->parts, "host");
	const char *port = pg_parts_get(&p->parts, "port");
	bool plain =
		host && *host && !strchr(host, ',') && (!port || !strchr(port, ','));
	bool remote = plain && !is_socket(host);
	struct strbuf b = {0};

	driver = driver ? driver : "";
	strbuf_printf(&b, "postgresql%s%s://", *driver ? "+" : "", driver);
	add_user(&b, p, with_password);
	if (remote)
		strbuf_printf(&b, strchr(host, ':') ? "[%s]" : "%s", host);
	if (remote && port && *port)
		strbuf_printf(&b, ":%s", port);
	strbuf_addc(&b, '/');
	add_encoded(&b, pg_parts_get(&p->parts, "dbname"));
	if (plain && !remote) {
		add_parameter(&b, "host", host);
		if (port && *port)
			add_parameter(&b, "port", port);
	}
	if (is_of_libpq(driver))
		add_others(&b, p);
	return strbuf_take(&b);
}

char *
place_dsn(const struct place *p)
{
	struct strbuf b = {0};

	pg_parts_print(&p->parts, &b);
	return strbuf_take(&b);
}

void
place_env(const struct place *p, struct strvec *out)
{
	for (size_t i = 0; i < p->parts.n; i++) {
		const struct pg_part *part = &p->parts.v[i];

		if (part->value && part->variable)
			strvec_take(
				out, xasprintf("%s=%s", part->variable, part->value));
	}
}
