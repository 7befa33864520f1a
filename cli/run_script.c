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
#include <unistd.h>

struct run_opts {
    int64_t timeout;
};

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
                                .stop = &cli_stop,
                                .seed = cli->opt.seed,
                                .timeout = own->timeout,
                                .reports = cli_report_due,
                                .complain = cli_tell };
    struct script *script;
    int status;
    char *text;

    cli_watch_signals();
    cli_watch_report();
    script = script_open(&opts);
    if (!script)
        return cli_fail("out of memory");
    bool ok = script_run(script, argv[0], argc - 1, argv + 1, &status, &text);
    if (!ok)
        cli_tell(text ? text : "out of memory", text ? strlen(text) : 13);
    free(text);
    script_close(script);
    if (fflush(stdout))
        return cli_fail("standard output: %s", strerror(errno));
    return ok ? status : CLI_WRONG;
}

static const struct opt run_options[] = {
    { .name = "script-timeout",
      .arg = "TIME",
      .kind = OPT_TIME,
      .at = offsetof(struct run_opts, timeout),
      .help = "end the script after so long, whatever it does" },
    OPT_END
};

const struct cmd cmd_run = {
    .name = "run",
    .args = "FILE ...",
    .summary = "Run a script in Lua",
    .groups = OPT_BUILD | OPT_PLACE,
    .own = run_options,
    .size = sizeof(struct run_opts),
    .hands_on = true,
    .least = 1,
    .most = UINT_MAX,
    .run = run_run,
};
