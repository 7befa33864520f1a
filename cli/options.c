/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one table of shared options, and the reader of every option table. A subcommand's own
 * letters win over the shared ones, so that ping can have the letters that people know.
 */
#include "cli.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define AT(member) offsetof(struct cli_opts, member)

static const struct opt shared[] = {
    { 'o', "output", "FORMAT", OPT_TEXT, AT(output),
      "line, tree, expr, json, hex, dump, bytes or fields=IP.src,TCP.dport,..", OPT_OUTPUT, 0, 0 },
    { 'w', "write", "FILE", OPT_TEXT, AT(write),
      "write a capture file: pcapng if so named, else pcap; -: standard output", OPT_OUTPUT, 0, 0 },
    { 0, "rotate", "SIZE[:N]", OPT_TEXT, AT(rotate),
      "-w in files of 100M, 1h or 100M,1h each; :N for N in turn", OPT_OUTPUT, 0, 0 },
    { 0, "where", "FILTER", OPT_TEXT, AT(where),
      "only packets that match: TCP.dport == 80 and IP.ttl < 10", OPT_OUTPUT, 0, 0 },
    { 'c', "count", "N", OPT_NUMBER, AT(count), "end after N packets", OPT_COUNT, 1, UINT64_MAX },
    { 0, "colour", "WHEN", OPT_WHEN, AT(colour), "auto, always or never", OPT_OUTPUT, 0, 0 },
    { 0, "color", "WHEN", OPT_WHEN, AT(colour), NULL, OPT_OUTPUT, 0, 0 },
    { 0, "words", NULL, OPT_FLAG, AT(words), "JSON: the names of values beside the numbers",
      OPT_OUTPUT, 0, 0 },
    { 0, "json", "FILE", OPT_TEXT, AT(json),
      "packets from JSON Lines, as -o json writes them; -: standard input", OPT_BUILD, 0, 0 },
    { 0, "seed", "N", OPT_NUMBER, AT(seed), "random values: the same seed, the same packets",
      OPT_BUILD | OPT_SEED, 0, UINT64_MAX - 1 },
    { 0, "link", "TYPE", OPT_LINK, AT(link),
      "for -w: the link type of packets whose first layer has none", OPT_BUILD, 0, 0 },
    { 0, "pure", NULL, OPT_FLAG, AT(pure),
      "ask neither routes nor clock: the same bytes on every machine", OPT_PURE, 0, 0 },
    { 'i', "iface", "NAME", OPT_TEXT, AT(iface), "the interface; else the kernel's choice",
      OPT_CAPTURE | OPT_SEND | OPT_ANSWER | OPT_SCAN, 0, 0 },
    { 'f', "filter", "BPF", OPT_TEXT, AT(filter), "capture filter, in tcpdump's words",
      OPT_CAPTURE | OPT_ANSWER, 0, 0 },
    { 0, "timeout", "TIME", OPT_TIME, AT(timeout), "how long to wait: 500ms, 2, 1m",
      OPT_CAPTURE | OPT_ANSWER | OPT_SCAN, 0, 0 },
    { 0, "interval", "TIME", OPT_TIME, AT(interval), "from one packet to the next: 250us, 1",
      OPT_SEND | OPT_SCAN, 0, 0 },
    { 0, "rate", "N", OPT_RATE, AT(interval), "packets a second: 100, 10k, 1M", OPT_SEND | OPT_SCAN,
      0, 0 },
    { 0, "loop", NULL, OPT_FLAG, AT(loop), "all of it again and again, until ^C", OPT_SEND, 0, 0 },
    { 0, "source", "ADDR", OPT_ADDR, AT(source), "our address, where a packet leaves it open",
      OPT_SEND | OPT_SCAN, 0, 0 },
    { 0, "netns", "NAME", OPT_TEXT, AT(netns), "the network namespace to do it in",
      OPT_CAPTURE | OPT_SEND | OPT_ANSWER | OPT_PLACE | OPT_SCAN, 0, 0 },
    { 0, "retry", "N", OPT_NUMBER, AT(retry), "send a request without an answer N times again",
      OPT_ANSWER | OPT_SCAN, 0, 1000 },
    { 'X', "layers", "FILE", OPT_TEXTS, AT(layers),
      "layers of your own, declared in Lua; again for more", OPT_EVERY, 0, 0 },
    { 0, "user", "NAME", OPT_TEXT, AT(user), "whom root becomes; else the user behind sudo",
      OPT_EVERY, 0, 0 },
    { 'q', "quiet", NULL, OPT_FLAG, AT(quiet), "no remarks", OPT_EVERY, 0, 0 },
    { 'v', "verbose", NULL, OPT_LEVEL, AT(verbose), "tell more; -vv still more", OPT_EVERY, 0, 0 },
    { 'h', "help", NULL, OPT_FLAG, AT(help), "this help", OPT_EVERY, 0, 0 },
    OPT_END,
};

