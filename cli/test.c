/* SPDX-License-Identifier: BSD-2-Clause */
/* test: the tests of scripts, on a virtual link. */
#include "../core/script/script.h"
#include "cli.h"
#include "script.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct test_opts {
    bool update;
};

static int test_run(struct cli *cli, int argc, char **argv)
{
    const struct test_opts *own = cli->own;
    struct script_opts opts = { .clv = cli->clv,
                                .arena = cli->arena,
                                .stop = &cli_stop,
                                .alive = &cli_script_alive,
                                .seed = cli->opt.seed,
                                .pure = true,
                                .reports = cli_report_due,
                                .complain = cli_tell };
    struct script *script;
    bool passed = false;
    char *text;

    cli_watch_signals();
    cli_watch_script(0, false);
    cli_watch_report();
    script = script_open(&opts);
    if (!script)
        return cli_fail("out of memory");
    bool ok = script_test(script, own->update, argc, argv, &passed, &text);
    script_close(script);
    if (fflush(stdout))
        cli_fail("standard output: %s", strerror(errno));
    if (!ok)
        cli_tell(text ? text : "out of memory", text ? strlen(text) : 13);
    free(text);
    return !ok ? CLI_WRONG : passed ? CLI_DONE : CLI_NONE;
}

static const struct opt test_options[] = {
    { .name = "update",
      .kind = OPT_FLAG,
      .at = offsetof(struct test_opts, update),
      .help = "write the captures that t:golden() compares with" },
    OPT_END
};

const struct cmd cmd_test = {
    .name = "test",
    .args = "FILE...",
    .summary = "Run the tests of scripts, on a virtual link",
    .groups = OPT_EVERY,
    .own = test_options,
    .size = sizeof(struct test_opts),
    .least = 1,
    .most = UINT_MAX,
    .run = test_run,
};
