/* SPDX-License-Identifier: BSD-2-Clause */
/* Layers of the user's own, in Lua: those of -X, and those in the user's folder. */
#include "../core/script/script.h"
#include "cli.h"
#include "script.h"

#include <cap-ng.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_more_rights(void)
{
    return getauxval(AT_SECURE) ||
           (geteuid() && capng_have_capabilities(CAPNG_SELECT_CAPS) > CAPNG_NONE);
}

/* Lua begins with the first file. */
static bool begin(struct cli *cli)
{
    struct script_opts opts = { .clv = cli->clv,
                                .arena = cli->arena,
                                .bare = has_more_rights(),
                                .lean = true,
                                .pure = true,
                                .complain = cli_tell };

    if (!cli->layers)
        cli->layers = script_open(&opts);
    return cli->layers != NULL;
}

static bool load(struct cli *cli, const char *path)
{
    char *text;

    if (!begin(cli)) {
        cli_fail("out of memory");
        return false;
    }
    bool ok = script_load(cli->layers, path, &text);
    if (!ok)
        cli_tell(text ? text : "out of memory", text ? strlen(text) : 13);
    free(text);
    return ok;
}

/*
 * Code in a user's folder runs with that user's rights and no others: not where the program was given
 * rights that the user lacks, and not for one user out of the home of another.
 */
static bool is_trusted(const char *path)
{
    struct stat file;

    return !stat(path, &file) && (file.st_uid == geteuid() || !file.st_uid) &&
           !(file.st_mode & S_IWOTH);
}

/* Given by -X, too: then it is loaded once, and its errors count. */
static bool is_named(const struct cli *cli, const char *path)
{
    struct stat a, b;

    for (unsigned i = 0; i < cli->opt.layers.n; i++)
        if (!stat(path, &a) && !stat(cli->opt.layers.at[i], &b) && a.st_dev == b.st_dev &&
            a.st_ino == b.st_ino)
            return true;
    return false;
}

static bool folder(char *path, size_t n)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    bool own = config && *config == '/';

    if (!own && !(home && *home == '/'))
        return false;
    return (size_t)snprintf(path, n, "%s%s/cleave/layers", own ? config : home,
                            own ? "" : "/.config") < n;
}

static void load_folder(struct cli *cli)
{
    char path[PATH_MAX], pattern[PATH_MAX + 8];
    glob_t found;

    if (!folder(path, sizeof path) || access(path, R_OK | X_OK))
        return;
    if (has_more_rights() || !is_trusted(path)) {
        if (cli->opt.verbose)
            cli_say(cli, "%s: left out: %s", path,
                    has_more_rights() ? "the program has rights that its user has not"
                                      : "it is another user's, or anyone may write to it");
        return;
    }
    snprintf(pattern, sizeof pattern, "%s/*.lua", path);
    if (glob(pattern, GLOB_NOESCAPE, NULL, &found))
        return;
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (!is_named(cli, found.gl_pathv[i]) && is_trusted(found.gl_pathv[i]))
            load(cli, found.gl_pathv[i]);
    globfree(&found);
}

bool cli_layers(struct cli *cli)
{
    load_folder(cli);
    for (unsigned i = 0; i < cli->opt.layers.n; i++)
        if (!load(cli, cli->opt.layers.at[i]))
            return false;
    return true;
}
