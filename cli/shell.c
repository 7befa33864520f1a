/* SPDX-License-Identifier: BSD-2-Clause */
/* cleave alone on a terminal: Lua with packets, line by line. */
#include "../core/script/script.h"
#include "cli.h"
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

struct shell {
    struct cli *cli;
    struct script *script;
    EditLine *edit;
    History *history;
    char past[PATH_MAX]; /* the file that keeps it; "": none */
    bool more;           /* the text goes on */
    struct clv_out text;
};

static void on_interrupt(int signo)
{
    (void)signo;
    cli_stop = 1;
    cli_script_asked();
}

/* Without SA_RESTART: a read that waits for a key ends, too. */
static void watch_interrupt(void)
{
    struct sigaction action = { .sa_handler = on_interrupt };

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static char *prompt(EditLine *edit)
{
    static char first[] = "cleave> ", next[] = "   ...> ";
    const struct shell *shell;

    el_get(edit, EL_CLIENTDATA, &shell);
    return shell->more ? next : first;
}

/* A key; meanwhile tasks go on. */
static int read_key(EditLine *edit, wchar_t *key)
{
    struct shell *shell;
    static char bytes[MB_LEN_MAX];
    size_t n = 0;
    mbstate_t state = { 0 };

    el_get(edit, EL_CLIENTDATA, &shell);
    for (;;) {
        struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
        int wait = script_shell_tick(shell->script) ? 20 : -1;
        int got = poll(&in, 1, wait);
        if (cli_stop || (got < 0 && errno != EINTR))
            return -1;
        if (got <= 0)
            continue;
        if (read(STDIN_FILENO, bytes + n, 1) != 1)
            return 0;
        size_t took = mbrtowc(key, bytes + n, 1, &state);
        if (took != (size_t)-2)
            return took == (size_t)-1 ? (*key = (unsigned char)bytes[0], 1) : 1;
        if (++n == sizeof bytes)
            n = 0;
    }
}

/* ---- Completion: as far as all agree; what there is where nothing more can be added. */

static size_t agree(lua_State *lua, int n)
{
    const char *first;
    size_t most;

    lua_rawgeti(lua, 1, 1);
    first = lua_tolstring(lua, -1, &most);
    for (int i = 2; i <= n; i++) {
        lua_rawgeti(lua, 1, i);
        const char *other = lua_tostring(lua, -1);
        size_t same = 0;
        while (same < most && other[same] == first[same])
            same++;
        most = same;
        lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
    return most;
}

static void list_words(lua_State *lua, int n)
{
    size_t widest = 1, at = 0;

    for (int i = 1; i <= n; i++) {
        lua_rawgeti(lua, 1, i);
        widest = lua_rawlen(lua, -1) > widest ? lua_rawlen(lua, -1) : widest;
        lua_pop(lua, 1);
    }
    putchar('\n');
    for (int i = 1; i <= n && i <= 200; i++) {
        lua_rawgeti(lua, 1, i);
        if (at && at + widest > 78) {
            putchar('\n');
            at = 0;
        }
        printf("%-*s  ", (int)widest, lua_tostring(lua, -1));
        at += widest + 2;
        lua_pop(lua, 1);
    }
    puts(n > 200 ? "\n..." : "");
    fflush(stdout);
}

static unsigned char complete(EditLine *edit, int key)
{
    struct shell *shell;
    const LineInfo *line = el_line(edit);
    size_t word, common;
    unsigned char result = CC_REFRESH;

    (void)key;
    el_get(edit, EL_CLIENTDATA, &shell);
    lua_State *lua = shell->script->lua;
    int n = script_shell_complete(shell->script, line->buffer,
                                  (size_t)(line->cursor - line->buffer), &word);
    if (!n) {
        lua_settop(lua, 0);
        return CC_ERROR;
    }
    common = agree(lua, n);
    lua_rawgeti(lua, 1, 1);
    lua_pushlstring(lua, lua_tostring(lua, -1), common);
    if (common > word) {
        el_insertstr(edit, lua_tostring(lua, -1) + word);
    } else if (n > 1) {
        lua_settop(lua, 1);
        list_words(lua, n);
        result = CC_REDISPLAY;
    }
    lua_settop(lua, 0);
    return result;
}

/* ---- History, in the user's own folder. */

static void history_find(struct shell *shell)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char folder[PATH_MAX - 16] = "";

    if (state && *state == '/')
        snprintf(folder, sizeof folder, "%s/cleave", state);
    else if (home && *home == '/')
        snprintf(folder, sizeof folder, "%s/.local/state/cleave", home);
    else
        return;
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(folder, 0700);
        *slash = '/';
    }
    if (!mkdir(folder, 0700) || errno == EEXIST)
        snprintf(shell->past, sizeof shell->past, "%s/history", folder);
}