static bool taken(const struct cmd *cmd, const struct opt *opt)
{
    return opt->groups & (cmd->groups | OPT_EVERY);
}

/* Has the subcommand an option of that name of its own? */
static bool shadowed(const struct cmd *cmd, const struct opt *opt)
{
    for (const struct opt *own = cmd->own; own && own->name; own++)
        if (!strcmp(own->name, opt->name))
            return true;
    return false;
}

const struct opt *cli_option_next(const struct cmd *cmd, size_t *i)
{
    size_t own = 0;

    while (cmd->own && cmd->own[own].name)
        own++;
    while (*i < own + sizeof shared / sizeof *shared - 1) {
        size_t at = (*i)++;
        const struct opt *opt = at < own ? &cmd->own[at] : &shared[at - own];
        if (at < own || (taken(cmd, opt) && !shadowed(cmd, opt)))
            return opt;
    }
    return NULL;
}

const struct opt *cli_option_find(const struct cmd *cmd, char letter, const char *name, size_t n)
{
    const struct opt *opt;

    for (size_t i = 0; (opt = cli_option_next(cmd, &i));)
        if (name ? strlen(opt->name) == n && !memcmp(opt->name, name, n) : opt->letter == letter)
            return opt;
    return NULL;
}

bool cli_option_letter(const struct cmd *cmd, const struct opt *opt)
{
    return opt->letter && cli_option_find(cmd, opt->letter, NULL, 0) == opt;
}

static int unknown_option(const struct cmd *cmd, const char *arg, const char *name, size_t n)
{
    const char *names[64], *near;
    size_t count = 0;
    const struct opt *opt;
    char text[64];

    if (!name)
        return cli_usage(cmd, "%s has no option -%c", cmd->name, *arg);
    snprintf(text, sizeof text, "%.*s", (int)(n < 63 ? n : 63), name);
    for (const struct opt *row = shared; row->name; row++)
        if (!strcmp(row->name, text))
            return cli_usage(cmd, "%s takes no --%s", cmd->name, text);
    for (size_t i = 0; count < 64 && (opt = cli_option_next(cmd, &i));)
        names[count++] = opt->name;
    near = cli_near(text, names, count);
    if (near)
        return cli_usage(cmd, "%s has no option --%s; did you mean --%s?", cmd->name, text, near);
    return cli_usage(cmd, "%s has no option --%s", cmd->name, text);
}

/* ---- Values. */

/* A decimal number with at most nine places, scaled by a billion: 0.25 is 250000000. */
static const char *decimal(const char *text, const char **end, uint64_t *whole, uint64_t *billionth)
{
    uint64_t place = 100000000;

    *whole = *billionth = 0;
    if (!isdigit((unsigned char)*text) && *text != '.')
        return "is not a number";
    for (; isdigit((unsigned char)*text); text++) {
        uint64_t digit = (uint64_t)(*text - '0');
        if (*whole > (UINT64_MAX - digit) / 10)
            return "is too large";
        *whole = *whole * 10 + digit;
    }
    if (*text == '.') {
        if (!isdigit((unsigned char)*++text))
            return "is not a number";
        for (; isdigit((unsigned char)*text); text++, place /= 10)
            *billionth += (uint64_t)(*text - '0') * place;
    }
    *end = text;
    return NULL;
}

/* (whole + billionth / 10^9) * scale, whose places below one are dropped. */
static const char *scaled(uint64_t whole, uint64_t billionth, uint64_t scale, uint64_t *value)
{
    uint64_t part = scale >= 1000000000 ? billionth * (scale / 1000000000)
                                        : billionth * scale / 1000000000;

    if (whole > (UINT64_MAX - part) / scale)
        return "is too large";
    *value = whole * scale + part;
    return NULL;
}

/* k, M, G, or nothing. 0: something else. */
static uint64_t multiple(const char *unit)
{
    if (!*unit)
        return 1;
    switch (unit[1] ? 0 : unit[0]) {
    case 'k':
    case 'K': return 1000;
    case 'M': return 1000000;
    case 'G': return 1000000000;
    default: return 0;
    }
}

const char *cli_number(const char *text, uint64_t *value)
{
    const char *end = text, *wrong;
    uint64_t whole, billionth, scale;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && isxdigit((unsigned char)text[2])) {
        char *stop;
        if (strlen(text) > 18)
            return "is too large";
        *value = strtoull(text, &stop, 16);
        return *stop ? "is not a number" : NULL;
    }
    if ((wrong = decimal(text, &end, &whole, &billionth)))
        return wrong;
    if (!(scale = multiple(end)))
        return "is not a number; it may end in k, M or G";
    if (scale == 1 && memchr(text, '.', (size_t)(end - text)))
        return "is not a whole number";
    return scaled(whole, billionth, scale, value);
}

