/* SPDX-License-Identifier: BSD-2-Clause */
/* The names that --dns knows: one by one, or from a file like /etc/hosts. */
#include "answer.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Copied, in small letters, without the dot that may end it. false after a message. */
static bool name_add(struct cli *cli, struct names *names, const char *name, size_t n,
                     const struct clv_addr *addr)
{
    n -= n && name[n - 1] == '.';
    char *copy = clv_arena_take(cli->arena, n + 1);
    if (names->n == names->cap) {
        size_t cap = names->cap ? names->cap * 2 : 16;
        struct name *all = realloc(names->all, cap * sizeof *all);
        if (all) {
            names->all = all;
            names->cap = cap;
        }
    }
    if (!copy || names->n == names->cap) {
        cli_fail("out of memory: too many names");
        return false;
    }
    for (size_t i = 0; i < n; i++)
        copy[i] = (char)tolower((unsigned char)name[i]);
    copy[n] = 0;
    names->all[names->n] = (struct name){ copy, *addr, (uint32_t)names->n };
    names->n++;
    return true;
}

static bool address_read(const char *text, struct clv_addr *addr)
{
    *addr = (struct clv_addr){ .len = strchr(text, ':') ? 16 : 4 };
    return inet_pton(addr->len == 16 ? AF_INET6 : AF_INET, text, addr->bytes) == 1;
}

/* "ADDR NAME NAME # comment" */
static bool line_read(struct cli *cli, struct names *names, char *line, const char *path,
                      int number)
{
    char *rest = line, *word;
    struct clv_addr addr;

    line[strcspn(line, "#\r\n")] = 0;
    if (!(word = strtok_r(rest, " \t", &rest)))
        return true;
    if (!address_read(word, &addr)) {
        cli_fail("%s: line %d: '%s' is no address; a line is: 10.0.0.5 www.example.com", path,
                 number, word);
        return false;
    }
    while ((word = strtok_r(rest, " \t", &rest)))
        if (!name_add(cli, names, word, strlen(word), &addr))
            return false;
    return true;
}

static bool file_read(struct cli *cli, struct names *names, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    bool ok = true;

    if (!file) {
        cli_fail("--dns %s: %s; it is NAME=ADDRESS, or a file like /etc/hosts", path,
                 strerror(errno));
        return false;
    }
    for (int number = 1; ok && getline(&line, &room, file) > 0; number++)
        ok = line_read(cli, names, line, path, number);
    if (ok && ferror(file)) {
        cli_fail("%s: %s", path, strerror(errno));
        ok = false;
    }
    free(line);
    fclose(file);
    return ok;
}

static int compare(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    int by_name = strcmp(x->name, y->name);
    return by_name ? by_name : x->nth < y->nth ? -1 : x->nth > y->nth;
}

bool names_read(struct cli *cli, struct names *names, const struct cli_texts *given)
{
    for (unsigned i = 0; i < given->n; i++) {
        const char *text = given->at[i], *is = strchr(text, '=');
        struct clv_addr addr;
        if (!is) {
            if (!file_read(cli, names, text))
                return false;
            continue;
        }
        if (is == text || !address_read(is + 1, &addr)) {
            cli_usage(cli->cmd, "--dns %s: it is NAME=ADDRESS, or a file like /etc/hosts", text);
            return false;
        }
        if (!name_add(cli, names, text, (size_t)(is - text), &addr))
            return false;
    }
    if (names->n)
        qsort(names->all, names->n, sizeof *names->all, compare);
    return true;
}

size_t names_find(const struct names *names, const char *name, const struct name **first)
{
    size_t low = 0, high = names->n, n = 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(names->all[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = names->all + low;
    while (low + n < names->n && !strcmp(names->all[low + n].name, name))
        n++;
    return n;
}

void names_free(struct names *names)
{
    free(names->all);
}
