/* SPDX-License-Identifier: BSD-2-Clause */
/* run: a script in Lua. */
#include "../core/script/script.h"
#include "cli.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The message, and beneath it the lines of the traceback. */
static void tell(const char *text)
{
    struct clv_out out;
    int fd = STDERR_FILENO;
    size_t n = strcspn(text, "\n");

    cli_fail("%.*s", (int)n, text);
    clv_out_init(&out, cli_write, &fd);
    for (text += n; *text; text += n) {
        n = strcspn(++text, "\n");
        clv_out_safe(&out, text + (*text == '\t'), n - (*text == '\t'));
        clv_out_chr(&out, '\n');
    }
    clv_out_flush(&out);
    clv_out_free(&out);
}

static int run_run(struct cli *cli, int argc, char **argv)
{
    struct script_opts opts = { .clv = cli->clv, .stop = &cli_stop, .seed = cli->opt.seed };
    struct script *script = script_open(&opts);
    char *text;

    if (!script)
        return cli_fail("out of memory");
    cli_watch_signals();
    bool ok = script_run(script, argv[0], argc - 1, argv + 1, &text);
    if (!ok)
        tell(text ? text : "out of memory");
    free(text);
    script_close(script);
    return ok ? CLI_DONE : CLI_WRONG;
}

const struct cmd cmd_run = {
    .name = "run",
    .args = "FILE",
    .summary = "Run a script in Lua",
    .groups = OPT_PLACE,
    .least = 1,
    .most = UINT_MAX,
    .run = run_run,
};
