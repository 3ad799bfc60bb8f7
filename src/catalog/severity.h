/* How severe a difference is, by what it does to statements that worked; most of it is
 * in the kinds table, here is what depends on values. */
#ifndef CATALOG_SEVERITY_H
#define CATALOG_SEVERITY_H

#include "catalog/snapshot.h"

/* Of `o` of snapshot `s`, which the other side lacks; `missing`: it was expected. */
enum severity
severity_alone(const struct snapshot *s, const struct object *o, bool missing);
/* Of a property that differs between two objects of one kind. */
enum severity severity_changed(const struct property *p, const struct object *expected,
	const struct object *found);

/* ---- For the kinds table: of an object on one side only ---- */

/* Breaking where rows of it are rows of another table. */
enum severity severity_child(const struct snapshot *s, const struct object *o);
/* Breaking where an INSERT has to name it. */
enum severity severity_column(const struct snapshot *s, const struct object *o);
/* Breaking unless nothing enforces it. */
enum severity severity_constraint(const struct snapshot *s, const struct object *o);
/* Breaking where it is unique. */
enum severity severity_index(const struct snapshot *s, const struct object *o);
/* Breaking where others of the same name are there: a call may mean it now. */
enum severity severity_overload(const struct snapshot *s, const struct object *o);
/* Of a trigger, rule, event trigger or subscription: breaking unless disabled. */
enum severity severity_enabled(const struct snapshot *s, const struct object *o);
/* Breaking where the table has row security on. */
enum severity severity_policy(const struct snapshot *s, const struct object *o);
/* Breaking where it makes UPDATE or DELETE want a replica identity. */
enum severity severity_publication(const struct snapshot *s, const struct object *o);
/* Breaking where an expression that has no cast, or is text, may mean it. */
enum severity severity_cast(const struct snapshot *s, const struct object *o);
/* Of privileges that nobody has any more: breaking unless PUBLIC has them. */
enum severity severity_grant(const struct snapshot *s, const struct object *o);

/* ---- For the kinds table: of a changed property ---- */

/* Persistence: breaking where rows or numbers are now lost in a crash. */
enum severity severity_persistence(const struct object *a, const struct object *b);
/* Of an index: breaking if it is unique, before or now. */
enum severity severity_uniqueness(const struct object *a, const struct object *b);
/* Breaking where what was checked may not hold now. */
enum severity severity_validated(const struct object *a, const struct object *b);
enum severity
severity_not_null_validated(const struct object *a, const struct object *b);
/* Breaking where the index cannot be used any more. */
enum severity severity_index_valid(const struct object *a, const struct object *b);
/* Labels of an enum: additive where all are there, in the same order. */
enum severity severity_labels(const struct object *a, const struct object *b);
/* Breaking where the materialized view has no rows to give. */
enum severity severity_populated(const struct object *a, const struct object *b);
/* Breaking where more is promised than before, so that workers run it. */
enum severity severity_parallel(const struct object *a, const struct object *b);
/* Of a policy: breaking where the table has row security on. */
enum severity severity_of_policy(const struct object *a, const struct object *b);
/* Breaking where anybody may do less. */
enum severity severity_privileges(const struct object *a, const struct object *b);

#endif
