/* Files with secrets are read again at each message, as they may be exchanged at any
 * time, and are not kept. */
#include "receivers/post.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "conf/receiver.h"

enum { MOST_BYTES = 64 * 1024, MOST_CA_BYTES = 16 << 20 };

static void
forget(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

/* Its one line, without what is blank around it; NULL: there is none, or more. */
static char *
read_line(const char *path)
{
	struct strbuf text = {0};
	char *line = NULL, *begin;
	struct err e;
	size_t n;

	if (!file_read(path, MOST_BYTES, &text, &e))
		return NULL;
	begin = text.s ? text.s + strspn(text.s, " \t\r\n") : NULL;
	n = begin ? strcspn(begin, "\r\n") : 0;
	if (n && begin + n + strspn(begin + n, " \t\r\n") == text.s + text.len) {
		while (n && strchr(" \t", begin[n - 1]))
			n--;
		line = xstrndup(begin, n);
	}
	if (text.s)
		explicit_bzero(text.s, text.cap);
	strbuf_free(&text);
	return line;
}

static char *
read_url(const struct conf_receiver *r, const struct body_kind *k, struct answer *a)
{
	char *text = r->url_file ? read_line(r->url_file) : xstrdup(r->url);
	char *url = NULL;

	if (!text)
		a->trouble = TROUBLE_FILE;
	else if (receiver_url_wrong(text, k->path != NULL))
		a->trouble = TROUBLE_URL;
	else
		url = body_url(k, text);
	forget(text);
	return url;
}

struct delivery *
post_message(const struct post *p, const struct conf_receiver *r, struct message *m,
	struct answer *a)
{
	const struct body_kind *k = body_kind(r->kind);
	struct delivery *d = NULL;
	struct strbuf body = {0};
	char *authorization = NULL, *url;
	struct err e;

	*a = (struct answer){0};
	m->receiver = r->name;
	message_identify(m);
	url = read_url(r, k, a);
	if (url && r->authorization_file) {
		authorization = read_line(r->authorization_file);
		if (!authorization)
			a->trouble = TROUBLE_FILE;
	}
	/* It is libcurl that reads it, which would wait for whoever writes to a FIFO.
	 */
	if (r->ca_file && !file_check(r->ca_file, MOST_CA_BYTES, &e))
		a->trouble = TROUBLE_FILE;
	if (a->trouble == TROUBLE_NONE) {
		k->write(m, &body);
		d = sender_post(p->sender,
			&(struct parcel){.url = url,
				.authorization = authorization,
				.ca_file = r->ca_file,
				.id = m->id,
				.body = body.s,
				.timeout_ms = r->timeout_ms},
			p->done, p->arg);
	}
	strbuf_free(&body);
	forget(authorization);
	forget(url);
	return d;
}