static bool edit_open(struct shell *shell)
{
    HistEvent event;

    shell->edit = el_init("cleave", stdin, stdout, stderr);
    shell->history = history_init();
    if (!shell->edit || !shell->history)
        return false;
    el_set(shell->edit, EL_CLIENTDATA, shell);
    el_set(shell->edit, EL_PROMPT, prompt);
    el_set(shell->edit, EL_EDITOR, "emacs");
    el_set(shell->edit, EL_GETCFN, read_key);
    el_set(shell->edit, EL_HIST, history, shell->history);
    el_wset(shell->edit, EL_ADDFN, L"cleave-complete", L"Complete", complete);
    el_set(shell->edit, EL_BIND, "^I", "cleave-complete", NULL);
    el_set(shell->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_source(shell->edit, NULL);
    history(shell->history, &event, H_SETSIZE, 2000);
    history(shell->history, &event, H_SETUNIQUE, 1);
    history_find(shell);
    if (*shell->past)
        history(shell->history, &event, H_LOAD, shell->past);
    return true;
}

static void edit_close(struct shell *shell)
{
    HistEvent event;

    if (shell->history && *shell->past) {
        mode_t before = umask(077);
        history(shell->history, &event, H_SAVE, shell->past);
        umask(before);
    }
    if (shell->edit)
        el_end(shell->edit);
    if (shell->history)
        history_end(shell->history);
}

/* ---- The loop. */

/* A whole text was read, or a part of one. */
static enum script_said take(struct shell *shell, int *status)
{
    HistEvent event;
    enum script_said said;

    clv_out_chr(&shell->text, 0);
    if (shell->text.failed)
        return SCRIPT_FAILED;
    shell->text.len--;
    cli_script_runs(true);
    said = script_shell_eval(shell->script, shell->text.buf, status);
    cli_script_runs(false);
    fflush(stdout);
    shell->more = said == SCRIPT_MORE;
    if (shell->more) {
        clv_out_chr(&shell->text, '\n');
        return said;
    }
    shell->text.buf[shell->text.len] = 0;
    if (strspn(shell->text.buf, " \t\n") < shell->text.len)
        history(shell->history, &event, H_ENTER, shell->text.buf);
    shell->text.len = 0;
    return said;
}

static int lines_read(struct shell *shell)
{
    int n, status = CLI_DONE;

    for (;;) {
        const char *line;
        cli_stop = 0;
        line = el_gets(shell->edit, &n);
        if (cli_stop) { /* what was typed is given up, the shell goes on */
            shell->text.len = 0;
            shell->more = false;
            el_reset(shell->edit);
            puts("^C");
            continue;
        }
        if (!line || n <= 0) {
            putchar('\n');
            return status;
        }
        while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            n--;
        clv_out_mem(&shell->text, line, (size_t)n);
        if (take(shell, &status) == SCRIPT_END)
            return status;
    }
}

static int shell_run(struct cli *cli, int argc, char **argv)
{
    const char *plain = getenv("NO_COLOR");
    struct script_opts opts = { .clv = cli->clv,
                                .arena = cli->arena,
                                .stop = &cli_stop,
                                .alive = &cli_script_alive,
                                .seed = cli->opt.seed,
                                .colour = !plain || !*plain,
                                .bare = getauxval(AT_SECURE),
                                .reports = cli_report_due,
                                .complain = cli_tell };
    struct shell shell = { .cli = cli };
    int status;

    (void)argc;
    (void)argv;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return cli_usage(cli->cmd, "the shell needs a terminal; scripts: cleave run FILE");
    watch_interrupt();
    cli_watch_script(0, true);
    cli_watch_report();
    shell.script = script_open(&opts);
    clv_out_init(&shell.text, NULL, NULL);
    if (!shell.script || !script_shell_open(shell.script) || !edit_open(&shell)) {
        status = cli_fail("out of memory");
    } else {
        if (!cli->opt.quiet)
            puts("cleave " CLV_VERSION
                 ": packets in Lua. help() tells more, Tab completes, ^D ends.");
        if (!cli_may_send())
            cli_say(cli,
                    "without the right to send and to sniff: run as root, or allow it once with "
                    "setcap cap_net_raw+ep. Everything else works");
        status = lines_read(&shell);
    }
    edit_close(&shell);
    script_close(shell.script);
    clv_out_free(&shell.text);
    return status;
}

const struct cmd cmd_shell = {
    .name = "shell",
    .args = "",
    .summary = "Type packets in Lua, line by line; also what `cleave` alone does",
    .more = "NO_COLOR in the environment ends colour.\n",
    .groups = OPT_PLACE,
    .run = shell_run,
};
