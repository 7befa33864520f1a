/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose rights the program has: root's never where there is a user behind it, so that files are the
 * user's own, and what packets do is done to a process that may do nothing.
 */
#include "cli.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct who {
    const char *name; /* "": has none */
    uid_t uid;
    gid_t gid;
    bool known; /* to the system, with groups */
};

static bool id_read(const char *text, uint64_t *id)
{
    return text && !cli_number(text, id) && *id < UINT32_MAX;
}

/* Who is behind sudo? false: nobody, or root. */
static bool sudo_find(struct who *who)
{
    uint64_t uid, gid;

    if (!id_read(getenv("SUDO_UID"), &uid) || !id_read(getenv("SUDO_GID"), &gid) || !uid)
        return false;
    *who = (struct who){ .name = "", .uid = (uid_t)uid, .gid = (gid_t)gid };
    const struct passwd *entry = getpwuid(who->uid);
    if (entry) {
        who->known = true;
        who->name = entry->pw_name;
    }
    return true;
}

/* --user NAME. The status after a message. */
static int named_find(const char *name, struct who *who)
{
    const struct passwd *entry = getpwnam(name);

    if (!entry)
        return cli_fail("--user %s: there is no such user", name);
    *who = (struct who){ name, entry->pw_uid, entry->pw_gid, true };
    if (geteuid() && geteuid() != who->uid) {
        cli_fail("--user %s: not permitted: only root can become somebody else", name);
        return CLI_DENIED;
    }
    return CLI_DONE;
}

static bool change(const struct who *who, bool raw)
{
    bool may_raw = raw && capng_have_capability(CAPNG_PERMITTED, CAP_NET_RAW);
    bool may_admin = raw && capng_have_capability(CAPNG_PERMITTED, CAP_NET_ADMIN);

    capng_clear(CAPNG_SELECT_BOTH);
    if (may_raw)
        capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_RAW);
    /* Monitor mode. */
    if (may_admin)
        capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_ADMIN);
    return !capng_change_id((int)who->uid, (int)who->gid,
                            who->known ? CAPNG_INIT_SUPP_GRP : CAPNG_DROP_SUPP_GRP) &&
           !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int cli_become(const struct cli *cli, bool raw)
{
    struct who who = { 0 };
    int status;

    if (cli->opt.user) {
        if ((status = named_find(cli->opt.user, &who)) != CLI_DONE)
            return status;
    } else if (geteuid() || !sudo_find(&who)) {
        return CLI_DONE;
    }
    if (geteuid() || !who.uid || change(&who, raw))
        return CLI_DONE;
    return cli_fail("cannot become user %u%s%s: %s; --user root stays root", (unsigned)who.uid,
                    *who.name ? ", " : "", who.name, strerror(errno));
}

void cli_settle(void)
{
    if (!geteuid())
        return;
    capng_clear(CAPNG_SELECT_BOTH);
    capng_apply(CAPNG_SELECT_CAPS);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

bool cli_may_send(void)
{
    return capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW);
}
