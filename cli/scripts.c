/* SPDX-License-Identifier: BSD-2-Clause */
/* The scripts that come with cleave: a folder beside the program, in the build as where it is installed. */
#include "../core/script/script.h"
#include "cli.h"
#include "script.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From the folder of the program: a link in the build, else where CMake installs them. */
static const char *const folders[] = { "scripts", CLEAVE_SCRIPTS };

static bool find_folder(char *path, size_t size)
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

    while (n > 0 && program[n - 1] != '/')
        n--;
    for (size_t i = 0; n > 0 && i < sizeof folders / sizeof *folders; i++) {
        int len = snprintf(path, size, "%.*s%s", (int)n, program, folders[i]);
        if (len > 0 && (size_t)len < size && !access(path, R_OK | X_OK))
            return true;
    }
    return false;
}

static int is_script(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && dot != entry->d_name && !strcmp(dot, ".lua");
}

static struct dirent **read_folder(char *folder, size_t size, int *n)
{
    struct dirent **entries = NULL;

    if (!find_folder(folder, size) || (*n = scandir(folder, &entries, is_script, alphasort)) < 0) {
        cli_fail("the folder of scripts is missing: %s", folders[1]);
        return NULL;
    }
    return entries;
}

static void free_folder(struct dirent **entries, int n)
{
    while (n > 0)
        free(entries[--n]);
    free(entries);
}

const char *cli_script_find(const char *name, char *path, size_t size)
{
    const char *names[256], *near;
    char folder[PATH_MAX];
    struct dirent **entries;
    int n = 0, k = 0;

    if (strchr(name, '/') || strchr(name, '.') || !strcmp(name, "-"))
        return name;
    if (!(entries = read_folder(folder, sizeof folder, &n)))
        return NULL;
    int len = snprintf(path, size, "%s/%s.lua", folder, name);
    bool found = len > 0 && (size_t)len < size && !access(path, R_OK);
    for (; !found && k < n && k < 256; k++) {
        *strrchr(entries[k]->d_name, '.') = 0;
        names[k] = entries[k]->d_name;
    }
    near = found ? NULL : cli_near(name, names, (size_t)k);
    if (!found)
        cli_fail("no script '%s'%s%s%s; cleave run --list names them", name,
                 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    free_folder(entries, n);
    return found ? path : NULL;
}

void cli_script_names(void (*see)(void *user, const char *name), void *user)
{
    char folder[PATH_MAX];
    struct dirent **entries;
    int n = 0;

    if (!(entries = read_folder(folder, sizeof folder, &n)))
        return;
    for (int i = 0; i < n; i++) {
        *strrchr(entries[i]->d_name, '.') = 0;
        see(user, entries[i]->d_name);
    }
    free_folder(entries, n);
}

int cli_script_list(struct script *script)
{
    char folder[PATH_MAX], path[PATH_MAX + NAME_MAX + 2], about[] = "--about", *argv[] = { about };
    struct dirent **entries;
    int n = 0, status = CLI_DONE;

    if (!(entries = read_folder(folder, sizeof folder, &n)))
        return CLI_WRONG;
    for (int i = 0; i < n && !cli_stop; i++) {
        char *text;
        int asked;
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        printf("%-12.*s ", (int)(strlen(entries[i]->d_name) - 4), entries[i]->d_name);
        if (!script_run(script, path, 1, argv, &asked, &text)) {
            putchar('\n');
            cli_tell(text ? text : "out of memory", text ? strlen(text) : 13);
            free(text);
            status = CLI_WRONG;
        }
    }
    free_folder(entries, n);
    return status;
}
