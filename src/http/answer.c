/* See answer.h. */
#include "http/answer.h"

#include <stdlib.h>

#include "base/mem.h"

const char answer_type_json[] = "application/json";
const char answer_type_text[] = "text/plain; charset=utf-8";

static const struct {
	int status;
	const char *phrase;
} phrases[] = {
	{200, "OK"},
	{202, "Accepted"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{409, "Conflict"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
};

const char *
answer_phrase(int status)
{
	for (size_t i = 0; i < COUNT_OF(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Error";
}

void
answer_json(struct answer *a, int status, cJSON *document)
{
	char *text = json_print(document);

	cJSON_Delete(document);
	a->status = status;
	a->type = answer_type_json;
	strbuf_add(&a->body, text);
	strbuf_addc(&a->body, '\n');
	free(text);
}

void
answer_text(struct answer *a, int status, const char *text)
{
	a->status = status;
	a->type = answer_type_text;
	strbuf_add(&a->body, text);
}

void
answer_problem(
	struct answer *a, int status, const char *instance, const char *detail, ...)
{
	cJSON *o = json_object();
	va_list ap;
	char *text;

	va_start(ap, detail);
	text = xvasprintf(detail, ap);
	va_end(ap);
	json_add_num(o, "schema_version", 1);
	json_add_str(o, "type", "about:blank");
	json_add_str(o, "title", answer_phrase(status));
	json_add_num(o, "status", status);
	json_add_str(o, "detail", text);
	if (instance)
		json_add_str(o, "instance", instance);
	answer_json(a, status, o);
	a->type = "application/problem+json";
	a->by_accept = true;
	a->detail = text;
}

void
answer_near(struct answer *a, const char *name)
{
	a->near = xstrdup_null(name);
}

void
answer_redirect(struct answer *a, const char *location)
{
	answer_text(a, 308, "see ");
	strbuf_printf(&a->body, "%s\n", location);
	answer_header(a, "Location", location);
}

void
answer_header(struct answer *a, const char *name, const char *value)
{
	free(a->header_value);
	a->header = name;
	a->header_value = xstrdup(value);
}

void
answer_fini(struct answer *a)
{
	strbuf_free(&a->body);
	rope_free(&a->pieces);
	free(a->header_value);
	free(a->validator);
	free(a->detail);
	free(a->near);
	a->header_value = a->validator = a->detail = a->near = NULL;
	a->header = NULL;
}
