/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kind of value: about a dozen exist, and each has every verb. A protocol never adds code here.
 */
#ifndef CLV_KIND_H
#define CLV_KIND_H

#include "../base/base.h"

/* A value. Numbers and addresses of up to 64 bits are in u (host order), the rest in p, n. */
struct clv_val {
    uint64_t u;
    const uint8_t *p;
    uint32_t n;
    uint8_t spell; /* 0: as store writes it; else the kind's own number for the other way */
};

/* What the parsers of expressions and of JSON hand to kinds. */
enum ast_type {
    AST_NONE,
    AST_BOOL,
    AST_INT,
    AST_REAL, /* a decimal fraction: its text, sign included, in s, n */
    AST_TEXT,
    AST_BYTES,
    AST_LIST,
    AST_TUPLE,
    AST_CALL
};

struct ast {
    uint8_t type;
    bool negative;     /* INT */
    bool wide;         /* INT: more than 64 bits */
    bool json;         /* came from JSON: bytes are written as hex text */
    uint32_t pos, len; /* in the source text */
    uint64_t u;        /* INT, BOOL */
    const char *s;     /* TEXT, BYTES; CALL: the name */
    uint32_t n;        /* of s */
    struct ast *first; /* LIST, TUPLE: items; CALL: arguments */
    struct ast *next;
    struct ast *stack; /* CALL: the layer above, as in A()/B() */
    const char *key;   /* as an argument: its name, or NULL */
    uint32_t keylen, keypos;
};

/* How much of a text a message shows: its reason, behind the text, is to be seen too. */
static inline int clv_ast_brief(const struct ast *a)
{
    return a->n < 64 ? (int)a->n : 64;
}

enum shape {
    SHAPE_NUM,   /* fits in u */
    SHAPE_BYTES, /* p, n */
    SHAPE_ITEM,  /* nested layers */
    SHAPE_SWITCH /* no bits */
};

enum form {
    FORM_EXPR, /* a literal of the expression language */
    FORM_SHOW, /* for people: words, no quotes round words */
    FORM_JSON
};

struct clv_kind {
    const char *name;
    const char *call; /* a value may be written as a call of this name: UUID('..') */
    uint8_t shape;
    bool worded;   /* FORM_SHOW is a number's word, else the same as FORM_EXPR */
    uint8_t whole; /* an address of this many bytes, of which the first may be all there are */
    /* Bytes of a table's default, of at most 255; UINT32_MAX: it is none. NULL: as it stands. */
    uint32_t (*wire)(const char *text, size_t n, uint8_t to[256]);
    /* Self-delimiting kinds. Bytes that a value at p takes; UINT32_MAX: none fits. */
    uint32_t (*span)(const struct clv_field *f, const uint8_t *p, uint32_t room);
    /* Self-delimiting numbers: false: keep the bytes raw. */
    bool (*load)(const struct clv_field *f, const uint8_t *p, uint32_t n, struct clv_val *v);
    uint32_t (*width)(const struct clv_field *f, const struct clv_val *v); /* bytes to store */
    void (*store)(const struct clv_field *f, const struct clv_val *v, uint8_t *p);
    void (*print)(const struct clv_field *f, const struct clv_val *v, enum form form,
                  struct clv_out *out);
    /* The message is complete but for "Layer.field: ", which the caller knows. */
    bool (*parse)(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                  struct clv_arena *arena, struct clv_err *err);
    /* <0, 0, >0 */
    int (*order)(const struct clv_val *a, const struct clv_val *b);
    /* A set in one text ("10.0.0.0/24"): first and last; NULL or false: not a set. */
    bool (*range)(const struct ast *a, uint64_t *lo, uint64_t *hi);
    /* A random value, odd ones often. Bytes: of n, in p; n is 0 where the width is free. */
    void (*mutate)(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                   uint32_t n);
    /* Stands for many hosts (broadcast, multicast): an answer holds another. NULL: never. */
    bool (*group)(const struct clv_val *v);
    /* The 48-bit hardware address that a multicast group has on a link; 0: it has none. NULL: never. */
    uint64_t (*link_group)(const struct clv_val *v);
};

/* Numbers of these kinds in a row of `bits` lie between these. */
uint64_t clv_num_max(const struct clv_field *f);
void clv_num_mutate(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                    uint32_t n);
void clv_bytes_mutate(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                      uint32_t n);
/* How much the number grows where the value that it stands for grows by one. */
uint64_t clv_num_unit(const struct clv_field *f);
const char *clv_word_of(const struct clv_word *words, uint64_t v);
bool clv_word_value(const struct clv_word *words, const char *s, size_t n, uint64_t *v);
/* Text to addresses; the whole of n bytes must be one. */
bool clv_text_ip4(const char *s, size_t n, uint32_t *v);
bool clv_text_ip6(const char *s, size_t n, uint8_t *v);
bool clv_text_mac(const char *s, size_t n, uint64_t *v);
/* "a.b.c.d/n": first and last address. */
bool clv_text_net4(const char *s, size_t n, uint64_t *lo, uint64_t *hi);
/* An address of a kind with `whole`. */
bool clv_part_text(const struct clv_kind *kind, const char *s, size_t n, uint8_t *to);
/* What link_group says of an address of 4 or 16 bytes. */
uint64_t clv_link_group(const uint8_t *addr, uint32_t n);
/* A decimal, hexadecimal, octal or binary number, the whole of n bytes. */
bool clv_text_num(const char *s, size_t n, uint64_t *v);
/* The same, of any size, big-endian into n bytes; false: it does not fit. */
bool clv_text_wide(const char *s, size_t len, uint8_t *to, uint32_t n);
/* Is the whole of n bytes a decimal, with or without point and exponent: "-1.5e-3"? */
bool clv_text_real(const char *s, size_t n);
/* "1.3.6.1" to its BER content, at most 2 * n + 16 bytes; 0: it is none. */
uint32_t clv_oid_wire(const char *s, size_t n, uint8_t *to);
/* A flat pattern: bytes it matches at p; UINT32_MAX: does not fit. */
uint32_t clv_like_span(const char *like, const uint8_t *p, uint32_t room);
bool clv_like_valid(const char *like);
/* The same, compiled into arena; NULL: out of memory. */
struct like;
struct like *clv_like_compile(const char *like, struct clv_arena *arena);
uint32_t clv_like_run(const struct like *like, const uint8_t *p, uint32_t room);
/* The bytes that what matches may begin with, as bits; false: it may be empty. */
bool clv_like_begins(const struct like *like, uint64_t set[4]);

#endif
