#include "tests/unit/http/library.h"

#include "tests/unit/unit.h"

#include <link.h>
#include <stdint.h>
#include <string.h>

/* What the library calls by a name that the dynamic linker looks up. */
struct lookups {
	ElfW(Addr) base;
	const ElfW(Sym) * symbols;
	const char *names;
	const char *relocations;
	size_t bytes, entry;
};

/* The C library has made addresses of the pointers, but not on every machine. */
static const void *
address_of(ElfW(Addr) base, ElfW(Addr) pointer)
{
	return (const void *)(pointer < base ? base + pointer : pointer);
}

static void
note_entry(struct lookups *l, const ElfW(Dyn) * d)
{
	const void *at = address_of(l->base, d->d_un.d_ptr);

	if (d->d_tag == DT_SYMTAB)
		l->symbols = at;
	else if (d->d_tag == DT_STRTAB)
		l->names = at;
	else if (d->d_tag == DT_JMPREL)
		l->relocations = at;
	else if (d->d_tag == DT_PLTRELSZ)
		l->bytes = d->d_un.d_val;
	else if (d->d_tag == DT_PLTREL)
		l->entry = d->d_un.d_val == DT_RELA ? sizeof(ElfW(Rela))
						    : sizeof(ElfW(Rel));
}

static bool
looks_up(const struct lookups *l, const char *name)
{
	for (size_t i = 0; l->entry && i + l->entry <= l->bytes; i += l->entry) {
		/* The info is at the same place in both kinds. */
		const ElfW(Rel) *r = (const void *)(l->relocations + i);
		size_t symbol = sizeof r->r_info == 8
					? (size_t)((uint64_t)r->r_info >> 32)
					: (size_t)(r->r_info >> 8);

		if (!strcmp(l->names + l->symbols[symbol].st_name, name))
			return true;
	}
	return false;
}

static int
look_at_object(struct dl_phdr_info *o, size_t size, void *arg)
{
	struct lookups l = {.base = o->dlpi_addr};
	bool *asks = arg;

	(void)size;
	if (!strstr(o->dlpi_name, "libmicrohttpd"))
		return 0;
	for (size_t i = 0; i < o->dlpi_phnum; i++) {
		const ElfW(Dyn) *d =
			(const void *)(o->dlpi_addr + o->dlpi_phdr[i].p_vaddr);

		for (; o->dlpi_phdr[i].p_type == PT_DYNAMIC && d->d_tag != DT_NULL; d++)
			note_entry(&l, d);
	}
	*asks = looks_up(&l, "MHD_queue_response");
	return 1;
}

bool
library_asks(void)
{
	bool asks = false;

	if (!dl_iterate_phdr(look_at_object, &asks))
		fail_msg("there is no libmicrohttpd");
	return asks;
}
