/* SPDX-License-Identifier: BSD-2-Clause */
/* ls: the layers, and what each consists of. */
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static bool layer_print(struct cli *cli, const char *name, struct clv_out *out)
{
    const struct clv_desc *desc = clv_layer_named(cli->clv, name);
    const char *near;

    if (desc)
        clv_print_layer(cli->clv, desc, out);
    else if ((near = clv_layer_near(cli->clv, name, strlen(name))))
        cli_fail("no layer '%s'; did you mean '%s'?", name, near);
    else
        cli_fail("no layer '%s'; cleave ls names them all", name);
    return desc;
}

struct ls_opts {
    bool carriers;
};

static int ls_run(struct cli *cli, int argc, char **argv)
{
    const struct ls_opts *own = cli->own;
    int status = CLI_DONE, fd = STDOUT_FILENO;
    struct clv_out out;

    clv_out_init(&out, cli_write, &fd);
    if (own->carriers && argc)
        return cli_usage(cli->cmd, "--carriers is about all layers: '%s' is too much", argv[0]);
    if (own->carriers)
        clv_print_carriers(cli->clv, &out);
    else if (!argc)
        clv_print_layers(cli->clv, &out);
    for (int i = 0; i < argc; i++) {
        if (i)
            clv_out_chr(&out, '\n');
        if (!layer_print(cli, argv[i], &out))
            status = CLI_WRONG;
    }
    clv_out_flush(&out);
    /* A reader that went away had enough. */
    if (out.failed && out.err != EPIPE)
        status = cli_fail("standard output: %s", strerror(out.err ? out.err : ENOMEM));
    clv_out_free(&out);
    return status;
}

static const struct opt ls_own[] = {
    { 0, "carriers", NULL, OPT_FLAG, offsetof(struct ls_opts, carriers),
      "a table of what lies in what, in Markdown", 0, 0, 0 },
    OPT_END,
};

const struct cmd cmd_ls = {
    .name = "ls",
    .args = "[LAYER...]",
    .summary = "List the layers, or show a layer's fields",
    .more = "A layer is shown as a picture of its header and a table of its fields.\n\n"
            "  cleave ls\n"
            "  cleave ls IP TCP\n",
    .own = ls_own,
    .size = sizeof(struct ls_opts),
    .most = UINT_MAX,
    .run = ls_run,
};
