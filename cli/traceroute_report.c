/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What answers mean to traceroute, and what it prints: word for word as the traceroute that Linux
 * has, because scripts read it, or one JSON object a line.
 */
#include "traceroute.h"

#include <stdlib.h>
#include <string.h>

/* ---- Answers. */

/* "": the host itself refuses the port; NULL: a code without a letter. */
static const char *const marks4[] = { "!N", "!H", "!P", "",   NULL, "!S", "!N", "!H",
                                      "!N", "!X", "!X", "!N", "!H", "!X", "!V", "!C" };
static const char *const marks6[] = { "!N", "!X", "!S", "!H", "" };

static void mark_unreachable(struct probe *probe, bool six)
{
    const char *const *marks = six ? marks6 : marks4;
    size_t n = six ? sizeof marks6 / sizeof *marks6 : sizeof marks4 / sizeof *marks4;
    const struct host_reply *reply = &probe->reply;
    const char *mark = reply->code < n ? marks[reply->code] : NULL;

    if (mark)
        snprintf(probe->mark, sizeof probe->mark, "%s", mark);
    else if (!six && reply->code == 4)
        snprintf(probe->mark, sizeof probe->mark, "!F-%u", reply->word[2] << 8 | reply->word[3]);
    else
        snprintf(probe->mark, sizeof probe->mark, "!<%u>", reply->code);
}

void trace_judge(struct trace *trace, struct probe *probe)
{
    const struct host_reply *reply = &probe->reply;
    bool six = trace->host.ip == &version_six;

    if (reply->layer >= 0 && !reply->echo) {
        if (reply->type == (six ? 3 : 11) && reply->code == 0)
            return;
        if (reply->type == (six ? 1 : 3))
            mark_unreachable(probe, six);
        else if (six && reply->type == 2)
            snprintf(probe->mark, sizeof probe->mark, "!F-%u",
                     (unsigned)reply->word[0] << 24 | (unsigned)reply->word[1] << 16 |
                         (unsigned)reply->word[2] << 8 | reply->word[3]);
        else if (six && reply->type == 4 && reply->code == 1)
            snprintf(probe->mark, sizeof probe->mark, "!P");
        else
            snprintf(probe->mark, sizeof probe->mark, "!<%u-%u>", reply->type, reply->code);
    }
    probe->final = true;
    probe->reached = !*probe->mark;
}

/* A column has a value for each entry of the stack: "38659,24045". */
static void read_column(const char *column, struct probe *probe, size_t member)
{
    uint32_t n = 0;

    for (char *end; n < TRACE_LABELS; column = end + 1) {
        unsigned long value = strtoul(column, &end, 0);
        if (end == column)
            break;
        *(uint32_t *)(void *)((char *)&probe->labels[n++] + member) = (uint32_t)value;
        if (*end != ',')
            break;
    }
    probe->nlabels = n;
}

void trace_read_labels(const struct trace *trace, const struct clv_packet *answer,
                       struct probe *probe)
{
    static const size_t members[] = { offsetof(struct trace_label, label),
                                      offsetof(struct trace_label, cos),
                                      offsetof(struct trace_label, s),
                                      offsetof(struct trace_label, ttl) };
    struct clv_out out;

    clv_out_init(&out, NULL, NULL);
    clv_print_columns(trace->stack, answer->view, &answer->frame, &out);
    clv_out_chr(&out, 0);
    const char *at = out.failed ? "" : out.buf;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        read_column(at, probe, members[i]);
        at += strcspn(at, "\t");
        at += *at == '\t';
    }
    clv_out_free(&out);
}

/* How many hops the answer came, if it set out with a usual time to live; 0: that is not known. */
static unsigned hops_back(const struct probe *probe)
{
    unsigned ttl = probe->reply.ttl;

    unsigned first = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;

    return ttl ? first + 1 - ttl : 0;
}

/* ---- Text. */

static void print_host(struct trace *trace, const struct probe *probe)
{
    const char *addr = probe->reply.src, *name = host_name(&trace->host, addr);

    fputc(' ', stdout);
    if (trace->host.numeric) {
        fputs(addr, stdout);
    } else {
        tool_safe(stdout, name ? name : addr);
        printf(" (%s)", addr);
    }
}

static void print_labels(const struct probe *probe)
{
    for (uint32_t i = 0; i < probe->nlabels; i++) {
        const struct trace_label *label = &probe->labels[i];
        printf("%sL=%u,E=%u,S=%u,T=%u", i ? "/" : " <MPLS:", label->label, label->cos, label->s,
               label->ttl);
    }
    if (probe->nlabels)
        fputc('>', stdout);
}

