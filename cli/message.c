/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages on standard error: each is one write, made safe for a terminal. And the one loop that
 * writes. */
#include "cli.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_write(void *fd, const char *buf, size_t len)
{
    while (len) {
        ssize_t n = write(*(const int *)fd, buf, len);
        if (n >= 0) {
            buf += n;
            len -= (size_t)n;
            continue;
        }
        struct pollfd wait = { .fd = *(const int *)fd, .events = POLLOUT };
        if (errno == EINTR ||
            ((errno == EAGAIN || errno == EWOULDBLOCK) && poll(&wait, 1, -1) >= 0))
            continue;
        return errno;
    }
    return 0;
}

static void message_write(const char *text, const char *more)
{
    int fd = STDERR_FILENO;
    struct clv_out out;

    clv_out_init(&out, cli_write, &fd);
    clv_out_str(&out, "cleave: ");
    clv_out_safe(&out, text, strlen(text));
    clv_out_str(&out, more);
    clv_out_chr(&out, '\n');
    clv_out_flush(&out);
    clv_out_free(&out);
}

static void message_format(const char *more, const char *fmt, va_list args)
{
    char text[1024];
    int n = vsnprintf(text, sizeof text, fmt, args);

    if (n >= (int)sizeof text)
        memcpy(text + sizeof text - 4, "...", 4);
    message_write(text, more);
}

int cli_fail(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    message_format("", fmt, args);
    va_end(args);
    return CLI_WRONG;
}

int cli_usage(const struct cmd *cmd, const char *fmt, ...)
{
    char more[64];
    va_list args;

    snprintf(more, sizeof more, "%stry cleave %s%s--help", fmt[strlen(fmt) - 1] == '?' ? " " : "; ",
             cmd ? cmd->name : "", cmd ? " " : "");
    va_start(args, fmt);
    message_format(more, fmt, args);
    va_end(args);
    return CLI_WRONG;
}

void cli_say(const struct cli *cli, const char *fmt, ...)
{
    va_list args;

    if (cli->opt.quiet)
        return;
    va_start(args, fmt);
    message_format("", fmt, args);
    va_end(args);
}

int cli_err(const struct clv_err *err)
{
    /* What root may, the user behind sudo may not. */
    bool user = err->sys == EACCES && geteuid() && getenv("SUDO_UID");

    message_write(err->text, user ? "; --user root stays root" : "");
    return err->code == CLV_DENIED ? CLI_DENIED : CLI_WRONG;
}

int cli_err_text(const struct clv_err *err, const char *what, const char *text, size_t n)
{
    int fd = STDERR_FILENO;
    struct clv_out out;

    clv_out_init(&out, cli_write, &fd);
    clv_out_str(&out, "cleave: ");
    if (what) {
        clv_out_safe(&out, what, strlen(what));
        clv_out_str(&out, ": ");
    }
    clv_print_err(err, text, n, &out);
    clv_out_flush(&out);
    clv_out_free(&out);
    return err->code == CLV_DENIED ? CLI_DENIED : CLI_WRONG;
}

/* Edit distance, where two neighbours that changed places count once; at most 31 bytes of each. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[3][32];
    size_t an = strnlen(a, 31), bn = strnlen(b, 31);

    for (unsigned j = 0; j <= bn; j++)
        row[0][j] = j;
    for (unsigned i = 1; i <= an; i++) {
        unsigned *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= bn; j++) {
            unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[an % 3][bn];
}

const char *cli_near(const char *name, const char *const *names, size_t n)
{
    const char *near = NULL;
    unsigned least = (unsigned)(strlen(name) + 2) / 3 + 1; /* further off is no misspelling */

    for (size_t i = 0; i < n; i++) {
        unsigned d = distance(name, names[i]);
        if (d < least) {
            least = d;
            near = names[i];
        }
    }
    return near;
}
