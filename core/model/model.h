/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiled tables and what moves over them: walks, views, drafts.
 *
 *   clv -- layer[] -- row[]         what registration made of the tables
 *      \-- space[] -- bucket[]      which layer sits under which key
 *   view -- clv_layer[]             boundaries in bytes
 *   draft -- node -- slot[]         values, to be built
 */
#ifndef CLV_MODEL_H
#define CLV_MODEL_H

#include "index.h"
#include "kind.h"

enum {
    MAX_ROWS = 128,
    MAX_NEST = 256,       /* layers in each other */
    MAX_LAYERS = 8192,    /* in one packet */
    MAX_ITEM_NEST = 24,   /* lists in lists */
    MAX_ITEMS = 65536,    /* in one list */
    MAX_PACKET = 1 << 20, /* bytes built */
    NO_ID = 0xffff
};

/* A number at a fixed place. */
struct load {
    uint32_t byte;
    uint8_t nb, shift;
    bool little;
    uint64_t mask;
};

struct op {
    uint8_t op;
    bool more;      /* in: joined to the result of the one before */
    uint16_t row;   /* field */
    uint16_t layer; /* Layer.field */
    uint64_t a, b;
};

/* A condition over rows: a small stack program; most are one load, one mask, one test. */
struct cond {
    uint16_t n;   /* 0: always true */
    uint8_t lone; /* enum lone: a test of one row, whose value is masked first */
    uint16_t row; /* that row */
    bool quick;   /* every row it reads has a fixed place */
    bool left;    /* reads `left` */
    bool below;   /* reads Layer.field */
    uint64_t reads[2];
    struct op *ops;
    struct load load;
    uint64_t mask, value;
};

enum lone {
    LONE_NONE,
    LONE_EQ, /* == value */
    LONE_NE,
    LONE_UPTO,  /* <= value */
    LONE_ABOVE, /* > value */
    LONE_IN,    /* below 64, and its bit is set in value */
    LONE_OUT
};

static inline bool clv_lone_holds(const struct cond *c, uint64_t v)
{
    v &= c->mask;
    if (c->lone <= LONE_NE)
        return (v == c->value) == (c->lone == LONE_EQ);
    if (c->lone <= LONE_ABOVE)
        return (v <= c->value) == (c->lone == LONE_UPTO);
    return (v < 64 && (c->value >> v & 1)) == (c->lone == LONE_IN);
}

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

/* A big-endian number among 8 bytes, all of which are in the packet. */
struct spot {
    uint64_t mask;
    uint32_t byte, shift;
};

/* What a number says in bytes: number * unit + add. */
struct length {
    struct spot at;
    int32_t unit, add;
};

/* A number that is looked up in a space. */
struct lookup {
    struct spot at;
    uint16_t space;
};

/*
 * The short way of split through a layer whose lengths and keys lie at fixed places. Where the packet
 * has fewer than `span` bytes from the header on, or a length does not fit, it goes the long way.
 */
