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

/* How many bytes at p are ASCII that no escape is needed for. */
static size_t plain_run(const uint8_t *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] >= 0x20 && p[i] < 0x7f && p[i] != '"' && p[i] != '\\')
        i++;
    return i;
}

void clv_out_safe(struct clv_out *out, const char *s, size_t n)
{
    const uint8_t *p = (const uint8_t *)s;
    while (n) {
        uint32_t code;
        size_t run = plain_run(p, n), take = run ? run : clv_utf8_take(p, n, &code);
        if (run || (take && !clv_is_odd(code))) {
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
        size_t run = plain_run(p, n), take = run ? run : clv_utf8_take(p, n, &code);
        if (run) {
            clv_out_mem(out, p, run);
        } else if (!take) {
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

/* What stands for each byte in a literal, and how many characters that are. */
#define E(text)                                                                                    \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
#define HALF(h, a, b, c, d, e, f, g, i)                                                            \
    E("\\x" h a), E("\\x" h b), E("\\x" h c), E("\\x" h d), E("\\x" h e), E("\\x" h f),            \
        E("\\x" h g), E("\\x" h i)
#define ROW(h)                                                                                     \
    HALF(h, "0", "1", "2", "3", "4", "5", "6", "7"), HALF(h, "8", "9", "a", "b", "c", "d", "e", "f")
static const struct {
    char text[4];
    uint8_t n;
} escapes[256] = {
    E("\\x00"), E("\\x01"), E("\\x02"), E("\\x03"), E("\\x04"), E("\\x05"), E("\\x06"), E("\\x07"),
    E("\\x08"), E("\\t"),   E("\\n"),   E("\\x0b"), E("\\x0c"), E("\\r"),   E("\\x0e"), E("\\x0f"),
    ROW("1"),   E(" "),     E("!"),     E("\""),    E("#"),     E("$"),     E("%"),     E("&"),
    E("\\'"),   E("("),     E(")"),     E("*"),     E("+"),     E(","),     E("-"),     E("."),
    E("/"),     E("0"),     E("1"),     E("2"),     E("3"),     E("4"),     E("5"),     E("6"),
    E("7"),     E("8"),     E("9"),     E(":"),     E(";"),     E("<"),     E("="),     E(">"),
    E("?"),     E("@"),     E("A"),     E("B"),     E("C"),     E("D"),     E("E"),     E("F"),
    E("G"),     E("H"),     E("I"),     E("J"),     E("K"),     E("L"),     E("M"),     E("N"),
    E("O"),     E("P"),     E("Q"),     E("R"),     E("S"),     E("T"),     E("U"),     E("V"),
    E("W"),     E("X"),     E("Y"),     E("Z"),     E("["),     E("\\\\"),  E("]"),     E("^"),
    E("_"),     E("`"),     E("a"),     E("b"),     E("c"),     E("d"),     E("e"),     E("f"),
    E("g"),     E("h"),     E("i"),     E("j"),     E("k"),     E("l"),     E("m"),     E("n"),
    E("o"),     E("p"),     E("q"),     E("r"),     E("s"),     E("t"),     E("u"),     E("v"),
    E("w"),     E("x"),     E("y"),     E("z"),     E("{"),     E("|"),     E("}"),     E("~"),
    E("\\x7f"), ROW("8"),   ROW("9"),   ROW("a"),   ROW("b"),   ROW("c"),   ROW("d"),   ROW("e"),
    ROW("f")
};

static void literal_run(struct clv_out *out, const uint8_t *p, size_t n)
{
    char *from = clv_out_room(out, 4 * n), *to = from;
    if (!to)
        return;
    for (size_t i = 0; i < n; i++) {
        memcpy(to, escapes[p[i]].text, 4);
        to += escapes[p[i]].n;
    }
    out->len += (size_t)(to - from);
}

void clv_out_literal(struct clv_out *out, const uint8_t *p, size_t n, bool text)
{
    enum { RUN = 4096 };
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
    for (; n > RUN; p += RUN, n -= RUN)
        literal_run(out, p, RUN);
    literal_run(out, p, n);
    clv_out_chr(out, '\'');
}
