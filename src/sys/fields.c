/* Apart from the journal itself, so that it is tested without one. */
#include "sys/fields.h"

#include "base/mem.h"
#include "base/text.h"

/* Journal field names are [A-Z0-9_] (systemd.journal-fields(7)). */
static void
add_name(struct strbuf *out, const char *key)
{
	for (; *key; key++) {
		if (*key >= 'a' && *key <= 'z')
			strbuf_addc(out, (char)(*key - 'a' + 'A'));
		else if ((*key >= 'A' && *key <= 'Z') || (*key >= '0' && *key <= '9'))
			strbuf_addc(out, *key);
		else
			strbuf_addc(out, '_');
	}
}

static void
add_field(struct strvec *out, const char *prefix, const char *key, const char *value)
{
	struct strbuf b = {0};

	strbuf_add(&b, prefix);
	add_name(&b, key);
	strbuf_addc(&b, '=');
	text_visible(&b, value, 0, "");
	strvec_take(out, strbuf_take(&b));
}

void
fields_of(const struct log_record *r, struct strvec *out)
{
	add_field(out, "", "MESSAGE", r->text ? r->text : r->msg);
	strvec_take(out, xasprintf("PRIORITY=%d", (int)r->level));
	strvec_add(out, "SYSLOG_IDENTIFIER=pgdriftd");
	if (r->message_id)
		add_field(out, "", "MESSAGE_ID", r->message_id);
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].value)
			add_field(
				out, "PGDRIFTD_", r->fields[i].key, r->fields[i].value);
}
