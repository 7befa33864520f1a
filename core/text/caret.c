/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The caret message: what is wrong, the text, marks beneath it. A mark stands in the column of the
 * character it means, whatever the text holds.
 */
#include "../base/base.h"

#include <string.h>

enum { WIDE = 76, BEFORE = 40 };

/* Bytes of the character at s: a guess that clv_out_safe() settles. */
static size_t char_size(const char *s, size_t n)
{
    size_t i = 1;
    if ((uint8_t)*s >= 0xc0)
        while (i < n && i < 4 && ((uint8_t)s[i] & 0xc0) == 0x80)
            i++;
    return i;
}

/* For a character of `size` bytes at `at`. */
static char mark_of(const struct clv_err *err, size_t at, size_t size)
{
    if (at <= err->pos && err->pos - at < size)
        return '^';
    if (at > err->pos && at - err->pos < err->len)
        return '~';
    return err->len2 && at >= err->pos2 && at - err->pos2 < err->len2 ? '~' : ' ';
}

/* The text as it shows, and as many columns of marks. */
static void lay(const struct clv_err *err, const char *text, size_t n, struct clv_out *show,
                struct clv_out *marks)
{
    clv_out_room(show, 1); /* an empty text has a buffer too */
    for (size_t i = 0; i < n;) {
        size_t size = char_size(text + i, n - i), from = show->len;
        if ((uint8_t)text[i] < 0x20)
            clv_out_chr(show, ' ');
        else
            clv_out_safe(show, text + i, size);
        bool whole = show->len - from == size || size == 1;
        size_t columns = whole && size > 1 ? 1 : show->len - from;
        char mark = mark_of(err, i, size);
        clv_out_chr(marks, mark);
        clv_out_pad(marks, mark == '^' ? '~' : mark, columns - 1);
        i += size;
    }
    if (err->pos >= n)
        clv_out_chr(marks, '^');
}

/* Where column `column` begins in s. */
static size_t column_find(const char *s, size_t n, size_t column)
{
    size_t i = 0;
    while (i < n && column) {
        i++;
        while (i < n && ((uint8_t)s[i] & 0xc0) == 0x80)
            i++;
        column--;
    }
    return i;
}

static void window_print(const struct clv_out *show, const struct clv_out *marks,
                         struct clv_out *out)
{
    size_t all = marks->len, from = 0, to = all;
    const char *caret = memchr(marks->buf, '^', marks->len);
    size_t at = caret ? (size_t)(caret - marks->buf) : 0;
    if (all > WIDE) {
        from = at > BEFORE ? at - BEFORE : 0;
        from = from + WIDE > all ? all - WIDE : from;
        to = from + WIDE;
    }
    size_t begin = column_find(show->buf, show->len, from);
    size_t end = begin + column_find(show->buf + begin, show->len - begin, to - from);
    clv_out_str(out, from ? "  .." : "  ");
    clv_out_mem(out, show->buf + begin, end - begin);
    clv_out_str(out, to < all ? "..\n" : "\n");
    while (to > from && marks->buf[to - 1] == ' ')
        to--;
    clv_out_str(out, from ? "    " : "  ");
    clv_out_mem(out, marks->buf + from, to - from);
    clv_out_chr(out, '\n');
}

void clv_print_err(const struct clv_err *err, const char *text, size_t n, struct clv_out *out)
{
    struct clv_out show, marks;
    clv_out_str(out, err->text);
    clv_out_chr(out, '\n');
    if (!text || !err->len)
        return;
    clv_out_init(&show, NULL, NULL);
    clv_out_init(&marks, NULL, NULL);
    lay(err, text, n, &show, &marks);
    if (!show.failed && !marks.failed && marks.len)
        window_print(&show, &marks, out);
    clv_out_free(&show);
    clv_out_free(&marks);
}
