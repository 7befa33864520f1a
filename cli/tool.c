/* SPDX-License-Identifier: BSD-2-Clause */
/* How the tools that people know speak: messages that begin with their own name, and the end. */
#include "tool.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

void tool_safe(FILE *to, const char *text)
{
    struct clv_out out;

    clv_out_init(&out, NULL, NULL);
    clv_out_safe(&out, text, strlen(text));
    if (!out.failed)
        fwrite(out.buf, 1, out.len, to);
    clv_out_free(&out);
}

void tool_quote(const char *text)
{
    struct clv_out out;

    clv_out_init(&out, NULL, NULL);
    clv_out_safe(&out, text, strlen(text));
    fputc('"', stdout);
    for (size_t i = 0; !out.failed && i < out.len; i++) {
        if (out.buf[i] == '"' || out.buf[i] == '\\')
            fputc('\\', stdout);
        fputc(out.buf[i], stdout);
    }
    fputc('"', stdout);
    clv_out_free(&out);
}

bool tool_json(const struct cli *cli, const char *output, bool *json)
{
    *json = output && !strcmp(output, "json");
    if (*json || !output || !strcmp(output, "text"))
        return true;
    cli_usage(cli->cmd, "no output format '%s' here; there are text and json", output);
    return false;
}

int tool_fail(const struct cli *cli, const char *fmt, ...)
{
    char text[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    fflush(stdout);
    fprintf(stderr, "%s: ", cli->cmd->name);
    tool_safe(stderr, text);
    fputc('\n', stderr);
    return CLI_WRONG;
}

int tool_err(const struct cli *cli, const struct clv_err *err)
{
    tool_fail(cli, "%s", err->text);
    return err->code == CLV_DENIED ? CLI_DENIED : CLI_WRONG;
}

void tool_flush(int *broken)
{
    if (fflush(stdout) && !*broken)
        *broken = errno;
}

int tool_end(const struct cli *cli, int broken, int status)
{
    /* That its reader went away is no failure: it had enough. */
    if (broken && broken != EPIPE)
        return tool_fail(cli, "standard output: %s", strerror(broken));
    return status;
}
