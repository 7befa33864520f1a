/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiled tables, which all else moves over.
 *
 *   clv -- layer[] -- row[]         what registration made of the tables
 *      \-- space[] -- bucket[]      which layer sits under which key
 */
#ifndef CLV_MODEL_H
#define CLV_MODEL_H

#include "cond.h"
#include "index.h"
#include "kind.h"
#include "swift.h"

enum {
    MAX_ROWS = 128,
    MAX_NEST = 256,       /* layers in each other */
    MAX_LAYERS = 8192,    /* in one packet */
    MAX_ITEM_NEST = 24,   /* lists in lists */
    MAX_ITEMS = 65536,    /* in one list */
    MAX_PACKET = 1 << 20, /* bytes built */
    NO_ID = 0xffff
};

/* Peel: what becomes of a value. */
enum fate {
    FATE_ASK,
    FATE_OUT,    /* left out */
    FATE_DEFAULT /* left out if it is the default, which is a number */
};

/* Words by value. */
struct word {
    uint64_t value;
    const char *name; /* NULL: an empty place */
    uint32_t n;
};
struct words {
    uint32_t mask;
    struct word e[];
};

struct row {
    const struct clv_field *f;
    const struct clv_kind *kind;
    const char *name;          /* f->name, for clv_put_text(); `,"` lies before, `":` behind */
    const struct words *words; /* of a number; NULL: none */
    uint16_t index, nname;
    uint16_t bits, style;
    uint16_t size, at;  /* rows; NO_ID */
    uint16_t sized;     /* on a row that measures FIELD, COUNT or START: whom; NO_ID */
    uint16_t alias;     /* the first row of this name, if not me; NO_ID */
    uint16_t group;     /* the first of the rows that share my `when` with me */
    uint16_t of;        /* space; NO_ID */
    uint16_t key;       /* space, the first; NO_ID */
    bool item_key;      /* my key picks the items of a row here, not the payload */
    bool fixed;         /* begins at a place known beforehand: `bit` */
    bool quick;         /* and is a number: `load` */
    bool simple;        /* a number of known width, right behind the row before */
    bool many, counted; /* counted: size counts items, not bytes */
    bool part;          /* shares a byte with a neighbour */
    bool leaves;        /* items, and rows of told sizes lie behind them: theirs is not mine */
    bool decides;       /* a condition reads me */
    bool stays;         /* its presence hangs on being given (`left`, or a row that measures) */
    bool implied;       /* some layer implies a value for me */
    bool always;        /* no condition and no alternative: I am there */
    bool computed;      /* when I am left out: by what I measure or fill, or by the payload */
    uint8_t fate;       /* peel: enum fate */
    uint32_t bit;
    struct load load;
    struct cond when;
    const struct like *like; /* of a text */
};

/* A length read at a fixed place. */
struct rule {
    bool on;
    uint16_t row;
    uint32_t add; /* REST: where it counts from */
    struct load load;
};

struct keyplan {
    uint16_t spaces[3];
    uint8_t nspaces, nrows;
    bool either, quick;
    uint16_t rows[4];
};

/* A piece of a summary. */
struct piece {
    char *text; /* for clv_put_text(); NULL: a field */
    uint32_t n;
    uint16_t layer;       /* id, NO_ID: own */
    bool number;          /* "#": no word */
    uint16_t first, rows; /* the field and its alternatives */
    uint8_t role;         /* not 0: this role's row in the nearest lower layer that has one */
};

/* A value for a row of a lower layer; IMPLY_IF: layer is NO_ID. */
struct implied {
    uint16_t layer, row;
    uint16_t same; /* the row of mine that holds it; NO_ID: v */
    const struct clv_kind *kind;
    struct clv_val v;
};

struct line {
    struct cond when;
    struct piece *pieces;
    uint32_t n;
};

/* A number at a fixed place, to be stored. */
struct plain {
    uint64_t init;
    uint32_t bit;
    uint8_t bits, lead, half; /* bits of its first byte before it; half those of whole bytes */
};

