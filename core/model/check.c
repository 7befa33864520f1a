/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What registration refuses in a table: rows that no bytes, or no text, could be read back from the
 * same. What passes here obeys the laws whatever the packet holds.
 */
#include "names.h"

#include <string.h>

#define bad(f_, ...) refuse(err, layer, f_, __VA_ARGS__)

static bool refuse(struct clv_err *err, const struct layer *layer, const struct clv_field *f,
                   const char *why)
{
    return clv_fail(err, CLV_BAD_TABLE, "%s%s%s: %s", layer->d->name, f ? "." : "",
                    f ? f->name : "", why);
}

bool clv_is_name(const char *s)
{
    for (const char *p = s; *p; p++)
        if (!(*p >= 'a' && *p <= 'z') && !(*p >= 'A' && *p <= 'Z') && *p != '_' &&
            !(p > s && *p >= '0' && *p <= '9'))
            return false;
    return *s != 0;
}

/* So that (number + add) * 10 can be counted in 64 bits, and text is what people mean. */
static bool check_scale(const struct layer *layer, const struct row *row, struct clv_err *err)
{
    const int64_t most = INT64_C(1) << 62;
    const struct clv_field *f = row->f;
    const struct clv_scale *scale = f->arg;
    if (!scale || !scale->div || scale->div > 1ull << 32)
        return bad(f, "a scaled number needs a scale, whose `div` is 1..2^32");
    if (scale->add && (row->bits > 62 || scale->add > most || scale->add < -most))
        return bad(f, "its scale's `add` is too far from 0 for 64 bits");
    if (f->measures.of || f->key || f->words || (f->style & CLV_HEX))
        return bad(f, "a scaled number is no length, no key, and has no words");
    return true;
}

static bool check_kind(const struct layer *layer, const struct row *row, struct clv_err *err)
{
    const struct clv_field *f = row->f;
    const struct clv_kind *k = row->kind;
    if (!clv_is_name(f->name) || f->name[0] == '_' || !strcmp(f->name, "layer"))
        return bad(f, "a name is letters, digits and '_'; 'layer' and a first '_' are reserved");
    if (k->shape == SHAPE_SWITCH &&
        (f->size || f->at || f->align || f->key || (f->style & (CLV_MANY | CLV_AFTER))))
        return bad(f, "a switch has no bytes, so no place");
    if (k->shape == SHAPE_NUM && row->bits > 64)
        return bad(f, "a number has at most 64 bits");
    if (k->shape == SHAPE_NUM && !row->bits && !k->span)
        return bad(f, "a number needs a width");
    const uint8_t *part = k == &clv_parts ? f->arg : NULL;
    if (k == &clv_parts && (!part || !*part || *part > 32 || row->bits % *part))
        return bad(f, "parts have up to 32 bits each, and fill the row");
    if (k == &clv_halves && (row->bits % 2 || row->bits < 2 || row->bits > 64))
        return bad(f, "halves have an even number of bits up to 64");
    if (k == &clv_scaled && !check_scale(layer, row, err))
        return false;
    if (k->whole && (row->many || row->bits > k->whole * 8 || (row->bits && f->size)))
        return bad(f, "the first bytes of one address: at most all, told by `bits` or by `size`");
    if (((k->span && !k->whole) || k->shape == SHAPE_ITEM || k->shape == SHAPE_SWITCH) && row->bits)
        return bad(f, "its kind tells its width");
    if ((k == &clv_mac && row->bits != 48) || (k == &clv_ip4 && row->bits != 32) ||
        (k == &clv_ip6 && row->bits != 128))
        return bad(f, "an address of the wrong width");
    if (k->shape == SHAPE_BYTES && row->bits & 7)
        return bad(f, "bytes need a width of whole bytes");
    if (k == &clv_text && (!f->like || !clv_like_valid(f->like)))
        return bad(f, "a text row needs a valid pattern");
    if (k->shape == SHAPE_ITEM && !f->of)
        return bad(f, "an item row needs `of`, the space its layers come from");
    if (row->many && row->bits & 7)
        return bad(f, "a repeated row has whole bytes");
    if (row->many && !row->bits && !k->span && k->shape != SHAPE_ITEM)
        return bad(f, "a repeated row needs a width, or a kind that delimits itself");
    return true;
}

/* A default in text, of kinds that are no numbers; an item's is an expression, bound when used. */
static bool check_text(const struct layer *layer, const struct row *row, struct clv_err *err)
{
    const char *text = row->f->text;
    size_t n = text ? strlen(text) : 0;
    uint8_t ip6[16], name[CLV_NAME_MAX + 8];
    bool fits = row->kind->shape == SHAPE_ITEM || row->kind == &clv_bytes ||
                (row->kind == &clv_oid && n < 100) || (row->kind == &clv_cstr && n < 256);
    if (row->kind == &clv_ip6)
        fits = clv_text_ip6(text ? text : "::", text ? n : 2, ip6);
    if (row->kind->wire)
        fits = row->kind->wire(text ? text : "", n, name) != UINT32_MAX;
    if (row->kind->whole)
        fits = !text || clv_part_text(row->kind, text, n, ip6);
    if (clv_is_named(row)) {
        struct clv_val v;
        fits = !text || !clv_name_wire(text, n, &v, name);
    }
    if (row->kind == &clv_text)
        fits = clv_like_span(row->f->like, (const uint8_t *)(text ? text : ""), (uint32_t)n) == n;
    if (row->many) /* an expression, as an item's */
        fits = true;
    if (text &&
        (!fits || (row->bits && n * 8 > row->bits && row->kind == &clv_bytes && !row->many)))
        return bad(row->f, "its default does not fit");
    return true;
}

