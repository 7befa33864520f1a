/* SPDX-License-Identifier: BSD-2-Clause */
/* What is supported, as a table in Markdown: which protocols lie in which field's values. */
#include "text.h"

#include <string.h>

enum { STANDARDS = 3 };

/* Is the layer under this space? */
static bool lies_under(const struct clv_desc *d, const char *space)
{
    const struct clv_under *u = d->under;
    while (u && u->space && strcmp(u->space, space) != 0)
        u++;
    return u && u->space;
}

/* "RFC 9293 3.1" and "RFC 9293 3.2" are one standard. */
static size_t standard(const char *source)
{
    const char *blank = strchr(source, ' ');
    return blank ? (size_t)(blank + 1 - source) + strcspn(blank + 1, " ") : strlen(source);
}

/* Protocols of several standards, not the messages of one? */
static bool carries(const struct clv *clv, const char *space)
{
    const char *seen[STANDARDS];
    uint32_t n = 0;
    for (uint32_t i = 0; i < clv->n && n < STANDARDS; i++) {
        const struct clv_desc *d = clv->descs[i];
        bool new = d->source &&lies_under(d, space);
        for (uint32_t k = 0; new &&k < n; k++)
            new = standard(seen[k]) != standard(d->source) ||
                  strncmp(seen[k], d->source, standard(d->source)) != 0;
        if (new)
            seen[n++] = d->source;
    }
    return n == STANDARDS;
}

/* The first field whose values are keys of the space. */
static void print_carrier(const struct clv *clv, const char *space, struct clv_out *out)
{
    for (uint32_t i = 0; i < clv->n; i++) {
        const struct clv_desc *d = clv->descs[i];
        for (uint32_t r = 0; d->fields && d->fields[r].name; r++)
            if (d->fields[r].key && !strcmp(d->fields[r].key, space)) {
                clv_out_str(out, d->name);
                clv_out_chr(out, '.');
                clv_out_str(out, d->fields[r].name);
                return;
            }
    }
    clv_out_str(out, space);
}

/* How many layers of a space follow the same standard as this one, before it or from it on. */
static uint32_t alike(const struct clv *clv, const char *space, uint32_t i, uint32_t from,
                      uint32_t to)
{
    const char *source = clv->descs[i]->source;
    uint32_t n = 0;
    for (uint32_t k = from; source && k < to; k++) {
        const struct clv_desc *d = clv->descs[k];
        n += d->source && lies_under(d, space) && standard(d->source) == standard(source) &&
             !strncmp(d->source, source, standard(source));
    }
    return n;
}

static void print_carried(const struct clv *clv, const char *space, struct clv_out *out)
{
    const char *between = " | ";
    for (uint32_t i = 0; i < clv->n; i++) {
        const struct clv_desc *d = clv->descs[i];
        if (!lies_under(d, space) || alike(clv, space, i, 0, i))
            continue;
        clv_out_str(out, between);
        clv_out_str(out, d->name);
        uint32_t more = alike(clv, space, i, i + 1, clv->n);
        if (more) {
            clv_out_str(out, " (+");
            clv_out_dec(out, more);
            clv_out_chr(out, ')');
        }
        between = ", ";
    }
}

void clv_print_carriers(const struct clv *clv, struct clv_out *out)
{
    if (!clv_ready(clv, NULL))
        return;
    clv_out_str(out, "| carried by | layers |\n|---|---|\n");
    for (uint32_t s = 0; s < clv->nspaces; s++) {
        const char *space = clv->spaces[s].name;
        if (clv_space_lists(clv, space) || !carries(clv, space))
            continue;
        clv_out_str(out, "| ");
        if (s == clv->link)
            clv_out_str(out, "link types");
        else
            print_carrier(clv, space, out);
        print_carried(clv, space, out);
        clv_out_str(out, " |\n");
    }
    clv_out_str(out, "| all, with messages, options and records | ");
    clv_out_dec(out, clv->n);
    clv_out_str(out, " layers |\n");
}