/* Is it the same as what stands before it on the line? */
static bool is_like(const struct trace *trace, const struct probe *probe,
                    const struct probe *before)
{
    if (!before || !before->answered || strcmp(before->reply.src, probe->reply.src) != 0)
        return false;
    return !trace->opts->extensions ||
           (before->nlabels == probe->nlabels &&
            !memcmp(before->labels, probe->labels, sizeof probe->labels));
}

static void print_text(struct trace *trace, uint32_t at)
{
    const struct probe *probe = &trace->probes[at],
                       *before = at % trace->queries ? probe - 1 : NULL;
    unsigned hop = trace_hop(trace, at), back = hops_back(probe);

    if (!before)
        printf("%2u ", hop);
    if (!probe->answered) {
        fputs(" *", stdout);
        return;
    }
    if (!is_like(trace, probe, before)) {
        print_host(trace, probe);
        if (trace->opts->extensions)
            print_labels(probe);
        if (trace->opts->back && back && back != hop)
            printf(" '-%u'", back);
    }
    printf("  %.3f ms", (double)probe->rtt / 1e6);
    if (*probe->mark)
        printf(" %s", probe->mark);
}

/* ---- JSON. */

static void print_object(struct trace *trace, const struct probe *probe)
{
    const struct host_reply *reply = &probe->reply;
    const char *name;

    if (!probe->answered) {
        fputs("null", stdout);
        return;
    }
    fputs("{\"addr\":", stdout);
    tool_quote(reply->src);
    if ((name = host_name(&trace->host, reply->src))) {
        fputs(",\"name\":", stdout);
        tool_quote(name);
    }
    printf(",\"rtt_ms\":%.3f", (double)probe->rtt / 1e6);
    if (reply->ttl)
        printf(",\"ttl\":%u,\"back\":%u", reply->ttl, hops_back(probe));
    if (reply->layer >= 0)
        printf(",\"type\":%u,\"code\":%u", reply->type, reply->code);
    for (uint32_t i = 0; i < probe->nlabels; i++)
        printf("%s{\"label\":%u,\"cos\":%u,\"s\":%u,\"ttl\":%u}%s", i ? "," : ",\"mpls\":[",
               probe->labels[i].label, probe->labels[i].cos, probe->labels[i].s,
               probe->labels[i].ttl, i + 1 == probe->nlabels ? "]" : "");
    if (*probe->mark)
        printf(",\"mark\":\"%s\"", probe->mark);
    fputc('}', stdout);
}

/* ---- Both. */

void trace_print_header(struct trace *trace)
{
    fputs(trace->json ? "{\"type\":\"start\",\"host\":" : "traceroute to ", stdout);
    if (trace->json) {
        tool_quote(trace->host.given);
        fputs(",\"addr\":", stdout);
        tool_quote(trace->host.addr);
        printf(",\"method\":\"%s\",\"first\":%u,\"hops\":%u,\"size\":%u}\n", trace->method->name,
               trace->first, trace->hops, trace->size);
    } else {
        tool_safe(stdout, trace->host.given);
        printf(" (%s), %u hops max, %u byte packets\n", trace->host.addr, trace->hops, trace->size);
    }
    tool_flush(&trace->broken);
}

/* The end of a hop, or of what is shown of it. */
static void end_line(const struct trace *trace)
{
    fputs(trace->json ? "]}\n" : "\n", stdout);
}

void trace_print_probe(struct trace *trace)
{
    uint32_t at = trace->shown++;

    if (!trace->json) {
        print_text(trace, at);
    } else {
        if (at % trace->queries)
            fputc(',', stdout);
        else
            printf("{\"type\":\"hop\",\"hop\":%u,\"probes\":[", trace_hop(trace, at));
        print_object(trace, &trace->probes[at]);
    }
    if (trace->shown % trace->queries == 0)
        end_line(trace);
}

void trace_print_end(struct trace *trace)
{
    bool reached = false;
    uint32_t hops = (trace->shown + trace->queries - 1) / trace->queries;

    if (trace->shown % trace->queries)
        end_line(trace);
    if (!trace->json)
        return;
    for (uint32_t i = 0; i < trace->shown; i++)
        reached = reached || trace->probes[i].reached;
    printf("{\"type\":\"summary\",\"reached\":%s,\"hops\":%u,\"sent\":%u}\n",
           reached ? "true" : "false", hops ? trace->first + hops - 1 : 0,
           trace->sent + trace->knocks);
}