static bool check_values(const struct layer *layer, const struct row *row, struct clv_err *err)
{
    const struct clv_field *f = row->f;
    bool number = row->kind->shape == SHAPE_NUM && !row->many;
    if ((f->style & CLV_TELL) && !number)
        return bad(f, "only a number tells layers apart");
    if (f->measures.of && !number)
        return bad(f, "only a number measures");
    if (f->fill && (!number || !row->bits || f->measures.of))
        return bad(f, "only a number of known width that measures nothing is filled");
    bool sum = f->fill == clv_sum_header || f->fill == clv_sum_layer || f->fill == clv_sum_pseudo;
    if (sum && row->bits != 16)
        return bad(f, "an Internet checksum has 16 bits");
    bool zeros = row->kind == &clv_bytes && !row->bits && !row->many;
    if (f->init && row->kind->shape != SHAPE_SWITCH && !number && !zeros)
        return bad(f, "`init` is for numbers; `text` is the default of others");
    uint64_t most = zeros ? 255
                    : row->kind->shape == SHAPE_SWITCH || !row->bits || row->bits > 63
                        ? UINT64_MAX
                        : (1ull << row->bits) - 1;
    if (f->init > most || (zeros && f->init && f->text && strlen(f->text) > f->init))
        return bad(f, "its default does not fit");
    for (const struct clv_word *w = f->words; w && w->name; w++)
        if (w->value > most)
            return bad(f, "the value of one of its words does not fit");
    return check_text(layer, row, err);
}

/* Split finds where the payload ends before it walks what lies behind it. */
static bool check_trail(const struct layer *layer, const struct row *row, struct clv_err *err)
{
    const struct clv_field *f = row->f;
    if (row->index < layer->nhead)
        return true;
    if (row->alias != NO_ID)
        return bad(f, "a row after the payload has no alternatives");
    if (row->kind->shape == SHAPE_ITEM && row->many && !f->at && f->align < 2 && !f->size)
        return (layer->n == layer->nhead + 1 && layer->d->fills[0] && layer->d->fills[1]) ||
               bad(f, "items that take all behind the payload stand alone there, and need `fills`");
    if (f->at || f->align > 1 || row->counted || (!row->bits && row->size == NO_ID) ||
        (row->many && row->size == NO_ID) || (row->size != NO_ID && row->size >= layer->nhead))
        return bad(f, "a row after the payload has a fixed width, or one that a header row tells");
    return true;
}

bool clv_row_check(const struct layer *layer, const struct row *row, struct clv_err *err)
{
    return check_kind(layer, row, err) && check_values(layer, row, err);
}

/* As a tuple, an item is its plain data in order; with an empty name, a number and one value. */
static bool check_tuple(const struct layer *layer, struct clv_err *err)
{
    uint32_t values = 0;
    const struct row *many = NULL;
    for (uint32_t i = 0; i < layer->n; i++) {
        const struct row *row = &layer->rows[i];
        bool alike = row->alias != NO_ID, number = !*layer->d->tuple;
        if ((row->style & CLV_TELL) || row->f->measures.of || row->kind->shape == SHAPE_SWITCH)
            continue;
        if (number && alike) /* the number chooses among alternatives */
            continue;
        if (alike || (many && !number) || row->kind->shape == SHAPE_ITEM || row->f->fill ||
            row->f->key || row->index >= layer->nhead)
            return bad(row->f, "a tuple holds plain data, a repeated row as the last");
        many = row->many ? row : NULL;
        values++;
    }
    const struct row *first = layer->rows;
    bool number = layer->n && first->kind == &clv_uint && first->bits && !first->many &&
                  !(first->style & CLV_TELL) && !first->f->measures.of && !first->f->when;
    if (!*layer->d->tuple && (!number || values > 2))
        return bad(NULL, "the general tuple is a number and one more value");
    return true;
}

/* What a row alone cannot know of the others. */
bool clv_rows_check(const struct layer *layer, struct clv_err *err)
{
    for (uint32_t i = 0; i < layer->n; i++) {
        const struct row *row = &layer->rows[i];
        if (!check_trail(layer, row, err))
            return false;
        if (row->kind->shape == SHAPE_SWITCH && (row->f->when || row->alias != NO_ID))
            return bad(row->f, "a switch is always there, and has no alternatives");
        if ((row->style & CLV_NET) && !clv_row_in_bits(layer, row))
            return bad(row->f,
                       "only an address whose `size` counts bits has bits that do not count");
        uint8_t of = row->f->measures.of;
        if ((row->style & CLV_STACKED) && (row->kind->shape != SHAPE_ITEM || i + 1u < layer->n))
            return bad(row->f, "only items of the last row are stacked");
        if (layer->d->tail && !strcmp(layer->d->tail, row->f->name))
            return bad(row->f, "its name is that of the tail");
        if (of == CLV_BODY && !layer->d->fills[0])
            return bad(row->f, "it measures up to items behind a payload, which `fills` is for");
        bool named = of == CLV_FIELD || of == CLV_COUNT || of == CLV_START;
        if (named && row->sized == NO_ID)
            return bad(row->f, "no later row names it as what it measures");
        bool all = i + 1u < layer->nhead && row->size == NO_ID && !row->f->when &&
                   row->alias == NO_ID && row->kind->shape != SHAPE_SWITCH && !row->kind->span &&
                   row->kind->shape != SHAPE_ITEM && (row->many || !row->bits);
        if (all && !row[1].f->when && !row[1].f->at && row[1].kind->shape != SHAPE_SWITCH)
            return bad(row->f, "it takes all that is left, but a row follows; `size` says where it "
                               "ends, and what lies behind the payload is `after` it");
    }
    return !layer->d->tuple || check_tuple(layer, err);
}