struct layer {
    const struct clv_desc *d;
    const char *name; /* d->name, for clv_put_text(); `{"layer":"` lies before, `"` behind */
    uint16_t nname;
    uint16_t id;
    uint16_t n, nhead; /* rows; those before the ones that lie after the payload */
    struct row *rows;
    uint32_t min; /* bytes of the fixed part */
    struct swift swift;
    const uint64_t
        *begins;   /* the bytes that its first text may begin with, a bit each; NULL: any */
    bool open;     /* the header is all that is offered */
    bool walk;     /* the header's length needs a walk */
    bool end_walk; /* so does the layer's end */
    struct rule head, end;
    uint32_t trail; /* bytes after the payload, where that is fixed */
    bool trail_walk;
    uint16_t behind; /* the row of the items behind the payload, which takes all there is; NO_ID */
    uint16_t body;   /* the row that tells where they begin */
    uint8_t nkeys;
    struct keyplan keys[4];
    uint16_t next;    /* space; NO_ID */
    uint16_t pads;    /* row of the switch; NO_ID */
    uint16_t message; /* the row from which names count; NO_ID: the first */
    struct cond when, opens, endless, whole, last, little;
    struct cond *implies; /* of each IMPLY_IF among its rows */
    uint16_t little_from; /* first row that `little` may swap */
    uint16_t ntells, tells[8];
    uint16_t again;  /* group, from 1; 0: none */
    uint16_t quotes; /* layer; NO_ID */
    uint16_t counts; /* the layer that this one is, for requests and answers; NO_ID: itself */
    struct line who; /* n 0 and d->who: no one */
    struct line *lines;
    uint32_t nlines;
    bool unfit;    /* may be refused after its key matched: tell rows, when, probe, patterns */
    bool replies;  /* has rows with `reply`, or a hook */
    bool chooses;  /* has a hook that tells what lies above */
    bool text;     /* has rows of text */
    bool summed;   /* has rows with `fill` */
    bool measured; /* has rows that measure */
    bool holds;    /* has rows of items */
    bool vague;    /* which of its alternatives is there hangs on more than given values */
    /* What building asks of it again and again. */
    uint16_t nplain; /* rows it begins with that are always there, and numbers at fixed places */
    struct plain *plain;              /* of each of them */
    uint16_t nmade, *made;            /* rows that hold items, measure, or are filled in */
    uint16_t mode;                    /* the first switch; NO_ID */
    uint16_t units;                   /* the first row that counts the header in units; NO_ID */
    uint16_t roles[CLV_LINK_SRC + 1]; /* the first row of each enum clv_role; NO_ID */
    struct implied *implied;          /* what its `implies` say */
};

struct cand {
    uint16_t layer;
    bool plain; /* asks for nothing: comes last */
    bool sure;
    bool led;  /* its first demand lies behind rows of fixed bits and names alone */
    bool like; /* and the one before has the same rows up to there */
};

struct bucket {
    uint64_t key;
    uint32_t n, cap;
    struct cand *c;
    struct load tell;
    bool ready;  /* its layers are compiled; else the candidates stand as they were added */
    bool ranged; /* of a range of keys */
    bool
        direct; /* all tell rows are one number at one place: `first`, by its low byte, is into c */
    uint16_t *first;
};

struct entry {
    uint64_t key;
    uint16_t layer, bucket; /* layer NO_ID: look into the bucket */
    uint8_t used, tbyte, tshift, tmask, tval;
};

struct range {
    uint64_t from, to;
    uint16_t bucket;
};

struct space {
    const char *name;
    uint32_t n, cap;
    struct bucket *b;
    struct index keys; /* buckets by key, while the space is filled */
    uint32_t nranges;
    struct range *ranges;
    uint32_t mask;
    uint8_t shift;   /* of a hash to an index */
    struct entry *e; /* NULL: not sealed yet */
};

/*
 * What is known of all layers are their names. A layer is compiled, and a space sealed, when it is
 * first asked for: `layers` then holds the layer, `e` of a space its hash. What a view or a draft
 * holds is compiled; other ids go through clv_layer_made(), spaces through clv_space().
 */
struct clv {
    struct clv_mem mem;
    struct clv_arena *arena;  /* compiled tables */
    struct clv_arena *sealed; /* what spaces hold; made anew when a layer is added */
    uint32_t n, cap;
    const struct clv_desc **descs;
    struct layer **halves; /* their rows are made: all that other layers' plans look at */
    struct layer **layers; /* NULL: not compiled yet */
    uint32_t nhalves;
    bool starved; /* memory ended when something was last to be compiled */
    struct index names, space_names;
    uint32_t nspaces, spacecap;
    struct space *spaces;
    const char **lists; /* names of the spaces that item rows draw from; NULL: not gathered yet */
    uint32_t nlists;
    uint16_t raw, padding;
    uint16_t link; /* the space of link types */
    const char *groups[64];
    uint32_t ngroups;
    uint8_t poison; /* what fresh build memory holds; tests vary it */
};

