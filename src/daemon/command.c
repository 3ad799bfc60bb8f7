/* What all commands say in the same way. */
#include "daemon/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

static void PRINTF_LIKE(1, 0) complain(const char *fmt, va_list ap)
{
	char *text = xvasprintf(fmt, ap);

	fflush(stdout);
	fprintf(stderr, "pgdriftd: %s\n", text);
	free(text);
}

int
command_usage(const struct command *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	fprintf(stderr, "Try 'pgdriftd %s --help'.\n", c->name);
	return EXIT_USAGE;
}

int
command_fail(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	return status;
}

bool
command_format(const char *word, unsigned extra, enum output_format *out)
{
	static const char *const words[] = {
		[FORMAT_TEXT] = "text",
		[FORMAT_JSON] = "json",
		[FORMAT_NAGIOS] = "nagios",
		[FORMAT_GITHUB] = "github",
		[FORMAT_SARIF] = "sarif",
	};
	const unsigned allowed = extra | 1u << FORMAT_TEXT | 1u << FORMAT_JSON;

	for (unsigned i = 0; i < COUNT_OF(words); i++)
		if ((allowed & 1u << i) && !strcmp(words[i], word)) {
			*out = (enum output_format)i;
			return true;
		}
	return false;
}

/* no-color.org: any value of NO_COLOR but the empty one counts. */
bool
command_color(const char *word, FILE *to, bool *out)
{
	const char *no = getenv("NO_COLOR");

	if (!word || !strcmp(word, "auto"))
		*out = isatty(fileno(to)) && !(no && *no);
	else if (!strcmp(word, "always"))
		*out = true;
	else if (!strcmp(word, "never"))
		*out = false;
	else
		return false;
	return true;
}

void
command_conf_errors(const struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->warnings.n; i++)
		command_fail(0, "warning: %s", errors->warnings.v[i]);
	for (size_t i = 0; i < errors->messages.n; i++)
		command_fail(0, "%s", errors->messages.v[i]);
}

struct conf *
command_conf(const struct cli *cli)
{
	struct conf_errors errors = {0};
	struct conf *c = conf_load(cli->config_path, &errors);

	command_conf_errors(&errors);
	conf_errors_free(&errors);
	return c;
}
