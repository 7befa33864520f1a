/* SPDX-License-Identifier: BSD-2-Clause */
/* Escapes: text from outside for terminals, JSON strings, Python literals. */
#include "base.h"

#include <string.h>

size_t clv_utf8_take(const uint8_t *s, size_t n, uint32_t *code)
{
    size_t need = s[0] < 0x80 ? 1 : (s[0] & 0xe0) == 0xc0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : 4;
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (need > n || (need == 4 && (s[0] & 0xf8) != 0xf0))
        return 0;
    *code = need == 1 ? s[0] : s[0] & (0x7fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (s[i] & 0x3f);
    }
    if (*code < least[need] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
        return 0;
    return need;
}

bool clv_is_odd(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

void clv_out_safe(struct clv_out *out, const char *s, size_t n)
{
    const uint8_t *p = (const uint8_t *)s;
    while (n) {
        uint32_t code;
        size_t take = clv_utf8_take(p, n, &code);
        if (take && !clv_is_odd(code)) {
            clv_out_mem(out, p, take);
        } else {
            take = take ? take : 1;
            for (size_t i = 0; i < take; i++) {
                clv_out_str(out, "\\x");
                clv_out_hexn(out, p[i], 2);
            }
        }
        p += take;
        n -= take;
    }
}

void clv_out_json(struct clv_out *out, const char *s, size_t n)
{
    const uint8_t *p = (const uint8_t *)s;
    clv_out_chr(out, '"');
    while (n) {
        uint32_t code;
        size_t take = clv_utf8_take(p, n, &code);
        if (!take) {
            clv_out_str(out, "\\ufffd");
            take = 1;
        } else if (code == '"' || code == '\\') {
            clv_out_chr(out, '\\');
            clv_out_chr(out, (char)code);
        } else if (clv_is_odd(code)) {
            clv_out_str(out, "\\u");
            clv_out_hexn(out, code, 4);
        } else {
            clv_out_mem(out, p, take);
        }
        p += take;
        n -= take;
    }
    clv_out_chr(out, '"');
}

void clv_out_literal(struct clv_out *out, const uint8_t *p, size_t n, bool text)
{
    if (!text) {
        size_t i = 0;
        while (i < n && !p[i])
            i++;
        if (n > 8 && i == n) {
            clv_out_str(out, "bytes(");
            clv_out_dec(out, n);
            clv_out_chr(out, ')');
            return;
        }
        clv_out_chr(out, 'b');
    }
    clv_out_chr(out, '\'');
    for (size_t i = 0; i < n; i++) {
        uint8_t c = p[i];
        if (c == '\'' || c == '\\') {
            clv_out_chr(out, '\\');
            clv_out_chr(out, (char)c);
        } else if (c == '\n' || c == '\r' || c == '\t') {
            clv_out_chr(out, '\\');
            clv_out_chr(out, c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        } else if (c < 0x20 || c >= 0x7f) {
            clv_out_str(out, "\\x");
            clv_out_hexn(out, c, 2);
        } else {
            clv_out_chr(out, (char)c);
        }
    }
    clv_out_chr(out, '\'');
}