/* ---- registry.c, table.c, check.c, space.c */
bool clv_row_check(const struct layer *layer, const struct row *row, struct clv_err *err);
bool clv_rows_check(const struct layer *layer, struct clv_err *err);
bool clv_is_name(const char *s); /* letters, digits and '_' */
uint16_t clv_name_id(const struct clv *clv, const char *name, size_t n); /* NO_ID */
/* The layer with its rows, or compiled. NULL: err, which may be NULL. */
struct layer *clv_layer_half(const struct clv *clv, uint16_t id, struct clv_err *err);
struct layer *clv_layer_make(const struct clv *clv, uint16_t id, struct clv_err *err);
static inline const struct layer *clv_layer_made(const struct clv *clv, uint16_t id)
{
    return clv->layers[id] ? clv->layers[id] : clv_layer_make(clv, id, NULL);
}
/* Before something is asked for that may not be there: clv->starved is only ever about that. */
static inline void clv_fed(const struct clv *clv)
{
    if (clv->starved)
        ((struct clv *)clv)->starved = false;
}
/* Compiled layers. NULL, NO_ID: there is none, or clv->starved. */
const struct layer *clv_layer_by_desc(const struct clv *clv, const struct clv_desc *d);
uint16_t clv_layer_id(const struct clv *clv, const char *name, size_t n);
bool clv_make_rows(struct clv *clv, struct layer *layer, struct clv_err *err);
bool clv_plan_layer(struct clv *clv, struct layer *layer, struct clv_err *err);
/* Rows that building asks for again and again; false: no memory. */
bool clv_plan_draft(struct clv *clv, struct layer *layer);
uint16_t clv_space_id(struct clv *clv, const char *name, size_t n);
/* Sealed; its buckets' layers may not be compiled. NULL: clv->starved. */
const struct space *clv_space(const struct clv *clv, uint16_t id);
/* What lies under a key, compiled; NULL: nothing, or clv->starved. */
const struct bucket *clv_bucket(const struct clv *clv, uint16_t space, uint64_t key);
/* Does an item row draw from the space? Does the layer sit in lists? */
bool clv_space_lists(const struct clv *clv, const char *space);
bool clv_is_item(const struct clv *clv, const struct clv_desc *d);
/* Forget what spaces hold. Whatever there is to be sealed, now. false: clv->starved. */
bool clv_spaces_reset(struct clv *clv);
bool clv_spaces_seal(struct clv *clv);
/* First row of this name; with `_` names and aliases not handled here. -1: none. */
int clv_row_named(const struct layer *layer, const char *name, size_t n);

/* ---- words.c */
/* Names and words of a layer's rows, as printing has them. */
bool clv_make_names(struct clv *clv, struct layer *layer, struct clv_err *err);
static inline uint32_t clv_word_hash(uint64_t v)
{
    return (uint32_t)(v ^ v >> 7 ^ v >> 32);
}

/* The word of a number; NULL: it has none. */
static inline const struct word *clv_words_find(const struct words *words, uint64_t v)
{
    const struct word *e = words->e + (clv_word_hash(v) & words->mask);
    for (; e->name; e = words->e + ((e - words->e + 1) & words->mask))
        if (e->value == v)
            return e;
    return NULL;
}

/* ---- space.c */
static inline uint32_t clv_entry_hash(const struct space *s, uint64_t key)
{
    return (uint32_t)(key * 0x9e3779b97f4a7c15ull >> s->shift);
}

/* The entry of a key; NULL: none. */
static inline const struct entry *clv_entry(const struct space *s, uint64_t key)
{
    for (uint32_t h = clv_entry_hash(s, key);; h = (h + 1) & s->mask)
        if (!s->e[h].used || s->e[h].key == key)
            return s->e[h].used ? &s->e[h] : NULL;
}

/* The first candidate that may take what begins at p. */
static inline uint32_t clv_bucket_first(const struct bucket *b, const uint8_t *p, uint32_t room)
{
    bool told = b->direct && room >= b->tell.byte + b->tell.nb;
    return told ? b->first[clv_load(p, &b->tell) & 255] : 0;
}

/* ---- walk.c: what a row says of its size, or of another's. */
/* What a measuring row's value says in bytes: value * unit - bias, saturated; may be negative. */
int64_t clv_span_bytes(const struct clv_field *f, uint64_t v);
/* The value for that many bytes, rounded up to the unit. */
uint64_t clv_span_value(const struct clv_field *f, uint64_t bytes);
/* How many bytes `size` says the row has; may be negative. */
int64_t clv_row_size(const struct layer *layer, const struct row *row, uint64_t v);
/* Does `size` count its bits, which are given and never computed? */
static inline bool clv_row_in_bits(const struct layer *layer, const struct row *row)
{
    return row->kind->whole && row->size != NO_ID && !layer->rows[row->size].f->measures.of;
}
/* How many items or values the row holds; UINT64_MAX: up to its end. */
uint64_t clv_row_count(const struct layer *layer, const struct row *row, const uint64_t *seen);

/* ---- text/parse.c, args.c */
struct ast *clv_ast_parse(struct clv_arena *arena, const char *text, size_t n, bool packet,
                          struct clv_err *err);
/* Is a repeated row's default one? Not asked of items: they may be of layers that come later. */
bool clv_default_check(const struct clv *clv, const struct layer *layer, const struct row *row,
                       struct clv_err *err);
struct ast *clv_ast_json(struct clv_arena *arena, const char *text, size_t n, struct clv_err *err);

#endif
