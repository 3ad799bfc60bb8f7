/* Values of keys: from text to the members of conf.h's structs and back. */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "base/strbuf.h"
#include "conf/keys.h"

/* What stands behind a `=`. */
struct conf_value {
	const struct strvec *texts;
	const char *dir; /* that relative paths start from */
	bool is_known;   /* was taken before, or is another's: do not look for files */
	bool by_hand;    /* what is said of a file that cannot be read may be so for
			    another user, or the service */
};

struct conf_type {
	const char *word; /* of a value, for the manual page */
	bool is_list;
	bool is_bare;  /* shown without quotes */
	bool is_block; /* of "NAME=VALUE": written NAME { NAME = VALUE … } */
	/* Store into the block's struct at `base`, whose member is clear; false with
	 * `why` filled: a sentence about the value, without the key's name. */
	bool (*parse)(const struct conf_key *k, const struct conf_value *v, void *base,
		struct strbuf *why);
	/* Append the texts that parse() would read back; none: not set. */
	void (*format)(const struct conf_key *k, const void *base, struct strvec *out);
	/* Free what parse() stored, zero the member. */
	void (*clear)(const struct conf_key *k, void *base);
};

extern const struct conf_type type_duration, type_size, type_percent, type_integer,
	type_boolean, type_text, type_choice, type_path, type_list, type_paths,
	type_listen, type_head, type_expect, type_capture, type_table, type_labels,
	type_label_names, type_external, type_mode, type_words;

/* Replace what is there; false with `why` filled, and the default is there then. */
bool conf_value_set(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why) MUST_CHECK;
/* Put back what k->type->format() gave of a key of the same type and limits. */
void
conf_value_restore(const struct conf_key *k, const struct strvec *texts, void *base);
/* Fill a zeroed struct of that block with the defaults of the table. */
void conf_value_defaults(enum conf_block b, void *base);
void conf_value_clear_all(enum conf_block b, void *base);
bool conf_value_equal(const struct conf_key *k, const void *a, const void *b);

/* True if it is one of k->choices; false with `why` filled. */
bool conf_value_is_choice(const struct conf_key *k, const char *s, struct strbuf *why);

/* `path` if it is absolute, else below `dir`; the caller frees. */
char *conf_path_join(const char *dir, const char *path);

#endif
