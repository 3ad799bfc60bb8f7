/* Templates: environments that stand for as many as are found on a server, and the
 * configuration that comes of it. */
#ifndef CONF_DISCOVERED_H
#define CONF_DISCOVERED_H

#include "conf/conf.h"

/* What was found for the template of that name: names as the server has them. */
struct conf_found {
	const char *template;
	const struct strvec *names;
};

/* True if it is one: not watched itself. */
bool conf_is_template(const struct conf_environment *e);
bool conf_has_templates(const struct conf *c);
/* True if `name` is one that it stands for: of its discover_match the last glob that
 * matches decides, and one that begins with `!` takes back. */
bool conf_template_wants(const struct conf_environment *t, const char *name);
/* True if it stands for schemas of one database, not for databases. */
bool conf_template_of_schemas(const struct conf_environment *t);
/* NULL, or why `name` cannot be watched, which the caller frees: globs and mappings
 * hold no such characters. */
char *conf_template_refuses(const struct conf_environment *t, const char *name);

/* What of a name of a server may be part of a name of an environment stays, other bytes
 * are %XX: one line of ASCII, and another one for each name.  The caller frees. */
char *conf_name_escape(const char *name);
/* NULL unless it is what that writes.  The caller frees. */
char *conf_name_read(const char *escaped);
/* TEMPLATE/NAME, the latter as conf_name_escape() writes it.  The caller frees. */
char *conf_discovered_name(const char *template, const char *name);
/* The name of an environment that a key of `e` gives, as that of `name` has it: if `e`
 * is a template, with the name in it.  The caller frees. */
char *
conf_name_filled(const struct conf_environment *e, const char *text, const char *name);
/* The template of `c` that an environment of that name comes of, and in *name as what
 * the server has it, which the caller frees (`name` may be NULL).  NULL: it is of no
 * such form. */
const struct conf_environment *
conf_template_of(const struct conf *c, const char *environment, char **name);
/* The same connection string, URI or keywords, for another database; the caller frees.
 */
char *conf_dsn_of_database(const char *dsn, const char *database);

/* A configuration of its own in which environments stand in the place of each template:
 * one of each name that `found` has of it, in their order.  Whatever else there is in
 * `base` is copied. */
struct conf *
conf_expand(const struct conf *base, const struct conf_found *found, size_t n);
/* The same without asking anybody, with those of `names` that are of such a form, and
 * of what they refer to; others are left aside. */
struct conf *conf_expand_named(const struct conf *base, const struct strvec *names);

#endif
