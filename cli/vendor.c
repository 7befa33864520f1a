/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who made an interface: the system's list is read into memory and sorted. The lists of IEEE
 * ("MA-S,70B3D5123,Name,.." and "00-00-0C   (hex)  Cisco"), Nmap ("00000C Cisco") and Wireshark
 * ("00:1B:C5:00:00:00/36<tab>Short<tab>Name") are alike enough for one reader.
 */
#include "tool.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct vendor {
    uint64_t prefix; /* in the upper `bits` of 48 */
    unsigned bits;
    const char *name;
};

struct vendors {
    struct vendor *list;
    size_t n, cap;
    char *text;
    size_t len; /* of the text */
};

/* The first that is there; the parts of one list are all read. */
static const char *const places[] = {
    "/usr/share/ieee-data/oui36.csv",    "/usr/share/ieee-data/mam.csv",
    "/usr/share/ieee-data/iab.csv",      "/usr/share/ieee-data/oui.csv",
    "/usr/share/ieee-data/oui.txt",      "/var/lib/ieee-data/oui.txt",
    "/usr/share/nmap/nmap-mac-prefixes", "/usr/share/arp-scan/ieee-oui.txt",
    "/usr/share/wireshark/manuf",
};

enum { PARTS = 4, MOST = 64 << 20, CHUNK = 1 << 20 }; /* bytes of a list */

/* Add a file to the text, whose last byte is a NUL; what cannot be read is left out. */
static void read_file(struct vendors *vendors, const char *path)
{
    FILE *file = fopen(path, "r");
    size_t got = 1;

    while (file && got && vendors->len < MOST) {
        char *more = realloc(vendors->text, vendors->len + CHUNK + 1);
        if (!more)
            break;
        vendors->text = more;
        got = fread(vendors->text + vendors->len, 1, CHUNK, file);
        vendors->len += got;
        vendors->text[vendors->len] = 0;
    }
    if (file)
        fclose(file);
}

/* The digits of an address at the beginning of a line, and what follows; NULL: there are too few. */
static char *read_prefix(char *line, struct vendor *vendor)
{
    unsigned digits = 0;

    vendor->prefix = 0;
    for (; isxdigit((unsigned char)*line) || (*line && strchr(":-.", *line)); line++) {
        if (strchr(":-.", *line))
            continue;
        if (++digits > 12)
            return NULL;
        char digit[2] = { *line };
        vendor->prefix = vendor->prefix << 4 | strtoul(digit, NULL, 16);
    }
    if (digits < 6)
        return NULL;
    vendor->prefix <<= 48 - digits * 4;
    vendor->bits = digits * 4;
    if (*line == '/')
        vendor->bits = (unsigned)strtoul(line + 1, &line, 10);
    return vendor->bits && vendor->bits <= 48 && (isspace((unsigned char)*line) || *line == ',')
               ? line
               : NULL;
}

/* A value of CSV, perhaps in quotes, which are doubled inside. */
static char *read_value(char *at)
{
    bool quoted = *at == '"';
    char *to = at, *from = at + quoted;

    for (; *from && (quoted ? *from != '"' || from[1] == '"' : *from != ','); from++) {
        from += quoted && *from == '"';
        *to++ = *from;
    }
    *to = 0;
    return at;
}

/* Cut what stands behind the name, and find its beginning. */
static char *read_name(char *at)
{
    char *tab;

    if (*at == ',')
        return read_value(at + 1);
    at += strspn(at, " \t");
    if (!strncmp(at, "(base 16)", 9))
        return "";
    if (!strncmp(at, "(hex)", 5))
        at += 5;
    at += strspn(at, " \t");
    return (tab = strrchr(at, '\t')) && tab[1] ? tab + 1 : at;
}

static bool read_line(char *line, struct vendor *vendor)
{
    static const char *const registries[] = { "MA-L,", "MA-M,", "MA-S,", "IAB," };

    for (size_t i = 0; i < sizeof registries / sizeof *registries; i++)
        if (!strncmp(line, registries[i], strlen(registries[i])))
            line += strlen(registries[i]);
    line[strcspn(line, "\r")] = 0;
    line = read_prefix(line, vendor);
    if (!line)
        return false;
    vendor->name = read_name(line);
    vendor->prefix &= ~UINT64_C(0) << (48 - vendor->bits);
    return *vendor->name;
}

static int compare(const void *left, const void *right)
{
    const struct vendor *a = left, *b = right;

    if (a->bits != b->bits)
        return a->bits < b->bits ? -1 : 1;
    return a->prefix < b->prefix ? -1 : a->prefix > b->prefix;
}

static bool add(struct vendors *vendors, const struct vendor *vendor)
{
    if (vendors->n == vendors->cap) {
        size_t cap = vendors->cap ? vendors->cap * 2 : 1024;
        struct vendor *list = realloc(vendors->list, cap * sizeof *list);
        if (!list)
            return false;
        vendors->list = list;
        vendors->cap = cap;
    }
    vendors->list[vendors->n++] = *vendor;
    return true;
}

struct vendors *vendors_open(void)
{
    struct vendors *vendors = calloc(1, sizeof *vendors);
    struct vendor vendor;
    char *rest;

    for (size_t i = 0; vendors && i < sizeof places / sizeof *places; i++)
        if (i < PARTS || !vendors->text)
            read_file(vendors, places[i]);
    if (!vendors || !vendors->text) {
        free(vendors);
        return NULL;
    }
    for (char *line = strtok_r(vendors->text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        if (read_line(line, &vendor) && !add(vendors, &vendor))
            break;
    if (vendors->n)
        qsort(vendors->list, vendors->n, sizeof *vendors->list, compare);
    return vendors;
}

const char *vendors_find(const struct vendors *vendors, const uint8_t mac[6])
{
    uint64_t whole = 0;

    for (int i = 0; i < 6; i++)
        whole = whole << 8 | mac[i];
    /* The longest first: a maker's part of a block that several share. */
    for (unsigned bits = 48; vendors && vendors->n && bits >= 8; bits -= 4) {
        struct vendor key = { .prefix = whole & ~UINT64_C(0) << (48 - bits), .bits = bits };
        const struct vendor *found = bsearch(&key, vendors->list, vendors->n, sizeof key, compare);
        if (found)
            return found->name;
    }
    return NULL;
}

void vendors_close(struct vendors *vendors)
{
    if (!vendors)
        return;
    free(vendors->list);
    free(vendors->text);
    free(vendors);
}