struct swift {
    bool on;
    bool told;   /* `head` tells the header's length */
    uint8_t end; /* CLV_LAYER, CLV_PAYLOAD or CLV_STRIDE: `tail` tells the layer's; CLV_NOTHING */
    uint8_t nlookups;
    uint32_t span;
    const struct lookup *lookups; /* what may tell the layer above, in this order */
    struct length head, tail;
    struct spot endless, opens; /* what these conditions test, where that is one number */
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

/* ---- cond.c */
bool clv_cond_compile(struct clv *clv, struct cond *c, const char *text, const struct layer *layer,
                      uint32_t upto, struct clv_err *err);
void clv_cond_shorten(struct cond *c, const struct layer *layer);
/* Over values by row, for building; lower layers' fields come from `below`. */
bool clv_cond_slots(const struct cond *c, const uint64_t *seen, uint64_t left,
                    uint64_t (*below)(void *user, uint16_t layer, uint16_t row), void *user);

static inline uint64_t clv_load(const uint8_t *p, const struct load *l)
{
    uint64_t v = 0;
    p += l->byte;
    if (l->nb == 1)
        v = p[0];
    else if (l->nb == 2 && !l->little)
        v = (uint64_t)p[0] << 8 | p[1];
    else if (l->nb == 4 && !l->little)
        v = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    else
        for (int i = 0; i < l->nb; i++)
            v = v << 8 | p[l->little ? l->nb - 1 - i : i];
    return v >> l->shift & l->mask;
}

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

static inline uint64_t clv_spot(const uint8_t *p, const struct spot *s)
{
    p += s->byte;
    uint64_t v = (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
                 (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
                 (uint64_t)p[6] << 8 | (uint64_t)p[7];
    return v >> s->shift & s->mask;
}

/* ---- walk.c: the only place that knows how rows lie. */

/* Items look down on the rows that their holder has before them. */
struct holder {
    const struct layer *layer;
    const uint64_t *seen;
    uint16_t upto;  /* the row that holds the items */
    uint32_t *left; /* of the outermost list's budget of looks at items */
    uint32_t budget;
    const struct holder *up;
};

/* Where a walk happens: what conditions, offsets and nested lists may look at. */
struct names;
struct where {
    const struct clv *clv;
    const struct clv_view *view; /* Layer.field looks here; may be NULL */
    uint32_t below;              /* layers of the view that lie below: 0 .. below-1 */
    const uint8_t *origin;       /* offsets and alignment count from here; NULL: header start */
    const struct holder *holder; /* of an item, whose lengths must fit; or NULL */
    uint8_t depth;               /* of nested lists */
    const uint8_t *message;      /* what names point into begins here */
    struct names *names;         /* lifting: the names of the message */
    struct clv_view *split;      /* splitting: where lists are noted; else NULL */
};

struct cell {
    uint16_t row;
    uint32_t bit, bits; /* from the header's start */
    uint32_t gap;       /* bytes before it */
    uint64_t u;         /* numbers */
    bool raw;           /* the kind cannot hold it */
    bool little;        /* of a repeated row: its values are little-endian */
    uint8_t spell;
};

struct walk {
    const struct clv *clv;
    const struct layer *layer;
    const struct where *where;
    const uint8_t *h, *origin;
    uint32_t room, lim; /* bytes offered; the header's end as far as known */
    uint32_t bit;
    uint16_t i;
    bool cut;      /* a row does not fit: want bytes at the header's start */
    bool narrowed; /* a row told the header's end */
    bool group_on;
    uint16_t group;
    bool little, little_known;
    uint32_t want;
    uint16_t bad;    /* row whose length lies; NO_ID */
    uint8_t badcode; /* enum clv_note_code */
    uint64_t badwant;
    uint16_t endrow; /* the row that tells the layer's end; NO_ID */
    uint64_t here[2];
    uint64_t seen[MAX_ROWS];
};

void clv_walk_begin(struct walk *w, const struct where *where, const struct layer *layer,
                    const uint8_t *h, uint32_t room);
bool clv_walk_next(struct walk *w, struct cell *cell);
/* A length was read, up to whose end the walk is: it narrows the header. false: it lies, and must not. */
bool clv_walk_narrow(struct walk *w, const struct row *row);
/*
 * After the header's rows: those behind the payload, the first of which begins at `bit`. Where they
 * do not fit before `end`, a byte offset, the first is raw and takes what is there.
 */
bool clv_walk_trail(struct walk *w, struct cell *cell, uint32_t bit, uint32_t end);
/* For the items of a row of the layer at h: room is all the layer's bytes. */
struct where clv_where_items(const struct where *where, const struct row *row,
                             const struct layer *layer, const uint8_t *h, uint32_t room,
                             const uint64_t *seen, struct holder *holder);
/* How many bytes these take; room: what lies behind the header. */
uint32_t clv_trail_bytes(const struct where *where, const struct layer *layer, const uint8_t *h,
                         uint32_t head, uint32_t room);
bool clv_cond_walk(const struct cond *c, const struct walk *w, uint32_t left);
/* A condition over a whole header at h of n bytes: loads where places are fixed, else a walk. */
bool clv_cond_at(const struct cond *c, const struct where *where, const struct layer *layer,
                 const uint8_t *h, uint32_t n);
/* The same, of a layer whose swift is on. */
static inline bool clv_cond_swift(const struct cond *c, const struct spot *at,
                                  const struct layer *layer, const uint8_t *h, uint32_t n)
{
    return c->lone ? clv_lone_holds(c, clv_spot(h, at)) : clv_cond_at(c, NULL, layer, h, n);
}
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
/* Find the cell of one row. */
/* Bytes before an aligned row at byte `at` of the header. */
uint32_t clv_align_gap(const struct walk *w, const struct row *row, uint32_t at);
bool clv_walk_find(const struct where *where, const struct layer *layer, const uint8_t *h,
                   uint32_t n, uint16_t row, struct cell *cell);
static inline bool clv_is_here(const uint64_t *here, uint32_t i)
{
    return here[i >> 6] >> (i & 63) & 1;
}

/* ---- pick.c: which layer takes these bytes. */
bool clv_tells(const struct where *where, const struct layer *layer, const uint8_t *p, uint32_t n);
/* What the first demand of a candidate, and of those like it behind it, finds. */
struct lead {
    bool known, found;
    struct cell cell;
};
/* The layers that may take the item at p, in order: one that it fits exactly, else the first that fits. */
struct choice {
    const struct bucket *b;
    uint32_t i;
    struct lead lead;
};
bool clv_choice_begin(const struct where *where, uint16_t space, uint64_t key, const uint8_t *p,
                      uint32_t room, struct choice *k);
const struct layer *clv_choice_next(const struct where *where, const uint8_t *p, uint32_t room,
                                    struct choice *k);
/* The item at p under key: its layer and length. */
bool clv_item_pick(const struct where *where, uint16_t space, uint64_t key, const uint8_t *p,
                   uint32_t room, uint16_t *id, uint32_t *len);
bool clv_item_last(const struct where *where, uint16_t id, const uint8_t *p, uint32_t n);
/* Bytes of a list that no length tells, by walking its items. */
uint32_t clv_list_span(const struct where *where, uint16_t space, uint64_t key, const uint8_t *p,
                       uint32_t room, uint64_t count, uint8_t align, const uint8_t *base,
                       bool *ended);
uint64_t clv_item_key(const struct layer *layer, uint32_t row, const uint64_t *seen);
/* Does some item of the space end the list that holds it? */
bool clv_list_ends(const struct clv *clv, uint16_t space);

/* ---- swift.c: the short ways of a layer that is compiled. false: out of memory. */
bool clv_layer_hasten(struct clv *clv, struct layer *layer);

/* ---- above.c: which layer lies above layer i, or (NO_ID) which is the first. NO_ID: none known. */
struct where clv_where_above(const struct clv_view *view, uint32_t i);
uint16_t clv_probe(const struct clv_view *view, uint32_t i, uint16_t space, uint64_t key,
                   const uint8_t *p, uint32_t room);
uint16_t clv_upper(const struct clv_view *view, uint32_t i, const uint8_t *p, uint32_t room);
/* The same the short way: the layer's swift is on, and the packet has its span. */
uint16_t clv_upper_swift(const struct clv_view *view, uint32_t i, const uint8_t *p, uint32_t room);
/* Can none of the layers that may lie above lead to one that is looked for? */
bool clv_upper_idle(const struct clv_view *view, uint32_t i, const struct clv_need *need);

/* What is looked for in a view. */
enum need_how {
    NEED_NOT,      /* neither the layer nor one above it */
    NEED_HERE,     /* the layer, or where it ends */
    NEED_ABOVE,    /* a layer above it, too */
    NEED_HOW = 3,  /* these */
    NEED_LEADS = 4 /* beside one of them: the layer itself, or one above it, is looked for */
};
struct clv_need {
    uint32_t n;    /* layers that it knows; where there are others, all is looked for */
    uint8_t how[]; /* enum need_how, by layer */
};

/* ---- split.c */
struct where clv_where(const struct clv_view *view, uint32_t layer);
void clv_note_add(struct clv_view *view, uint32_t layer, enum clv_note_code code, uint32_t off,
                  uint64_t want, uint64_t have, const char *field, const char *name);
/* The payload's end: where the layer's trailing rows begin. */
uint32_t clv_layer_body_walk(const struct clv_view *view, uint32_t layer);
static inline uint32_t clv_layer_body_end(const struct clv_view *view, uint32_t layer)
{
    const struct clv_layer *y = &view->layers[layer];
    const struct layer *l = view->clv->layers[y->id];
    if (l->trail_walk)
        return clv_layer_body_walk(view, layer);
    uint32_t room = y->end - y->off - y->head;
    return y->end - (l->trail < room ? l->trail : room);
}
/* A field's value in the view: cell and, for bytes, where. NULL row name not allowed. */
bool clv_view_cell(const struct clv_view *view, uint32_t layer, const char *field, size_t n,
                   struct cell *cell);
bool clv_view_row(const struct clv_view *view, uint32_t layer, uint16_t row, struct cell *cell);
/* Turn a cell of a layer into a value (numbers and byte kinds; raw gives bytes). */
void clv_cell_val(const struct layer *layer, const uint8_t *h, const struct cell *cell,
                  struct clv_val *v);

/* ---- drafts */

struct bytes {
    const uint8_t *p;
    uint32_t n;
};

enum {
    SLOT_UNSET,
    SLOT_GIVEN,
    SLOT_RAW,     /* v.p, v.n instead of a value */
    SLOT_IMPLIED, /* by the layer above */
    SLOT_SET      /* one of many: `set` */
};

/* A value in its node. many: scalars repeated; items: nested layers. */
struct slot {
    uint8_t state;
    bool here;          /* present in the last layout */
    bool lifted;        /* peel: it was present in the packet */
    uint32_t bit, bits; /* where, in the last build, from the packet's start */
    uint32_t nmany;
    struct clv_val v;
    union {
        struct clv_val *many;
        struct node *items;
        struct set *set;
    };
    struct bytes *gap;
    uint32_t pos, len; /* in the text it came from */
};

struct node {
    const struct layer *layer;
    struct slot *slots;  /* one per row */
    struct node *next;   /* above it; in a list: after it */
    struct node *parent; /* in a stack: who holds it (build) */
    bool has_extra, has_pad, has_tail;
    bool little;                   /* build: multi-byte rows are swapped */
    uint16_t in;                   /* build: as an item, 1 + the row that holds me */
    struct bytes extra;            /* in the header, after the rows */
    struct bytes pad;              /* between header and payload, where not as `pad` says */
    struct bytes tail;             /* between the last child's end and mine */
    uint32_t from;                 /* lift: its index in the view */
    uint32_t fend;                 /* end of the rows (build) */
    uint32_t off, head, body, end; /* start; header bytes; payload's end; layer's end */
    uint32_t pos, len;             /* of its name in the text */
};

struct clv_draft {
    const struct clv *clv;
    struct node *first;
    struct bytes padding; /* after everything, outside every length */
    bool has_padding;
    bool strict; /* from a user: a value given to a row that is not there is a mistake */
    uint32_t nsets;
    uint8_t room[8][16]; /* by role: addresses that the route gave */
    uint32_t size;       /* bytes that it is likely to build */
    bool implied;        /* it was built: some values may be implied ones */
};

/* A value that stands for many. Alternatives are ranges; or it is drawn anew for each packet. */
struct alt {
    uint64_t lo, step, count; /* numbers */
    struct clv_val v;         /* other kinds: count is 1 */
};
struct set {
    uint32_t n;
    struct alt *alts;
    uint64_t count; /* saturates */
    uint8_t draw;   /* enum draw; 0: walked in order */
    uint64_t lo, hi;
    struct ast *source; /* as it was written, for printing */
};
enum draw { DRAW_NONE, DRAW_RANGE, DRAW_CHOICE, DRAW_BYTES, DRAW_MUTATE };

/* One value of a set; `rest` is what is left of the index, `lane` counts the random draws. */
bool clv_set_pick(const struct set *set, const struct row *row, uint64_t seed, uint64_t index,
                  uint64_t *rest, uint64_t *lane, struct clv_arena *arena, struct clv_val *v);
struct node *clv_node_new(struct clv_arena *arena, const struct layer *layer);
struct clv_draft *clv_draft_new(const struct clv *clv, struct clv_arena *arena);
/* Rows that building asks for again and again; false: no memory. */
bool clv_plan_draft(struct clv *clv, struct layer *layer);
/* Row's value by name, at build time or before: given, implied, or default. */
uint64_t clv_slot_odd(const struct node *node, uint32_t row); /* given as bytes, or as a set */
static inline uint64_t clv_slot_number(const struct node *node, uint32_t row)
{
    const struct slot *s = &node->slots[row];
    if (s->state == SLOT_GIVEN || s->state == SLOT_IMPLIED)
        return s->v.u;
    return s->state == SLOT_UNSET ? node->layer->rows[row].f->init : clv_slot_odd(node, row);
}
/* Of the rows that share this one's name: the one that is given, else the one that would be there. */
uint32_t clv_node_row(const struct node *node, uint32_t row);
/*
 * Does a value given under this name go to this alternative? Judged by what is given alone, as far
 * as that tells; seen: the numbers of the rows before, which clv_row_see() adds to.
 */
bool clv_row_takes(const struct node *node, const struct row *row, const uint64_t *seen);
void clv_row_see(const struct node *node, const struct row *row, uint64_t *seen);
/* Does its presence hang on layers below, or on what is computed, which are not known yet? */
bool clv_row_hangs(const struct node *node, const struct row *row, const uint64_t *seen);
struct node *clv_node_copy(const struct node *node, struct clv_arena *arena);
struct clv_draft *clv_draft_copy(const struct clv_draft *draft, struct clv_arena *arena);

/*
 * As clv_maker_take(), but with these values where the sets are, in the order in which an index counts
 * them: the uppermost layer's first, and dst where packets go to. Values may lie outside the sets.
 */
void clv_maker_reseed(struct clv_maker *maker, uint64_t seed);
const uint8_t *clv_maker_put(struct clv_maker *maker, const struct clv_addr *dst,
                             const uint64_t *values, uint32_t n, uint32_t *len,
                             struct clv_err *err);

/* The layers of a draft in order. */
struct stack {
    struct node **nodes;
    uint32_t n;
    bool item_sums; /* layout: some items have rows to be filled in */
};

/*
 * clv_draft_target(); implied: right behind clv_imply(), with what a layer above implies. zone: the
 * interface named in the address ("fe80::1%eth0"), where n is not 0.
 */
bool clv_draft_aim(const struct clv_draft *draft, bool implied, struct clv_addr *addr,
                   uint32_t *net, struct bytes *zone);

/* The source address that is given in layer `net`; len 0: none is, or a set. */
bool clv_draft_source(const struct clv_draft *draft, uint32_t net, struct clv_addr *addr);

/* imply.c: who holds whom; keys and implied values, from above. */
bool clv_imply(struct clv_draft *draft, struct clv_arena *arena, struct stack *stack,
               struct clv_err *err);
/* build.c: what clv_build() does behind clv_imply(). */
uint8_t *clv_build_implied(struct clv_draft *draft, struct clv_arena *arena, struct stack *stack,
                           uint32_t *len, struct clv_err *err);
/* derive.c: lengths, counts, then fills, over bytes that are laid out. */
bool clv_derive(struct clv_draft *draft, const struct stack *stack, uint8_t *bytes, uint32_t len,
                bool *moved, struct clv_err *err);
/* How many items or values lie in the row that this one counts. */
uint32_t clv_counted(const struct node *node, const struct row *row);
void clv_fill_all(struct clv_draft *draft, const struct stack *stack, uint8_t *bytes, uint32_t len);
/* Zeros that fill a payload of n bytes, behind which items lie. */
static inline uint32_t clv_body_fill(const struct layer *layer, uint32_t n)
{
    uint32_t least = layer->d->fills[0], unit = layer->d->fills[1];
    return n < least ? least - n : (unit - n % unit) % unit;
}
/* Does something lie behind the payload of a draft's layer? */
static inline bool clv_has_behind(const struct node *node)
{
    const struct slot *s = node->layer->behind == NO_ID ? NULL : &node->slots[node->layer->behind];
    return s && s->here && (s->state == SLOT_RAW ? s->v.n > 0 : s->items != NULL);
}
static inline bool clv_row_little(const struct node *node, const struct row *row)
{
    return (row->style & CLV_LE) ||
           (node->little && row->index >= node->layer->little_from && row->bits > 8);
}
/* What a row holds when nothing says: for kinds that are no numbers. */
struct bytes clv_row_default(const struct row *row, uint8_t room[256]);
/* Zeros that bring a header of n bytes of rows to the multiple its length counts in. */
uint32_t clv_unit_pad(const struct layer *layer, uint32_t n, const struct node *node, uint32_t off);

/* peel.c: a lifted draft that is proved to build the view's bytes; coarser where it must be. */
struct clv_draft *clv_lift_proved(const struct clv_view *view, struct clv_arena *arena);

/* ---- scope.c */
struct clv_scope {
    const struct clv *clv;
    const struct clv_view *view; /* splitting and checking; or */
    const struct stack *stack;   /* building */
    const uint8_t *bytes;        /* the packet */
    uint32_t len;
    uint32_t layer;          /* index in view or stack */
    const struct node *item; /* building: what is meant, perhaps an item of that layer, with: */
    uint32_t off, head, end;
    const struct clv_desc *asked; /* whose hook or fill it is for */
    const struct row *row;        /* the row to fill, and where it lies */
    uint32_t bit;
    bool bad;
    bool probing; /* which layer takes the bytes is being asked */
};
const struct layer *clv_scope_layer(const struct clv_scope *scope, uint32_t layer);
void clv_scope_move(struct clv_scope *scope, uint32_t layer);

/* ---- text/parse.c, bind.c */
struct ast *clv_ast_parse(struct clv_arena *arena, const char *text, size_t n, bool packet,
                          struct clv_err *err);
/* Is a repeated row's default one? Not asked of items: they may be of layers that come later. */
bool clv_default_check(const struct clv *clv, const struct layer *layer, const struct row *row,
                       struct clv_err *err);
struct ast *clv_ast_json(struct clv_arena *arena, const char *text, size_t n, struct clv_err *err);

/* Condition trees, for table conditions and filters. */
enum cnode_kind {
    C_NUM,
    C_NAME,
    C_TEXT,
    C_LEFT,
    C_MASK,
    C_EQ,
    C_NE,
    C_LT,
    C_GT,
    C_LE,
    C_GE,
    C_IN,
    C_NOT,
    C_AND,
    C_OR,
    C_RANGE
};
struct cnode {
    uint8_t kind;
    struct cnode *a, *b, *next; /* IN: a is the subject, b a chain of values and ranges */
    uint64_t num;
    const char *s; /* NAME, TEXT, NUM: as written */
    uint32_t n, pos;
    void *ref; /* for the filter */
};
struct cnode *clv_cond_parse(struct clv_arena *arena, const char *text, size_t n,
                             struct clv_err *err);

#endif
