/* SPDX-License-Identifier: BSD-2-Clause */
/* How far a long run is: one line on a terminal, told anew now and then, and erased at the end. */
#include "cli.h"

#include <unistd.h>

void status_begin(struct status *status, const struct cli *cli)
{
    *status = (struct status){ 0 };
    status->on = !cli->opt.quiet && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
    status->begun = status->last = status->on ? clv_now() : 0;
}

/* "1,234,567" */
static const char *grouped(uint64_t n, char text[32])
{
    char *at = text + 31;

    *at = 0;
    for (int digits = 0; n || !digits; n /= 10, digits++) {
        if (digits && digits % 3 == 0)
            *--at = ',';
        *--at = (char)('0' + n % 10);
    }
    return at;
}

void status_show(struct status *status, uint64_t packets, uint64_t done, uint64_t all)
{
    char number[32], part[64] = "";
    int64_t now = status->on ? clv_now() : 0;

    if (!status->on || now < status->last + CLV_SECOND / 2)
        return;
    status->last = now;
    if (all && done && done <= all)
        snprintf(part, sizeof part, ", %.0f %%, %.0f s left", 100 * (double)done / (double)all,
                 (double)(now - status->begun) / 1e9 * (double)(all - done) / (double)done);
    /* Back at the line's beginning, so that a message stands there. */
    fprintf(stderr, "\r%s packets%s\x1b[K\r", grouped(packets, number), part);
    status->shown = true;
}

void status_end(struct status *status)
{
    if (status->shown)
        fputs("\x1b[K", stderr);
    status->shown = false;
}
