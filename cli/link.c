/* SPDX-License-Identifier: BSD-2-Clause */
/* An interface that is down sends and receives nothing, and says nothing: that is told here. */
#include "cli.h"

#include <string.h>

void cli_watch_link(const struct cli *cli, struct link_watch *watch)
{
    struct clv_iface iface;

    if (!watch->iface || strchr(watch->iface, ',') || !strcmp(watch->iface, "any") ||
        !clv_iface_find(watch->iface, &iface, NULL))
        return;
    bool down = !(iface.flags & CLV_IFACE_UP);
    if (down != watch->down)
        cli_say(cli,
                down ? "%s went down: nothing comes in until it is up again" : "%s is up again",
                watch->iface);
    watch->down = down;
}
