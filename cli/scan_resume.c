/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scan in a file: a line for each argument, as it would be given, and how far it came. It is written
 * beside and put in place, so that there is always a whole one.
 */
#include "scan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENTS = 65536, HEAD = 3 /* lines */ };

/* ---- Writing. */

static void put(FILE *file, const char *name, const char *value)
{
    if (value)
        fprintf(file, "--%s=%s\n", name, value);
}

static void put_flag(FILE *file, const char *name, bool given)
{
    if (given)
        fprintf(file, "--%s\n", name);
}

uint64_t scan_resume_from(const struct scan *scan)
{
    uint64_t at = scan->marks[1] < scan->position ? scan->marks[1] : scan->position;

    return scan->floor < at ? scan->floor : at;
}

static void write_lines(const struct scan *scan, FILE *file, int argc, char **argv)
{
    const struct scan_opts *own = scan->own;
    const struct cli_opts *opt = &scan->cli->opt;
    char addr[HOST_ADDR], path[PATH_MAX];
    bool found = own->exclude_file && realpath(own->exclude_file, path);

    fprintf(
        file,
        "# cleave scan --resume THIS-FILE goes on with it\nposition %llu of %llu\nmark %016llx\n",
        (unsigned long long)scan_resume_from(scan), (unsigned long long)scan->end,
        (unsigned long long)scan_mark(scan));
    put(file, "ports", own->ports);
    put(file, "probe", scan->method->name);
    put(file, "exclude", own->exclude);
    put(file, "exclude-file", found ? path : own->exclude_file);
    fprintf(file, "--interval=%lldns\n--timeout=%lldns\n--retry=%llu\n--seed=%llu\n",
            (long long)scan->interval, (long long)scan->timeout, (unsigned long long)opt->retry,
            (unsigned long long)scan->seed);
    fprintf(file, "--shard=%llu/%llu\n", (unsigned long long)scan->shard,
            (unsigned long long)scan->shards);
    put(file, "iface", opt->iface);
    put(file, "source", opt->source.len ? scan_address(&opt->source, addr) : NULL);
    put(file, "netns", opt->netns);
    put(file, "output", own->output);
    put_flag(file, "groups", own->groups);
    put_flag(file, "yes", own->yes);
    put_flag(file, "ipv4", own->four);
    put_flag(file, "ipv6", own->six);
    for (int i = 0; i < opt->verbose; i++)
        put_flag(file, "verbose", true);
    fputs("--\n", file);
    for (int i = 0; i < argc; i++)
        fprintf(file, "%s\n", argv[i]);
}

bool scan_resume_write(struct scan *scan, int argc, char **argv)
{
    const char *path = scan->own->resume;
    char beside[PATH_MAX];

    if (!path)
        return true;
    snprintf(beside, sizeof beside, "%s.new", path);
    FILE *file = fopen(beside, "w");
    if (file)
        write_lines(scan, file, argc, argv);
    bool ok = file && !fflush(file) && !fsync(fileno(file));
    int sys = errno;
    if (file && fclose(file) && ok) {
        ok = false;
        sys = errno;
    }
    if (ok && !rename(beside, path))
        return true;
    scan_status_clear(scan);
    cli_fail("--resume %s: cannot be written: %s", path, strerror(ok ? errno : sys));
    if (file)
        unlink(beside);
    return false;
}

void scan_resume_done(const struct scan *scan)
{
    if (scan->own->resume)
        unlink(scan->own->resume);
}

/* ---- Reading. */

static bool damaged(const char *path, const char *why)
{
    cli_fail("--resume %s: %s", path, why);
    return false;
}

/* The first lines, which tell that it is one of ours. */
static bool read_place(struct scan *scan, FILE *file)
{
    struct scan_place *kept = &scan->kept;
    unsigned long long position, end, mark;

    if (fscanf(file, "# cleave scan %*[^\n] position %llu of %llu mark %llx", &position, &end,
               &mark) != 3 ||
        position > end)
        return false;
    *kept = (struct scan_place){ position, end, mark };
    return true;
}

/* The arguments, kept as long as cli->arena: what follows the place. */
static bool read_lines(struct scan *scan, FILE *file, int *argc, char **argv)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    bool ok = true;

    rewind(file);
    for (int head = HEAD; ok && (n = getline(&line, &cap, file)) > 0;) {
        if (line[n - 1] == '\n')
            line[--n] = 0;
        if (head-- > 0)
            continue;
        ok = *argc < ARGUMENTS && (argv[*argc] = clv_arena_take(scan->cli->arena, (size_t)n + 1));
        if (ok)
            memcpy(argv[(*argc)++], line, (size_t)n + 1);
    }
    free(line);
    return ok;
}

bool scan_resume_read(struct scan *scan, int *argc, char ***argv)
{
    struct scan_opts *own = scan->cli->own;
    struct cli_opts before = scan->cli->opt;
    const char *path = own->resume, *output = own->output;
    char **list = clv_arena_take(scan->cli->arena, (ARGUMENTS + 1) * sizeof *list);
    FILE *file = fopen(path, "r");
    int n = 0;

    if (!file)
        return damaged(path, strerror(errno));
    bool ok = list && read_place(scan, file) && read_lines(scan, file, &n, list);
    fclose(file);
    if (!ok)
        return damaged(path, "is no scan that can be gone on with");
    *own = (struct scan_opts){ .resume = NULL };
    if (!cli_options(scan->cli, &n, list))
        return damaged(path, "is no scan that can be gone on with");
    if (own->resume || own->dry_run || scan->cli->opt.help || !n)
        return damaged(path, "is no scan that can be gone on with");
    own->resume = path;
    /* What concerns the report alone, and the pace, may be other. */
    own->output = output ? output : own->output;
    if (before.interval >= 0)
        scan->cli->opt.interval = before.interval;
    scan->cli->opt.quiet = before.quiet;
    if (before.verbose)
        scan->cli->opt.verbose = before.verbose;
    *argc = n;
    *argv = list;
    return true;
}

bool scan_resume_place(struct scan *scan)
{
    if (scan->kept.end != scan->end || scan->kept.mark != scan_mark(scan))
        return damaged(scan->own->resume,
                       "its targets are not what they were: a name or the file of exclusions has "
                       "changed");
    scan->position = scan->marks[0] = scan->marks[1] = scan->kept.position;
    return true;
}

uint64_t scan_mark(const struct scan *scan)
{
    const uint64_t key[2] = { clv_ranges_mark(scan->ranges), scan->total };

    return clv_cookie(key, scan->ports, scan->nports * sizeof *scan->ports);
}
