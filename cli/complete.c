/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may follow the words of a command line, out of the tables of subcommands, options and layers:
 * `cleave --complete WORD...` for the shells' own completion. It prints a line for each: the word, a
 * tab, what it is. "\tfiles" and "\thosts" say that files or hosts may stand there, too.
 */
#include "complete.h"
#include "script.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

void complete_offer(struct complete *c, size_t keep, const char *text, const char *end,
                    const char *about)
{
    const char *part = c->word + keep;

    if (strncasecmp(text, part, strlen(part)) != 0)
        return;
    c->last = c->out.len;
    c->n++;
    clv_out_mem(&c->out, c->word, keep);
    clv_out_str(&c->out, text);
    clv_out_str(&c->out, end);
    if (about) {
        clv_out_chr(&c->out, '\t');
        clv_out_safe(&c->out, about, strlen(about));
    }
    clv_out_chr(&c->out, '\n');
}

/* A kind of word that the shell knows better. */
static void offer_kind(struct complete *c, const char *kind)
{
    clv_out_chr(&c->out, '\t');
    clv_out_str(&c->out, kind);
    clv_out_chr(&c->out, '\n');
}

/* ---- Values of options. */

/* A value is one of these words, as the option's help lists them: "text or json", "hosts: auto, echo". */
static void offer_listed(struct complete *c, size_t keep, const char *help)
{
    while (*help) {
        char word[32];
        size_t n = strcspn(help, " ,;");
        if (n < sizeof word && n && strncmp(help, "or ", 3) && help[n - 1] != ':') {
            const char *sign = memchr(help, '=', n);
            snprintf(word, sizeof word, "%.*s", (int)(sign ? (size_t)(sign + 1 - help) : n), help);
            complete_offer(c, keep, word, "", NULL);
            n = sign ? strlen(help) : n;
        }
        help += n;
        help += strspn(help, " ,;");
    }
}

static void offer_ifaces(struct complete *c, size_t keep)
{
    struct clv_iface ifaces[256];
    int n = clv_iface_list(ifaces, 256, NULL);
    const char *comma = strrchr(c->word + keep, ',');

    keep = comma ? (size_t)(comma + 1 - c->word) : keep;
    for (int i = 0; i < n && i < 256; i++)
        complete_offer(c, keep, ifaces[i].name, "", NULL);
}

static void offer_netns(struct complete *c, size_t keep)
{
    DIR *dir = opendir("/run/netns");

    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (entry->d_name[0] != '.')
            complete_offer(c, keep, entry->d_name, "", NULL);
    if (dir)
        closedir(dir);
    offer_kind(c, "files");
}

static void offer_users(struct complete *c, size_t keep)
{
    for (struct passwd *user; (user = getpwent());)
        complete_offer(c, keep, user->pw_name, "", NULL);
    endpwent();
}

static void offer_links(struct complete *c, size_t keep)
{
    for (int i = 0; i < 1024; i++)
        if (clv_link_name(i))
            complete_offer(c, keep, clv_link_name(i), "", NULL);
}

static void offer_filter(struct complete *c, size_t keep)
{
    complete_filter(c, keep);
}

static void offer_files(struct complete *c, size_t keep)
{
    (void)keep;
    offer_kind(c, "files");
}

/* By the option's name, else by what help calls its value. */
static const struct {
    const char *name, *arg;
    void (*offer)(struct complete *c, size_t keep);
} values[] = { { "iface", NULL, offer_ifaces }, { "netns", NULL, offer_netns },
               { "user", NULL, offer_users },   { "dns", NULL, offer_files },
               { NULL, "FILE", offer_files },   { NULL, "FILTER", offer_filter },
               { NULL, "TYPE", offer_links } };

static void offer_value(struct complete *c, const struct opt *opt, size_t keep)
{
    static const char *const listed[] = { "FORMAT", "WHEN", "KIND" };

    if (!strcmp(opt->name, "output") && !strncmp(c->word + keep, "fields=", 7)) {
        const char *comma = strrchr(c->word, ',');
        complete_filter(c, comma ? (size_t)(comma + 1 - c->word) : keep + 7);
        return;
    }
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++)
        if (!strcmp(opt->arg, listed[i]) && opt->help)
            offer_listed(c, keep, opt->help);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (values[i].name ? !strcmp(opt->name, values[i].name)
                           : !strcmp(opt->arg, values[i].arg)) {
            values[i].offer(c, keep);
            return;
        }
}

/* ---- Options and operands. */

static void offer_options(struct complete *c, const struct cmd *cmd)
{
    const struct opt *opt;
    char text[64];

    for (size_t i = 0; (opt = cli_option_next(cmd, &i));) {
        if (!opt->help)
            continue;
        snprintf(text, sizeof text, "--%s", opt->name);
        complete_offer(c, 0, text, "", opt->help);
        snprintf(text, sizeof text, "-%c", opt->letter);
        if (cli_option_letter(cmd, opt) && strlen(c->word) < 3 && c->word[1] != '-')
            complete_offer(c, 0, text, "", opt->help);
    }
}

static void offer_script(void *user, const char *name)
{
    complete_offer(user, 0, name, "", "a script that comes with cleave");
}