const char *cli_time(const char *text, int64_t *ns)
{
    static const struct {
        const char *name;
        uint64_t scale;
    } units[] = { { "", 1000000000 },
                  { "ns", 1 },
                  { "us", 1000 },
                  { "ms", 1000000 },
                  { "s", 1000000000 },
                  { "m", 60 * UINT64_C(1000000000) },
                  { "h", 3600 * UINT64_C(1000000000) } };
    const char *end = text, *wrong;
    uint64_t whole, billionth, value;

    if ((wrong = decimal(text, &end, &whole, &billionth)))
        return wrong;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(end, units[i].name))
            continue;
        if ((wrong = scaled(whole, billionth, units[i].scale, &value)))
            return wrong;
        if (value > INT64_MAX / 4)
            return "is too large";
        *ns = (int64_t)value;
        return NULL;
    }
    return "is not a time; its unit may be ns, us, ms, s, m or h";
}

/* Packets a second, as the time from one to the next. */
static const char *rate(const char *text, int64_t *ns)
{
    const char *end = text, *wrong;
    uint64_t whole, billionth, scale, micro;

    if ((wrong = decimal(text, &end, &whole, &billionth)))
        return wrong;
    if (!(scale = multiple(end)))
        return "is not a rate; it may end in k, M or G";
    if ((wrong = scaled(whole, billionth, scale * 1000000, &micro)))
        return wrong;
    if (!micro)
        return "is no rate: at least 0.000001";
    *ns = (int64_t)(1000000000000000 / micro);
    return NULL;
}

static const char *link_type(const char *text, int *link)
{
    uint64_t number;

    if ((*link = clv_link_number(text)) >= 0)
        return NULL;
    if (cli_number(text, &number) || number > 65535)
        return "is not a link type: a name such as EN10MB or RAW, or a number up to 65535";
    *link = (int)number;
    return NULL;
}

static const char *address(const char *text, struct clv_addr *addr)
{
    addr->len = inet_pton(AF_INET, text, addr->bytes) == 1    ? 4
                : inet_pton(AF_INET6, text, addr->bytes) == 1 ? 16
                                                              : 0;
    return addr->len ? NULL : "is no IPv4 or IPv6 address";
}

static const char *when(const char *text, bool *flag)
{
    const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

    if (!strcmp(text, "always"))
        *flag = true;
    else if (!strcmp(text, "never"))
        *flag = false;
    else if (!strcmp(text, "auto"))
        *flag = isatty(STDOUT_FILENO) && !(none && *none) && term && strcmp(term, "dumb") != 0;
    else
        return "is not auto, always or never";
    return NULL;
}

static const char *text_add(const char *value, struct cli_texts *to)
{
    if (to->n == CLI_TEXTS)
        return "is one too many";
    to->at[to->n++] = value;
    return NULL;
}

static const char *option_store(const struct opt *opt, void *to, const char *value)
{
    switch (opt->kind) {
    case OPT_FLAG: *(bool *)to = true; return NULL;
    case OPT_LEVEL: ++*(int *)to; return NULL;
    case OPT_TEXT: *(const char **)to = value; return NULL;
    case OPT_TEXTS: return text_add(value, to);
    case OPT_NUMBER: return cli_number(value, to);
    case OPT_TIME: return cli_time(value, to);
    case OPT_RATE: return rate(value, to);
    case OPT_LINK: return link_type(value, to);
    case OPT_ADDR: return address(value, to);
    case OPT_WHEN: return when(value, to);
    }
    return NULL;
}

/* false: the value is outside the row's limits. */
static bool limits_hold(const struct opt *opt, const void *to)
{
    uint64_t value;

    if (!opt->most || (opt->kind != OPT_NUMBER && opt->kind != OPT_TIME))
        return true;
    value = opt->kind == OPT_TIME ? (uint64_t) * (const int64_t *)to : *(const uint64_t *)to;
    return value >= opt->least && value <= opt->most;
}

/* A limit in the option's own words: times in seconds. */
static const char *limit_text(const struct opt *opt, uint64_t limit, char *text, size_t n)
{
    if (opt->kind == OPT_TIME)
        snprintf(text, n, "%gs", (double)limit / 1e9);
    else
        snprintf(text, n, "%llu", (unsigned long long)limit);
    return text;
}

