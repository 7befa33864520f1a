/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of subcommands, and the way from argv to the one that is asked for. */
#include "../core/script/script.h"
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct cmd *const commands[] = { &cmd_build,      &cmd_read,   &cmd_sniff,  &cmd_send,
                                              &cmd_sr,         &cmd_sr1,    &cmd_answer, &cmd_ping,
                                              &cmd_traceroute, &cmd_arping, &cmd_scan,   &cmd_run,
                                              &cmd_test,       &cmd_shell,  &cmd_ls };

enum { COMMANDS = sizeof commands / sizeof *commands };

/* What has one of these groups of options sends or sniffs. */
enum { LIVE = OPT_CAPTURE | OPT_SEND | OPT_ANSWER | OPT_PLACE | OPT_SCAN };

static void help(void)
{
    printf("usage: cleave SUBCOMMAND [OPTION...] ARGUMENT...\n"
           "Stack layers into packets, split packets into layers.\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s %-11s %s\n", commands[i]->name, commands[i]->args, commands[i]->summary);
    printf("\nA packet is written as in Scapy: IP(dst=\"127.0.0.1\")/UDP(dport=53)/\"hello\"\n"
           "Options and examples: cleave SUBCOMMAND --help. Layers: cleave ls. Version: cleave "
           "--version\n");
}

const struct cmd *cli_command(size_t i)
{
    return i < COMMANDS ? commands[i] : NULL;
}

static const struct cmd *command_find(const char *name)
{
    const char *names[COMMANDS], *near;

    for (size_t i = 0; i < COMMANDS; i++) {
        if (!strcmp(name, commands[i]->name))
            return commands[i];
        names[i] = commands[i]->name;
    }
    if (*name == '-')
        cli_usage(NULL, "no option %s before a subcommand", name);
    else if ((near = cli_near(name, names, COMMANDS)))
        cli_usage(NULL, "no subcommand '%s'; did you mean '%s'?", name, near);
    else
        cli_usage(NULL, "no subcommand '%s'", name);
    return NULL;
}

static bool operands_fit(const struct cmd *cmd, int argc, char **argv)
{
    unsigned n = (unsigned)argc;

    if (n < cmd->least)
        cli_usage(cmd, "%s needs %s", cmd->name, cmd->args);
    else if (n > cmd->most && !cmd->most)
        cli_usage(cmd, "%s takes no arguments: '%s'", cmd->name, argv[0]);
    else if (n > cmd->most)
        cli_usage(cmd, "%s takes one %s; '%s' is too much", cmd->name, cmd->args, argv[cmd->most]);
    else
        return true;
    return false;
}

/* Sockets are of the namespace that they are made in; files and names stay where they were. */
bool cli_netns_enter(const char *name)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, strchr(name, '/') ? "%s" : "/run/netns/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC), sys;
    bool ok = fd >= 0 && !setns(fd, CLONE_NEWNET);
    sys = errno;
    if (fd >= 0)
        close(fd);
    if (!ok && sys == EPERM)
        cli_fail("--netns %s: not permitted: needs root (CAP_SYS_ADMIN)", name);
    else if (!ok)
        cli_fail("--netns %s: %s", name,
                 sys == ENOENT   ? "there is no such namespace; `ip netns` lists them"
                 : sys == EINVAL ? "is no network namespace"
                                 : strerror(sys));
    errno = sys;
    return ok;
}

static int command_run(struct cli *cli, int argc, char **argv)
{
    struct clv_err err = { 0 };

    if (cli->cmd->size && !(cli->own = calloc(1, cli->cmd->size)))
        return cli_fail("out of memory");
    if (!cli_options(cli, &argc, argv))
        return CLI_WRONG;
    if (cli->opt.help) {
        cli_help(cli->cmd);
        return CLI_DONE;
    }
    if (!operands_fit(cli->cmd, argc, argv))
        return CLI_WRONG;
    if (cli->opt.netns && !cli_netns_enter(cli->opt.netns))
        return errno == EPERM ? CLI_DENIED : CLI_WRONG;
    int status = cli_become(cli, cli->cmd->groups & LIVE);
    if (status != CLI_DONE)
        return status;
    cli->arena = clv_arena_new(NULL, SIZE_MAX);
    if (!cli->arena)
        return cli_fail("out of memory");
    cli->clv = clv_new(clv_layers, NULL, &err);
    if (!cli->clv)
        return cli_err(&err);
    if (!cli_layers(cli))
        return CLI_WRONG;
    return cli->cmd->run(cli, argc, argv);
}

/* A closed stream stays unusable, but its number must not become that of a capture file. */
static void streams_hold(void)
{
    static const int flags[] = { O_WRONLY, O_RDONLY, O_WRONLY };

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags[fd]) != fd)
            _exit(CLI_WRONG);
}

int main(int argc, char **argv)
{
    struct cli cli = { 0 };
    int status;

    streams_hold();
    /* A reader that went away is an end like any other: see sink.c. */
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        cli.cmd = &cmd_shell;
        status = command_run(&cli, 0, argv + 1);
    } else if (argc < 2) {
        status = cli_usage(NULL, "no subcommand given");
    } else if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        puts("cleave " CLV_VERSION);
        status = CLI_DONE;
    } else if (!strcmp(argv[1], "--complete")) { /* for the shells */
        status = cli_complete(&cli, argc - 2, argv + 2);
    } else if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        cli.cmd = argc > 2 ? command_find(argv[2]) : NULL;
        status = argc > 2 && !cli.cmd ? CLI_WRONG : CLI_DONE;
        if (cli.cmd)
            cli_help(cli.cmd);
        else if (status == CLI_DONE)
            help();
    } else if ((cli.cmd = command_find(argv[1]))) {
        status = command_run(&cli, argc - 2, argv + 2);
    } else {
        status = CLI_WRONG;
    }
    script_close(cli.layers);
    if (cli.clv)
        clv_free(cli.clv);
    if (cli.arena)
        clv_arena_free(cli.arena);
    free(cli.own);
    if (fflush(stdout) && errno != EPIPE)
        status = cli_fail("standard output: %s", strerror(errno));
    return status;
}