static void offer_operands(struct complete *c, const struct cmd *cmd)
{
    if (!strcmp(cmd->args, "SCRIPT ..."))
        cli_script_names(offer_script, c);
    if (strstr(cmd->args, "LAYER"))
        complete_layers(c, 0, "");
    if (strstr(cmd->args, "EXPR"))
        complete_expr(c);
    if (strstr(cmd->args, "FILE") || strstr(cmd->args, "SCRIPT") ||
        (strstr(cmd->args, "EXPR") && !strpbrk(c->word, "({=")))
        offer_kind(c, "files");
    if (strstr(cmd->args, "HOST") || strstr(cmd->args, "TARGET") || strstr(cmd->args, "ADDR"))
        offer_kind(c, "hosts");
}

static void offer_commands(struct complete *c)
{
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cli_command(i)); i++)
        complete_offer(c, 0, cmd->name, "", cmd->summary);
    if (c->word[0] == '-') {
        complete_offer(c, 0, "--help", "", "the subcommands");
        complete_offer(c, 0, "--version", "", "which cleave this is");
    }
}

/* ---- The words before. */

struct before {
    const struct opt *open; /* the word is the value of this option */
    bool plain;             /* no options any more */
    bool theirs;            /* it is for a script */
};

static const struct opt *last_letter(const struct cmd *cmd, const char *text)
{
    const struct opt *opt = NULL;

    for (; *text; text++) {
        opt = cli_option_find(cmd, *text, NULL, 0);
        if (opt && opt->arg)
            return text[1] ? NULL : opt;
    }
    return NULL;
}

static struct before read_before(struct complete *c, const struct cmd *cmd, int argc, char **argv)
{
    struct before b = { 0 };

    for (int i = 0; i < argc; i++) {
        const char *text = argv[i];
        if (b.open) {
            if (!strcmp(b.open->name, "layers") && c->cli->opt.layers.n < CLI_TEXTS)
                c->cli->opt.layers.at[c->cli->opt.layers.n++] = text;
            b.open = NULL;
        } else if (b.plain || text[0] != '-' || !text[1]) {
            b.theirs = b.theirs || cmd->hands_on;
            b.plain = b.plain || cmd->hands_on;
        } else if (!strcmp(text, "--")) {
            b.plain = true;
        } else if (text[1] == '-') {
            const struct opt *opt = cli_option_find(cmd, 0, text + 2, strlen(text + 2));
            b.open = opt && opt->arg ? opt : NULL;
        } else {
            b.open = last_letter(cmd, text + 1);
        }
    }
    return b;
}

static bool layers_open(struct cli *cli)
{
    struct clv_err err = { 0 };

    if (cli_become(cli, false) != CLI_DONE)
        return false;
    cli->arena = clv_arena_new(NULL, SIZE_MAX);
    cli->clv = cli->arena ? clv_new(clv_layers, NULL, &err) : NULL;
    if (cli->clv)
        cli_layers(cli); /* where these are wrong the others are there */
    return cli->clv;
}

static void offer_word(struct complete *c, const struct cmd *cmd, struct before b)
{
    const char *sign = strchr(c->word, '=');
    const struct opt *opt;

    if (b.open) {
        offer_value(c, b.open, 0);
    } else if (b.theirs) {
        offer_kind(c, "files");
    } else if (!b.plain && !strncmp(c->word, "--", 2) && sign) {
        opt = cli_option_find(cmd, 0, c->word + 2, (size_t)(sign - c->word) - 2);
        if (opt && opt->arg)
            offer_value(c, opt, (size_t)(sign + 1 - c->word));
    } else if (!b.plain && c->word[0] == '-') {
        offer_options(c, cmd);
    } else {
        offer_operands(c, cmd);
    }
}

/* The one word that there is, if something follows it. */
static char *go_on(struct complete *c)
{
    size_t n = c->n == 1 ? strcspn(c->out.buf + c->last, "\t\n") : 0;
    char end = n ? c->out.buf[c->last + n - 1] : 0;

    return !c->out.failed && (end == '(' || end == '.') ? strndup(c->out.buf + c->last, n) : NULL;
}

/* What follows it, in its place. */
static void offer_further(struct complete *c, char *further, const struct cmd *cmd, struct before b)
{
    size_t at = c->last, n = strcspn(c->out.buf + at, "\n") + 1;

    c->word = further;
    offer_word(c, cmd, b);
    if (c->n == 1 || c->out.failed)
        return;
    memmove(c->out.buf + at, c->out.buf + at + n, c->out.len - at - n);
    c->out.len -= n;
}

int cli_complete(struct cli *cli, int argc, char **argv)
{
    struct complete c = { .cli = cli, .word = argc ? argv[argc - 1] : "" };
    const struct cmd *cmd = NULL;
    int fd = STDOUT_FILENO, from = argc > 2 && !strcmp(argv[0], "help");
    char *further = NULL;

    clv_out_init(&c.out, NULL, NULL);
    for (size_t i = 0; argc > 1 && (cmd = cli_command(i)) && strcmp(cmd->name, argv[0]); i++)
        continue;
    if (argc < 2 || (argc == 2 && !strcmp(argv[0], "help")) || from) {
        offer_commands(&c);
    } else if (cmd) {
        struct before b = read_before(&c, cmd, argc - 2, argv + 1);
        if (layers_open(cli))
            offer_word(&c, cmd, b);
        if ((further = go_on(&c)))
            offer_further(&c, further, cmd, b);
    }
    clv_out_chr(&c.out, 0);
    cli_write(&fd, c.out.buf, c.out.len ? c.out.len - 1 : 0);
    clv_out_free(&c.out);
    free(further);
    return CLI_DONE;
}
