/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * build: expressions or JSON to packets. What it shows has been built and split again, so that
 * every value stands there as it is in the bytes.
 */
#include "cli.h"

#include <limits.h>
#include <string.h>
#include <time.h>

struct build {
    struct cli *cli;
    struct sink *sink;
    struct clv_arena *drafts;  /* a draft, for as long as its packets are made */
    struct clv_arena *scratch; /* one packet */
    uint64_t number;           /* packets made */
    uint64_t seed;             /* of the draft's random values: no two drafts share it */
};

/* What was built goes out before the message on what could not be. */
static int fail(struct build *build, const struct clv_err *err)
{
    sink_flush(build->sink);
    cli_err(err);
    return SINK_FAILED;
}

/* The time of a packet that nobody gave one. */
static void frame_now(const struct cli *cli, struct clv_frame *frame)
{
    struct timespec now;

    if (cli->opt.pure || clock_gettime(CLOCK_REALTIME, &now))
        return;
    frame->sec = now.tv_sec;
    frame->nsec = (uint32_t)now.tv_nsec;
}

/* Does JSON say nothing about it? */
static bool frame_is_empty(const struct clv_frame *frame)
{
    return !frame->number && !frame->sec && !frame->nsec && !frame->len && frame->link < 0;
}

/* The length on the wire: as JSON tells it, unless its packet was changed and has another size. */
static uint32_t wire_len(const struct clv_frame *told, uint32_t len)
{
    bool whole = told->len == told->caplen, same = told->caplen == len;

    bool silent = !told->len && !told->caplen;

    return silent || (!same && (whole || told->len < len)) ? len : told->len;
}

static int packet_put(struct build *build, const struct clv_desc *first, const uint8_t *bytes,
                      uint32_t len, const struct clv_frame *told)
{
    struct clv *clv = build->cli->clv;
    struct clv_frame frame = *told;
    struct clv_view view;

    if (frame_is_empty(told))
        frame_now(build->cli, &frame);
    frame.number = ++build->number;
    frame.caplen = len;
    frame.len = wire_len(told, len);
    if (frame.link < 0 && first)
        frame.link = clv_layer_link(clv, first);
    clv_split(clv, &view, build->scratch, first, bytes, len);
    return sink_put(build->sink, &frame, bytes, &view);
}

/* What the kernel knows of the way to this packet's destination, where something was left to it. */
static const uint8_t *packet_resolve(struct build *build, const struct clv_draft *draft, uint64_t i,
                                     uint32_t *len, struct clv_err *err)
{
    struct clv_draft *one = clv_draft_pick(draft, i, build->seed, build->scratch, err);
    struct clv_err ignored = { 0 };

    if (!one)
        return NULL;
    clv_resolve(build->cli->clv, one, build->scratch, CLV_LOCAL, NULL, NULL, &ignored);
    return clv_build(one, build->scratch, len, err);
}

/* Every packet of a set, each made when it is its turn. */
static int draft_put(struct build *build, struct clv_draft *draft, const struct clv_frame *told)
{
    const struct clv_desc *first = clv_draft_layers(draft) ? clv_draft_layer(draft, 0) : NULL;
    bool resolve = !build->cli->opt.pure && clv_draft_open_roles(draft);
    uint64_t n = clv_draft_count(draft);
    struct clv_err err = { 0 };
    struct clv_maker *maker = NULL;

    if (!resolve && !(maker = clv_maker_new(draft, build->drafts, build->seed, &err)))
        return fail(build, &err);
    for (uint64_t i = 0; i < n; i++) {
        uint32_t len = 0;
        clv_arena_reset(build->scratch);
        const uint8_t *bytes = resolve ? packet_resolve(build, draft, i, &len, &err)
                                       : clv_maker_take(maker, i, build->scratch, &len, &err);
        if (!bytes)
            return fail(build, &err);
        int state = packet_put(build, first, bytes, len, told);
        if (state != SINK_MORE)
            return state;
    }
    return SINK_MORE;
}

/* Each draft of the source once. The exit status, or -1: go on with a further pass. */
static int build_pass(struct build *build, struct source *source)
{
    struct clv_draft *draft;
    struct clv_frame frame;
    int got;

    for (;;) {
        clv_arena_reset(build->drafts);
        got = source_next(source, build->drafts, &draft, &frame, sink_flush, build->sink);
        if (got <= 0)
            return got < 0 ? CLI_WRONG : -1;
        int state = draft_put(build, draft, &frame);
        build->seed++;
        if (state != SINK_MORE)
            return state == SINK_DONE ? CLI_DONE : CLI_WRONG;
    }
}

/* Can the source be gone through again? */
static bool is_repeatable(const struct cli *cli, int argc, char **argv)
{
    if (!cli->opt.count || cli->opt.json)
        return false;
    for (int i = 0; i < argc; i++)
        if (!strcmp(argv[i], "-"))
            return false;
    return true;
}

static int build_all(struct build *build, int argc, char **argv)
{
    uint64_t before, passed = 0;
    int status;

    do {
        struct source *source = source_open(build->cli, argc, argv);
        if (!source)
            return CLI_WRONG;
        before = passed;
        status = build_pass(build, source);
        source_close(source);
        sink_count(build->sink, &passed);
        /* Where nothing of a pass passed --where there would be no end. */
    } while (status < 0 && passed > before && is_repeatable(build->cli, argc, argv));
    return status < 0 ? CLI_DONE : status;
}

static int build_run(struct cli *cli, int argc, char **argv)
{
    struct build build = { .cli = cli, .seed = cli->opt.seed };
    int status = CLI_WRONG;

    if (!argc && !cli->opt.json)
        return cli_usage(cli->cmd, "build needs %s", cli->cmd->args);
    build.drafts = clv_arena_new(NULL, 0);
    build.scratch = clv_arena_new(NULL, 0);
    if (!build.drafts || !build.scratch)
        cli_fail("out of memory");
    else if ((build.sink = sink_open(cli, &(struct sink_opts){ .output = "tree" })))
        status = sink_close(build.sink, build_all(&build, argc, argv));
    clv_arena_free(build.drafts);
    clv_arena_free(build.scratch);
    return status;
}

const struct cmd cmd_build = {
    .name = "build",
    .args = "EXPR...",
    .summary = "Build packets from expressions, and show or write them",
    .more = "EXPR may be - for one expression a line of standard input. Without -o and -w the "
            "packets are\nshown as trees. With -c N the expressions are repeated until there are "
            "N packets.\n\n"
            "  cleave build 'IP(dst=\"10.0.0.1\", ttl=(1,3))/ICMP()' -o line\n"
            "  cleave build 'Ether()/IP()/TCP(dport=[22,80])' -w syn.pcap\n"
            "  cleave read in.pcap -o expr | cleave build - -w out.pcap\n",
    .groups = OPT_OUTPUT | OPT_COUNT | OPT_BUILD | OPT_PURE,
    .most = UINT_MAX,
    .run = build_run,
};
