/* SPDX-License-Identifier: BSD-2-Clause */
/* run: a script in Lua. */
#include "../core/script/script.h"
#include "cli.h"
#include "script.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

struct run_opts {
    int64_t timeout;
    uint64_t memory, instructions;
    bool sandbox;
    bool list;
};

/* Enough for most, and no harm to the machine. */
enum { SANDBOX_MEMORY = 64 << 20, SANDBOX_INSTRUCTIONS = 1000000000 };

void cli_tell(const char *text, size_t n)
{
    struct clv_out out;
    int fd = STDERR_FILENO;
    bool first = true;

    clv_out_init(&out, cli_write, &fd);
    clv_out_str(&out, "cleave: ");
    while (n) {
        const char *end = memchr(text, '\n', n);
        size_t line = end ? (size_t)(end - text) : n, skip = !first && *text == '\t';
        clv_out_str(&out, first ? "" : skip ? "    " : "  ");
        clv_out_safe(&out, text + skip, line - skip);
        clv_out_chr(&out, '\n');
        first = false;
        text += line + (end != NULL);
        n -= line + (end != NULL);
    }
    clv_out_flush(&out);
    clv_out_free(&out);
}

static int run_run(struct cli *cli, int argc, char **argv)
{
    const struct run_opts *own = cli->own;
    struct script_opts opts = { .clv = cli->clv,
                                .arena = cli->arena,
                                .stop = &cli_stop,
                                .alive = &cli_script_alive,
                                .seed = cli->opt.seed,
                                .timeout = own->timeout,
                                .reports = cli_report_due,
                                .complain = cli_tell };
    char found[PATH_MAX], *text = NULL;
    const char *path = NULL;
    struct script *script;
    bool ok = true;
    int status;

    if (own->list == (argc > 0))
        return cli_usage(cli->cmd, own->list ? "--list takes no script" : "no script given");
    if (argc && !(path = cli_script_find(argv[0], found, sizeof found)))
        return CLI_WRONG;
    opts.sandbox = own->sandbox;
    opts.bare = getauxval(AT_SECURE);
    opts.memory = own->memory ? own->memory : own->sandbox ? SANDBOX_MEMORY : 0;
    opts.instructions = own->instructions ? own->instructions
                        : own->sandbox    ? SANDBOX_INSTRUCTIONS
                                          : 0;
    cli_watch_signals();
    cli_watch_script(own->timeout, false);
    cli_watch_report();
    script = script_open(&opts);
    if (!script)
        return cli_fail("out of memory");
    if (own->list)
        status = cli_script_list(script);
    else
        ok = script_run(script, path, argc - 1, argv + 1, &status, &text);
    if (!ok)
        cli_tell(text ? text : "out of memory", text ? strlen(text) : 13);
    free(text);
    script_close(script);
    if (fflush(stdout))
        return cli_fail("standard output: %s", strerror(errno));
    return status;
}

static const struct opt run_options[] = {
    { .name = "sandbox",
      .kind = OPT_FLAG,
      .at = offsetof(struct run_opts, sandbox),
      .help = "no files, processes, environment or loading of code; 64M, 1G instructions" },
    { .name = "memory",
      .arg = "N",
      .kind = OPT_NUMBER,
      .at = offsetof(struct run_opts, memory),
      .help = "bytes that the script and its packets may hold",
      .least = 1 << 20,
      .most = SIZE_MAX / 2 },
    { .name = "instructions",
      .arg = "N",
      .kind = OPT_NUMBER,
      .at = offsetof(struct run_opts, instructions),
      .help = "end the script after so many instructions of Lua",
      .least = 1000,
      .most = UINT64_MAX / 2 },
    { .name = "script-timeout",
      .arg = "TIME",
      .kind = OPT_TIME,
      .at = offsetof(struct run_opts, timeout),
      .help = "end the script after so long, whatever it does" },
    { .name = "list",
      .kind = OPT_FLAG,
      .at = offsetof(struct run_opts, list),
      .help = "name the scripts that come with cleave" },
    OPT_END
};

const struct cmd cmd_run = {
    .name = "run",
    .args = "SCRIPT ...",
    .summary = "Run a script in Lua, or one that comes with cleave",
    .groups = OPT_SEED | OPT_PLACE,
    .own = run_options,
    .size = sizeof(struct run_opts),
    .hands_on = true,
    .most = UINT_MAX,
    .run = run_run,
};