static bool option_take(struct cli *cli, const struct opt *opt, const char *value)
{
    bool own = !opt->groups;
    void *to = (char *)(own ? cli->own : (void *)&cli->opt) + opt->at;
    const char *wrong = option_store(opt, to, value);
    char least[32], most[32];

    if (wrong) {
        cli_usage(cli->cmd, "--%s %s: '%s' %s", opt->name, opt->arg, value, wrong);
        return false;
    }
    if (limits_hold(opt, to))
        return true;
    limit_text(opt, opt->least, least, sizeof least);
    limit_text(opt, opt->most, most, sizeof most);
    if (opt->most == UINT64_MAX)
        cli_usage(cli->cmd, "--%s %s is less than %s", opt->name, value, least);
    else
        cli_usage(cli->cmd, "--%s %s is outside %s..%s", opt->name, value, least, most);
    return false;
}

/* ---- Reading argv. */

struct reading {
    int argc, i;
    char **argv;
};

static bool value_next(struct cli *cli, struct reading *in, const struct opt *opt, char **value)
{
    if (in->i + 1 < in->argc) {
        *value = in->argv[++in->i];
        return true;
    }
    cli_usage(cli->cmd, "--%s needs a value: %s", opt->name, opt->arg);
    return false;
}

static bool long_option(struct cli *cli, struct reading *in, char *text)
{
    char *value = strchr(text, '=');
    size_t n = value ? (size_t)(value - text) : strlen(text);
    const struct opt *opt = cli_option_find(cli->cmd, 0, text, n);

    if (!opt) {
        unknown_option(cli->cmd, text, text, n);
        return false;
    }
    if (value && !opt->arg) {
        cli_usage(cli->cmd, "--%s takes no value", opt->name);
        return false;
    }
    if (value)
        value++;
    else if (opt->arg && !value_next(cli, in, opt, &value))
        return false;
    return option_take(cli, opt, value);
}

/* -qv, -c5, -c 5 */
static bool short_options(struct cli *cli, struct reading *in, char *text)
{
    for (; *text; text++) {
        const struct opt *opt = cli_option_find(cli->cmd, *text, NULL, 0);
        char *value = NULL;
        if (!opt) {
            unknown_option(cli->cmd, text, NULL, 0);
            return false;
        }
        if (opt->arg) {
            if (text[1])
                value = text + 1;
            else if (!value_next(cli, in, opt, &value))
                return false;
        }
        if (!option_take(cli, opt, value))
            return false;
        if (opt->arg)
            break;
    }
    return true;
}

/* What nobody gave; UINT64_MAX is no seed that could be. */
static void seed_settle(struct cli_opts *opt)
{
    if (opt->seed != UINT64_MAX)
        return;
    opt->seed = 0;
    if (!opt->pure && getrandom(&opt->seed, sizeof opt->seed, 0) < 0)
        opt->seed = (uint64_t)clv_now();
    opt->seed >>= 1; /* room to count */
}

bool cli_options(struct cli *cli, int *argc, char **argv)
{
    struct reading in = { *argc, 0, argv };
    int operands = 0;
    bool only_operands = false;

    when("auto", &cli->opt.colour);
    cli->opt.link = -1;
    cli->opt.seed = UINT64_MAX;
    cli->opt.timeout = cli->opt.interval = -1;
    for (; in.i < in.argc; in.i++) {
        char *text = argv[in.i];
        if (only_operands || text[0] != '-' || !text[1]) {
            argv[operands++] = text;
            only_operands = only_operands || cli->cmd->hands_on;
        } else if (!strcmp(text, "--")) {
            only_operands = true;
        } else if (!(text[1] == '-' ? long_option(cli, &in, text + 2)
                                    : short_options(cli, &in, text + 1))) {
            return false;
        }
    }
    *argc = operands;
    seed_settle(&cli->opt);
    return true;
}

/* ---- Help. */

static void option_help(const struct cmd *cmd, const struct opt *opt)
{
    char left[64];
    int n = cli_option_letter(cmd, opt)
                ? snprintf(left, sizeof left, "-%c, --%s", opt->letter, opt->name)
                : snprintf(left, sizeof left, "    --%s", opt->name);

    if (opt->arg)
        snprintf(left + n, sizeof left - (size_t)n, " %s", opt->arg);
    printf("  %-22s  %s\n", left, opt->help);
}

void cli_help(const struct cmd *cmd)
{
    const struct opt *opt;

    printf("usage: cleave %s [OPTION...]%s%s\n%s.\n%s%s\n", cmd->name, *cmd->args ? " " : "",
           cmd->args, cmd->summary, cmd->more ? "\n" : "", cmd->more ? cmd->more : "");
    for (size_t i = 0; (opt = cli_option_next(cmd, &i));)
        if (opt->help)
            option_help(cmd, opt);
}
