/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors: one line of text, a code and a place. The first error wins. */
#include "base.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void say(struct clv_err *err, int code, const char *fmt, va_list args)
{
    err->code = code;
    vsnprintf(err->text, sizeof err->text, fmt, args);
    /* Names and values in a message may come from outside: nothing reaches a terminal raw. */
    for (uint8_t *p = (uint8_t *)err->text, *end = p + strlen(err->text); p < end;) {
        uint32_t c;
        size_t n = clv_utf8_take(p, (size_t)(end - p), &c);
        if (!n || clv_is_odd(c)) {
            n = n ? n : 1;
            memset(p, '?', n);
        }
        p += n;
    }
}

bool clv_fail(struct clv_err *err, int code, const char *fmt, ...)
{
    va_list args;
    if (!err || err->code)
        return false;
    va_start(args, fmt);
    say(err, code, fmt, args);
    va_end(args);
    return false;
}

bool clv_fail_at(struct clv_err *err, uint32_t pos, uint32_t len, const char *fmt, ...)
{
    va_list args;
    if (!err || err->code)
        return false;
    va_start(args, fmt);
    say(err, CLV_BAD_TEXT, fmt, args);
    va_end(args);
    err->pos = pos;
    err->len = len;
    return false;
}

bool clv_fail_sys(struct clv_err *err, int sys, const char *fmt, ...)
{
    va_list args;
    if (!err || err->code)
        return false;
    va_start(args, fmt);
    say(err, sys == EPERM || sys == EACCES ? CLV_DENIED : CLV_SYSTEM, fmt, args);
    va_end(args);
    err->sys = sys;
    size_t n = strlen(err->text);
    snprintf(err->text + n, sizeof err->text - n, ": %s", strerror(sys));
    return false;
}

bool clv_fail_memory(struct clv_err *err)
{
    return clv_fail(err, CLV_NO_MEMORY,
                    "out of memory: the packet needs more than its arena holds");
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

bool clv_same_word(const char *a, size_t an, const char *b)
{
    size_t i = 0;
    for (; i < an && b[i]; i++)
        if (a[i] != b[i] && lower(a[i]) != lower(b[i]))
            return false;
    return i == an && !b[i];
}

/* Insertions, deletions, changes, and swaps of neighbours, the commonest slip. */
uint32_t clv_distance(const char *a, size_t an, const char *b, size_t bn)
{
    uint32_t rows[3][256];
    if (an > 255 || bn > 255)
        return UINT32_MAX;
    for (uint32_t j = 0; j <= bn; j++)
        rows[0][j] = j;
    for (uint32_t i = 1; i <= an; i++) {
        uint32_t *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        int x = lower(a[i - 1]);
        now[0] = i;
        for (uint32_t j = 1; j <= bn; j++) {
            int y = lower(b[j - 1]);
            uint32_t best = last[j - 1] + (x != y);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            bool swap = i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]);
            if (swap && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[an % 3][bn];
}
