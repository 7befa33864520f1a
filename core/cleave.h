/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cleave: stack layers into packets, split packets into layers.
 *
 * Ownership: Bytes handed in are borrowed and never changed. What is decoded or drafted lives in
 * the arena you pass, until it is reset. Tables given to clv_add() outlive the context. The context
 * owns the registry. There is no per-object free.
 */
#ifndef CLEAVE_H
#define CLEAVE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CLV_VERSION "0.1.0"

#if defined(__GNUC__)
#    define CLV_API          __attribute__((visibility("default")))
#    define CLV_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#    define CLV_API
#    define CLV_PRINTF(a, b)
#endif

/* ---- Errors: a caller's mistake, or the system's. A malformed packet is no error (see notes). */

enum clv_code {
    CLV_OK,
    CLV_BAD_TEXT,  /* an expression, filter, JSON or value is wrong; pos and len say where */
    CLV_BAD_TABLE, /* a layer's table was refused */
    CLV_BAD_FILE,  /* a capture file is damaged or of no known format */
    CLV_NO_MEMORY,
    CLV_LIMIT,   /* a budget was exceeded; the message names it */
    CLV_SYSTEM,  /* the system said no; the message holds its reason */
    CLV_DENIED,  /* not permitted; the message names the cure */
    CLV_NO_ROUTE /* no route, interface, host or neighbour */
};

/* The first error wins: a function that fails leaves an err alone that is already set. */
struct clv_err {
    int code;      /* enum clv_code */
    int sys;       /* errno where the system said no, else 0 */
    uint32_t pos;  /* first wrong byte of the text */
    uint32_t len;  /* how many; 0: no place is known */
    uint32_t pos2; /* a related place, as far as len2 is not 0 */
    uint32_t len2;
    char text[512]; /* one line, ends in NUL, safe for a terminal */
};

/* ---- Memory. */

/* alloc(user, old, n) is realloc; n == 0 frees. NULL in clv_arena_new() means the C library's. */
struct clv_mem {
    void *(*alloc)(void *user, void *old, size_t n);
    void *user;
};

struct clv_arena;

/* An arena that refuses to hold more than `limit` bytes (0: 64 MiB). NULL: out of memory. */
CLV_API struct clv_arena *clv_arena_new(const struct clv_mem *mem, size_t limit);
/* Forget everything in it; keeps the memory for the next packet. */
CLV_API void clv_arena_reset(struct clv_arena *arena);
CLV_API void clv_arena_free(struct clv_arena *arena);
/* n bytes, aligned for anything, not cleared; NULL: limit reached or out of memory. */
CLV_API void *clv_arena_take(struct clv_arena *arena, size_t n);

/* ---- Output: text grows here; with a sink it is handed on whenever it is large. */

/* A stretch of time in which clocks ran evenly: local time is asked for once in it. */
struct clv_clock {
    int64_t from;
    uint32_t secs; /* 0: none is known */
    uint32_t day;  /* seconds of the local day at `from` */
    int64_t year;
    uint8_t month, mday;
    int16_t zone; /* minutes east */
};

struct clv_out {
    char *buf;
    size_t len, cap;
    bool failed; /* out of memory, or the sink said no; later writes do nothing */
    int err;     /* errno of the sink */
    struct clv_clock clock;
    /* Returns 0, or an errno. NULL: the text stays in buf. */
    int (*sink)(void *user, const char *buf, size_t len);
    void *user;
};

CLV_API void clv_out_init(struct clv_out *out, int (*sink)(void *, const char *, size_t),
                          void *user);
CLV_API bool clv_out_flush(struct clv_out *out);
/* Frees buf; flushes nothing. */
CLV_API void clv_out_free(struct clv_out *out);
CLV_API void clv_out_mem(struct clv_out *out, const void *p, size_t n);
CLV_API void clv_out_str(struct clv_out *out, const char *s);
CLV_API void clv_out_chr(struct clv_out *out, char c);
CLV_API void clv_out_dec(struct clv_out *out, uint64_t v);
/* Text from outside, made safe for a terminal: controls, invalid UTF-8, bidi become escapes. */
CLV_API void clv_out_safe(struct clv_out *out, const char *s, size_t n);
/* A JSON string, quoted and escaped; invalid UTF-8 becomes U+FFFD. */
CLV_API void clv_out_json(struct clv_out *out, const char *s, size_t n);

/* ---- Tables: a protocol is one table of fields. */

struct clv_kind;  /* how one sort of value is loaded, stored, printed, parsed, mutated */
struct clv_scope; /* what a fill or hook sees: a layer that is being built or checked */

typedef uint64_t clv_fill_fn(struct clv_scope *scope);

struct clv_word {
    uint64_t value;
    const char *name;
};

/* bytes(span) == value * unit - bias, read in both directions. */
enum clv_what {
    CLV_NOTHING,
    CLV_HEADER,  /* layer start .. header end */
    CLV_LAYER,   /* layer start .. layer end */
    CLV_PAYLOAD, /* header end .. layer end */
    CLV_REST,    /* after me .. header end */
    CLV_FIELD,   /* the row that names me in .size, in bytes */
    CLV_COUNT,   /* the same, in items */
    CLV_START,   /* where the row that names me in .at begins, from the origin */
    CLV_STRIDE,  /* my layer or item up to the next of its kind; 0: I am the last */
    CLV_BODY     /* header end .. the items behind the payload; 0: there are none, or at `fills` */
};

struct clv_span {
    uint8_t of;
    uint8_t unit; /* 0 is 1 */
    int16_t bias;
};

enum clv_style {
    CLV_HEX = 1,     /* print in hexadecimal */
    CLV_LE = 2,      /* bits are numbered from the low end of the first byte */
    CLV_TELL = 4,    /* my init tells this layer from its siblings */
    CLV_MANY = 8,    /* repeats, to its size, its count, or the header's end */
    CLV_EITHER = 16, /* keys of one space are tried in turn, the last row first; never implied */
    CLV_AFTER = 32,  /* lies after the payload */
    CLV_SIGNED = 64, /* bytes: may be given as a number, in as few as hold it */
    CLV_OPEN = 128,  /* names the layer does not have are items of this list, which has only
                            one table of items: its `name`, with '-' for '_', and `value` */
    CLV_ZERO_NONE = 256, /* a sum of 0 says "none": never computed as 0, not checked */
    CLV_NET = 512,       /* an address: the bits behind those that `size` counts are zero */
    CLV_FLAT = 1024,     /* in a tuple, my values stand side by side, not in a list */
    CLV_MESSAGE = 2048, /* pointers in names of this layer count from me, not from its first byte */
    CLV_STACKED = 4096 /* in text, my items are stacked on the item that I am in: Header()/Item() */
};

/* Who knows a value that the user left out: the kernel's route to the packet's destination. */
enum clv_role {
    CLV_NO_ROLE,
    CLV_NET_DST,  /* where the packet goes: the question put to the kernel */
    CLV_NET_SRC,  /* our address on the way there */
    CLV_LINK_DST, /* the neighbour's hardware address */
    CLV_LINK_SRC  /* ours */
};

struct clv_field {
    const char *name;            /* the same name again: an alternative row, the first that holds */
    const struct clv_kind *kind; /* NULL ends the table */
    uint16_t bits;               /* 0: the kind, `size`, or the header's end says */
    uint16_t style;              /* enum clv_style */
    uint8_t align;               /* I, or each of my items, begin on this multiple of bytes */
    uint8_t role;                /* enum clv_role */
    struct clv_span measures;    /* I am the length of this */
    uint64_t init;               /* the value when nothing else decides it; bytes: so many zeros, or
                                    so many are in `text`, zeros among them */
    const char *text;            /* the same for other kinds: bytes and addresses as they stand,
                                    items as an expression */
    const char *when;            /* present only if this holds over earlier rows, Layer.field of
                                    the nearest lower layer, Layer.below: it is what holds me */
    const char *size;            /* the earlier row that counts my bytes or items; of alternatives
                                    the one with my condition, if I am one */
    const char *at;              /* I begin where this earlier row says; the gap is kept */
    const char *key;             /* my value is a key in this space (or these, tried in turn) */
    const char *of;              /* item: nested layers come from this space */
    const char *like;            /* text: as far as this flat pattern goes */
    const struct clv_word *words; /* names of values, ends with a NULL name */
    clv_fill_fn *fill;            /* my value when the user gave none */
    const char *reply;            /* what an answer holds here: "=", a field, "8:0,13:14" */
    const void *arg;              /* for the kind; bytes: what joins a list of texts, as "," */
};

/* What a number of a SCALED row stands for: (number + add) / div. A value between two numbers is the
 * nearer one (of two alike, the even one); with `cut`, the one closer to 0. */
struct clv_scale {
    uint64_t div; /* 1 .. 2^32 */
    int64_t add;  /* -2^62 .. 2^62, only where the number has at most 62 bits */
    bool cut;
};

/* "I sit under that." The first row that fits is the one used to build. */
struct clv_under {
    const char *space;
    uint64_t key;
    uint64_t to; /* not 0: every key up to this one; never implied */
    bool sure;   /* the key alone decides: `tell` rows need not hold */
};

/*
 * Given to a layer below, or to one that quotes it, where the user gave nothing (IPv6 hlim under
 * neighbour discovery).
 */
struct clv_imply {
    const char *layer, *field, *text; /* a value in expression text; "=ROW": what my row holds */
};

/*
 * A one-line summary: the first whose `when` holds. "%sport%", "%IP.src%" are fields, "%#sport%" a
 * number without its word, "%net.src%" and "%net.dst%" the addresses of the nearest lower layer.
 * `who` of the layer, or of the nearest lower one that has it, comes first.
 */
struct clv_line {
    const char *when;
    const char *text;
};

struct clv_view;

struct clv_out;
struct clv_hooks {
    /* Is it mine? Beyond keys and `tell` rows. */
    bool (*probe)(struct clv_scope *below, const uint8_t *bytes, uint32_t len);
    /* My bytes, header and payload, of the `room` there is, where no row can tell; 0: as without me.
       Not asked of items. */
    uint32_t (*length)(struct clv_scope *scope, uint32_t room);
    /* The layer that begins my payload, which is these bytes; NULL: keys and `next` tell. */
    const struct clv_desc *(*above)(struct clv_scope *scope, const uint8_t *bytes, uint32_t len);
    /* My line, any bytes; false: `lines` have it. */
    bool (*summary)(struct clv_scope *scope, struct clv_out *out);
    /* Beyond `reply` rows: does `answer` (this layer there) answer `request`? */
    bool (*answers)(struct clv_scope *request, struct clv_scope *answer);
    /* Fill n bytes of padding at the header's end, and before items. */
    void (*pad)(uint8_t *bytes, uint32_t n);
    /* The addresses that a checksum's pseudo header has, where they are others than mine: the last
       stop of a source route, a home address. They come filled with mine. */
    void (*ends)(struct clv_scope *scope, uint8_t *src, uint8_t *dst, uint32_t n);
};

struct clv_desc {
    const char *name;   /* as users type it; Scapy's where Scapy has the layer */
    const char *title;  /* as show prints it */
    const char *alias;  /* a second name, or NULL */
    const char *source; /* "RFC 791" */
    const struct clv_field *fields;
    const struct clv_under *under;
    const struct clv_imply *implies;
    const char *who; /* who talks to whom, as a line's text; "": no one worth a word */
    const struct clv_line *lines;
    const char *next;    /* payload's space where no key row is, or where no key is known */
    const char *when;    /* this layer only if, over its own rows and Layer.field */
    const char *opens;   /* open the payload only if */
    const char *endless; /* my length does not tell where I end if */
    const char *whole;   /* the payload is all there only if: else sums above are not checked */
    const char *last;    /* as an item: the list ends with me if */
    const char *little;  /* multi-byte rows are little-endian if */
    const char *again;   /* name of a group: after my end another of it may follow beside me */
    const char *tuple;   /* as an item, in text: ('MSS', 1460); this is the name */
    const char *quotes;  /* I am a quoted copy of the layer of this name */
    const char *answers; /* I answer the layer of this name, whose `reply` rows compare mine */
    const char *bpf;     /* a capture filter for answers; clauses end in ';', %field% is the
                           request's; a clause whose field varies is dropped */
    bool leaf;           /* nothing above: what follows is some parent's tail */
    bool origin;         /* offsets and alignment in me, and above me, count from my first byte */
    uint8_t pad;         /* the header ends on this multiple, uncounted */
    uint8_t begins[2];   /* as an item of a layer with `pads`, I begin there at a multiple of the
                            first number and the second more */
    const char *pads;    /* a switch of mine: while it is on, the pad hook fills what is left before
                            items, and at the header's end */
    uint8_t fills[2]; /* zeros fill the payload to so many bytes, and to this multiple, while items
                            lie behind it */
    const char *tail; /* in text: bytes between what lies in the payload and its end; NULL: _tail */
    const struct clv_hooks *hooks;
    void *user; /* the caller's own: hooks and fills find it by clv_scope_desc() */
};

/* Kinds of values. */
CLV_API extern const struct clv_kind clv_uint, clv_flags, clv_mac, clv_ip4, clv_ip6, clv_ip4_part,
    clv_ip6_part, clv_net4, clv_net6, clv_bytes, clv_text, clv_item, clv_switch, clv_varint,
    clv_scaled, clv_name, clv_name_plain, clv_name_open, clv_ber_len, clv_ber_int, clv_oid,
    clv_cstr, clv_halves, clv_parts, clv_string, clv_nb_name, clv_uuid, clv_hwaddr, clv_route4;

/* Fills: the Internet checksum (RFC 1071) of the header; of the layer; of pseudo header and layer. */
CLV_API extern clv_fill_fn clv_sum_header, clv_sum_layer, clv_sum_pseudo;

/* Rows. */
#define CLV_ROW(kind_, bits_, ...)                                                                 \
    {                                                                                              \
        .kind = &(kind_), .bits = (bits_), .name = __VA_ARGS__                                     \
    }
#define BITS(n, ...) CLV_ROW(clv_uint, n, __VA_ARGS__)
#define U8(...)      BITS(8, __VA_ARGS__)
#define U16(...)     BITS(16, __VA_ARGS__)
#define U24(...)     BITS(24, __VA_ARGS__)
#define U32(...)     BITS(32, __VA_ARGS__)
#define U64(...)     BITS(64, __VA_ARGS__)
/* A number that stands for another, as the struct clv_scale says; `init` is the number. */
#define SCALED(n, scale_, ...)                                                                     \
    {                                                                                              \
        .kind = &clv_scaled, .bits = (n), .arg = &(scale_), .name = __VA_ARGS__                    \
    }
#define FLAGS(n, ...)    CLV_ROW(clv_flags, n, __VA_ARGS__)
#define MAC(...)         CLV_ROW(clv_mac, 48, __VA_ARGS__)
#define IP4(...)         CLV_ROW(clv_ip4, 32, __VA_ARGS__)
#define IP6(...)         CLV_ROW(clv_ip6, 128, __VA_ARGS__)
/*
 * An address of which the first n bytes are there; 0: as many as `size` says, or up to the header's
 * end. Where the row that `size` names measures nothing it holds bits, and is never computed.
 */
#define IP4_PART(n, ...) CLV_ROW(clv_ip4_part, (n)*8, __VA_ARGS__)
#define IP6_PART(n, ...) CLV_ROW(clv_ip6_part, (n)*8, __VA_ARGS__)
#define NET4(...)        CLV_ROW(clv_net4, 0, __VA_ARGS__) /* a byte of bits, then what they need */
#define NET6(...)        CLV_ROW(clv_net6, 0, __VA_ARGS__)
#define FIXED(n, ...)    CLV_ROW(clv_bytes, (n)*8, __VA_ARGS__) /* n bytes */
#define BYTES(...)       CLV_ROW(clv_bytes, 0, __VA_ARGS__)
#define TEXT(like_, ...)                                                                           \
    {                                                                                              \
        .kind = &clv_text, .like = (like_), .name = __VA_ARGS__                                    \
    }
#define NAME(...)       CLV_ROW(clv_name, 0, __VA_ARGS__)       /* a domain name, RFC 1035 */
#define PLAIN_NAME(...) CLV_ROW(clv_name_plain, 0, __VA_ARGS__) /* not compressed as a rule */
#define OPEN_NAME(...)  CLV_ROW(clv_name_open, 0, __VA_ARGS__)  /* perhaps one label alone */
#define CSTR(...)       CLV_ROW(clv_cstr, 0, __VA_ARGS__)       /* bytes up to a zero */
#define COUNTED(...)    CLV_ROW(clv_string, 0, __VA_ARGS__) /* bytes behind a byte that counts them */
#define NETBIOS(...)    CLV_ROW(clv_nb_name, 248, __VA_ARGS__) /* a name, RFC 1001 14.1 */
#define UUID(...)       CLV_ROW(clv_uuid, 128, __VA_ARGS__)
#define HWADDR(n, ...)  CLV_ROW(clv_hwaddr, (n)*8, __VA_ARGS__) /* in n bytes, zeros behind it */
#define ROUTE4(...)     CLV_ROW(clv_route4, 0, __VA_ARGS__)     /* RFC 3442 */
#define VARINT(...)     CLV_ROW(clv_varint, 0, __VA_ARGS__)
#define ITEM(...)       CLV_ROW(clv_item, 0, __VA_ARGS__)
#define LIST(...)                                                                                  \
    {                                                                                              \
        .kind = &clv_item, .style = CLV_MANY, .name = __VA_ARGS__                                  \
    }
#define HALVES(n, ...) CLV_ROW(clv_halves, n, __VA_ARGS__) /* two numbers of n / 2 bits, '7:28' */
/* Numbers of `each` bits, n in all, as a list from the highest bits on: [3, 3, 2, 0]. */
#define PARTS(n, each, ...)                                                                        \
    {                                                                                              \
        .kind = &clv_parts, .bits = (n), .arg = &(const uint8_t){ (each) }, .name = __VA_ARGS__    \
    }
#define SWITCH(...) CLV_ROW(clv_switch, 0, __VA_ARGS__)
#define END                                                                                        \
    {                                                                                              \
        .kind = NULL, .name = NULL                                                                 \
    }
#define UNDER_END                                                                                  \
    {                                                                                              \
        .space = NULL                                                                              \
    }
#define WORD_END                                                                                   \
    {                                                                                              \
        0, NULL                                                                                    \
    }
#define LINE_END                                                                                   \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }
#define IMPLY_END                                                                                  \
    {                                                                                              \
        NULL, NULL, NULL                                                                           \
    }
/* What stands behind it is implied only if, over fields of lower layers: "UDP.dport == 5353". */
#define IMPLY_IF(when_)                                                                            \
    {                                                                                              \
        "", NULL, when_                                                                            \
    }
#define MEASURES(span_)                  .measures = { CLV_##span_, 1, 0 }
#define MEASURES_BY(span_, unit_, bias_) .measures = { CLV_##span_, (unit_), (bias_) }
#define TELLS(x)                         .init = (x), .style = CLV_TELL

/* ---- The context. */

struct clv;

/*
 * A context with these layers (NULL-terminated; clv_layers for all built-in ones). NULL: err.
 * Tables of one's own are compiled at once, the built-in ones when they are first needed. So a
 * context is for one thread at a time; once clv_ready() has compiled all that is left, for any
 * number of them, as long as no layer is added. false: err.
 */
CLV_API struct clv *clv_new(const struct clv_desc *const *layers, const struct clv_mem *mem,
                            struct clv_err *err);
CLV_API bool clv_ready(const struct clv *clv, struct clv_err *err);
CLV_API void clv_free(struct clv *clv);
/* Add a layer of your own; first-class and equally fast. The table outlives the context. */
CLV_API bool clv_add(struct clv *clv, const struct clv_desc *desc, struct clv_err *err);
/* Layers in the order they were added: how many, and the i-th; by name or alias, ignoring case. */
CLV_API uint32_t clv_layer_count(const struct clv *clv);
CLV_API const struct clv_desc *clv_layer_at(const struct clv *clv, uint32_t i);
CLV_API const struct clv_desc *clv_layer_named(const struct clv *clv, const char *name);
/* The name nearest to a misspelt one among the layers, or NULL. */
CLV_API const char *clv_layer_near(const struct clv *clv, const char *name, size_t n);
/* The same among the fields of a layer. */
CLV_API const char *clv_field_near(const struct clv_desc *desc, const char *name, size_t n);
/* How many letters two words differ by, ignoring case; at most 255 bytes of each count. */
CLV_API uint32_t clv_distance(const char *a, size_t an, const char *b, size_t bn);
/* The engine's own: bytes that no layer takes; bytes after the packet, outside every length. */
CLV_API extern const struct clv_desc clv_raw, clv_padding;
/* Every built-in layer, NULL-terminated. */
CLV_API extern const struct clv_desc *const clv_layers[];
/* The layer that a capture's link type (LINKTYPE_ value) begins with; Raw if none. */
CLV_API const struct clv_desc *clv_link_layer(const struct clv *clv, uint32_t linktype);
/* The link type that a packet beginning with this layer is stored under; -1: none. */
CLV_API int clv_layer_link(const struct clv *clv, const struct clv_desc *desc);

/* ---- Split: bytes to a view. */

enum clv_note_code {
    CLV_NOTE_CUT,       /* a header needs `want` bytes, `have` are there; kept as Raw */
    CLV_NOTE_LEN_LONG,  /* a length says more than there is: taken to the end */
    CLV_NOTE_LEN_SHORT, /* a length says less than must be */
    CLV_NOTE_BAD_SUM,   /* a checksum is `have`, should be `want` */
    CLV_NOTE_DEEP,      /* a budget ended the splitting here; kept as Raw */
};

struct clv_note {
    uint16_t layer; /* index in the view */
    uint8_t code;   /* enum clv_note_code */
    uint32_t off;   /* in the packet */
    uint64_t want, have;
    const char *field; /* the field that set the limit, or NULL */
    const char *name;  /* the layer that was expected (CUT), or NULL */
};

struct clv_layer {
    const struct clv_desc *desc;
    uint32_t off;  /* first byte, in the packet */
    uint32_t head; /* bytes of its header */
    uint32_t end;  /* one past its last byte */
    uint16_t id;   /* index in the registry */
    uint16_t up;   /* index of the layer that holds it; its own index for the first */
};

enum { CLV_VIEW_LAYERS = 16, CLV_VIEW_NOTES = 4, CLV_VIEW_LISTS = 8 };

/* A list of items in a header, and how long it was found to be: it is walked once for all readers. */
struct clv_list {
    const uint8_t *at;
    uint32_t len;
    uint16_t layer, row;
    bool ended; /* by an item that is the last one */
    bool all;   /* as long as there was room */
};

/* Boundaries only. Do not copy: it points into itself. */
struct clv_view {
    const struct clv *clv;
    const uint8_t *bytes;
    uint32_t len;
    uint32_t n; /* layers */
    uint32_t nnotes;
    struct clv_layer *layers;
    struct clv_note *notes;
    struct clv_arena *arena; /* where it spills, or NULL: then long packets end in a DEEP note */
    uint32_t cap, notecap;
    bool checked; /* sums are verified */
    bool grouped; /* layers may lie beside each other */
    uint8_t nlists;
    struct clv_list lists[CLV_VIEW_LISTS];
    struct clv_layer room[CLV_VIEW_LAYERS];
    struct clv_note noteroom[CLV_VIEW_NOTES];
};

/*
 * Split len bytes that begin with layer `first` (NULL: Raw). Never fails: what fits no table is Raw,
 * with a note. Header, payload and tail of the layers tile the bytes. Allocates nothing for up to
 * CLV_VIEW_LAYERS layers.
 */
CLV_API void clv_split(const struct clv *clv, struct clv_view *view, struct clv_arena *arena,
                       const struct clv_desc *first, const uint8_t *bytes, uint32_t len);
/* The same for a packet that a capture of this link type (LINKTYPE_ value) holds. */
CLV_API void clv_split_link(const struct clv *clv, struct clv_view *view, struct clv_arena *arena,
                            uint32_t linktype, const uint8_t *bytes, uint32_t len);
/*
 * The same as far as something looks (clv_need_new(); NULL: all of it): what it looks for is there as
 * in the whole split; what lies above may be left out, and notes be missing.
 */
struct clv_need;
CLV_API void clv_split_need(const struct clv *clv, struct clv_view *view, struct clv_arena *arena,
                            const struct clv_need *need, uint32_t linktype, const uint8_t *bytes,
                            uint32_t len);
/* Verify the checksums: adds BAD_SUM notes. Sums over bytes that are not all there are left out. */
CLV_API void clv_check(struct clv_view *view);
/* Load every field: the sum of all numbers, which means nothing but that they were read. */
CLV_API uint64_t clv_view_sum(const struct clv_view *view);
/* Index of the nth layer (from 0) with this table, or -1. */
CLV_API int clv_view_find(const struct clv_view *view, const struct clv_desc *desc, uint32_t nth);

/* What the capture knows about a packet; frame.* in filters, fields and JSON. */
struct clv_frame {
    uint64_t number; /* from 1 */
    int64_t sec;     /* time, since 1970 */
    uint32_t nsec;
    uint32_t len;    /* on the wire */
    uint32_t caplen; /* captured */
    int link;        /* LINKTYPE_ value, -1: none */
    const char *iface;
    const char *comment;
};

/*
 * ---- Text of packets. All of these take a view and write to out; arena is for scratch. Whole lines:
 * the last byte is a newline, but for clv_print_note() and clv_print_expr().
 */

enum clv_show {
    CLV_SHOW_COLOUR = 1,
    CLV_SHOW_WORDS = 2, /* JSON: the word beside the number */
    CLV_SHOW_TIME = 4   /* line: begin with the local time */
};

CLV_API void clv_print_line(const struct clv_view *view, const struct clv_frame *frame,
                            unsigned flags, struct clv_out *out);
CLV_API bool clv_print_tree(struct clv_view *view, const struct clv_frame *frame,
                            struct clv_arena *arena, unsigned flags, struct clv_out *out);
/* One JSON object and a newline. */
CLV_API bool clv_print_json(struct clv_view *view, const struct clv_frame *frame,
                            struct clv_arena *arena, unsigned flags, struct clv_out *out);
/* The shortest expression that builds the same bytes, proved by building it. */
CLV_API bool clv_print_expr(const struct clv_view *view, struct clv_arena *arena,
                            struct clv_out *out);
CLV_API void clv_print_hex(const uint8_t *bytes, uint32_t len, struct clv_out *out);
CLV_API void clv_print_dump(const struct clv_view *view, struct clv_arena *arena, unsigned flags,
                            struct clv_out *out);
/* "IP.len: 60, but 40 are there". */
CLV_API void clv_print_note(const struct clv_view *view, const struct clv_note *note,
                            struct clv_out *out);
/* One layer a line; or one layer whole, with its header as a picture. */
CLV_API void clv_print_layers(const struct clv *clv, struct clv_out *out);
/* Which layers lie in what, as a table in Markdown: the first of each standard, (+N) others of it. */
CLV_API void clv_print_carriers(const struct clv *clv, struct clv_out *out);
CLV_API void clv_print_layer(const struct clv *clv, const struct clv_desc *desc,
                             struct clv_out *out);
/* The caret message: what is wrong, the text, ~ and ^ beneath it. text NULL: the message alone. */
CLV_API void clv_print_err(const struct clv_err *err, const char *text, size_t n,
                           struct clv_out *out);

/* A list of fields, "IP.src,TCP.dport,frame.time", compiled. Lives in arena. NULL: err. */
struct clv_columns;
CLV_API struct clv_columns *clv_columns_new(const struct clv *clv, struct clv_arena *arena,
                                            const char *list, struct clv_err *err);
/* The values, tab-separated, and a newline; empty where a packet lacks the field. */
CLV_API void clv_print_columns(const struct clv_columns *columns, const struct clv_view *view,
                               const struct clv_frame *frame, struct clv_out *out);
/* What a column holds, for programs: the first value, a number in u, or bytes. */
struct clv_cell {
    bool there;
    uint64_t u;
    const uint8_t *p; /* borrowed from the packet; NULL: it is a number */
    uint32_t n;
};
/* One for each column; those of the frame, and of lists, are never there. */
CLV_API void clv_read_columns(const struct clv_columns *columns, const struct clv_view *view,
                              struct clv_cell *cells);
/* Can the columns be printed from the frame alone, so that splitting can be left out? */
CLV_API bool clv_columns_frame_only(const struct clv_columns *columns);

/* ---- Conditions: "TCP.dport == 80 and IP.ttl < 10". */

struct clv_filter;
/* Lives in arena. NULL: err, with the place. */
CLV_API struct clv_filter *clv_filter_new(const struct clv *clv, struct clv_arena *arena,
                                          const char *text, struct clv_err *err);
CLV_API bool clv_filter_match(const struct clv_filter *filter, const struct clv_view *view,
                              const struct clv_frame *frame);

/*
 * The layers that filters and columns (may be NULL) look for, for views that serve these alone. Lives in
 * arena. NULL: out of memory.
 */
CLV_API struct clv_need *clv_need_new(const struct clv *clv, struct clv_arena *arena,
                                      const struct clv_filter *const *filters, uint32_t nfilters,
                                      const struct clv_columns *columns);

/* ---- Drafts: packets to be built. */

struct clv_draft;

/* Parse one expression of n bytes. The draft lives in arena. NULL: err. */
CLV_API struct clv_draft *clv_parse(const struct clv *clv, struct clv_arena *arena,
                                    const char *text, size_t n, struct clv_err *err);
/* Parse one JSON object, as clv_print_json() writes it; frame (may be NULL) gets what it says. */
CLV_API struct clv_draft *clv_parse_json(const struct clv *clv, struct clv_arena *arena,
                                         const char *text, size_t n, struct clv_frame *frame,
                                         struct clv_err *err);
/* Every value of a split packet, as given ones. NULL: arena full. */
CLV_API struct clv_draft *clv_lift(const struct clv_view *view, struct clv_arena *arena);
/* The same, with what builds itself left out. */
CLV_API struct clv_draft *clv_peel(const struct clv_view *view, struct clv_arena *arena);
CLV_API bool clv_print_draft(const struct clv_draft *draft, struct clv_out *out);
/* The layers of a draft, outermost first: how many, and the i-th. */
CLV_API uint32_t clv_draft_layers(const struct clv_draft *draft);
CLV_API const struct clv_desc *clv_draft_layer(const struct clv_draft *draft, uint32_t i);

/* How many packets a draft with sets stands for (saturates at UINT64_MAX); 1 without. */
CLV_API uint64_t clv_draft_count(const struct clv_draft *draft);
/* The index-th packet of the set as a draft without sets. Random values depend on seed and index. */
CLV_API struct clv_draft *clv_draft_pick(const struct clv_draft *draft, uint64_t index,
                                         uint64_t seed, struct clv_arena *arena,
                                         struct clv_err *err);

/*
 * Build. The bytes live in arena, *len says how many. A draft with sets gives its first packet.
 * NULL: err (a value does not fit, a budget, memory).
 */
CLV_API uint8_t *clv_build(struct clv_draft *draft, struct clv_arena *arena, uint32_t *len,
                           struct clv_err *err);

/*
 * Many packets of one set: the first is built, in the others only what varies is patched, where that
 * gives the same bytes as building each. Lives in arena, as does the draft. NULL: err.
 */
struct clv_maker;
CLV_API struct clv_maker *clv_maker_new(const struct clv_draft *draft, struct clv_arena *arena,
                                        uint64_t seed, struct clv_err *err);
/* The index-th packet, valid until the next call or scratch is reset. NULL: err. */
CLV_API const uint8_t *clv_maker_take(struct clv_maker *maker, uint64_t index,
                                      struct clv_arena *scratch, uint32_t *len,
                                      struct clv_err *err);
/* Is it patched, or built anew for each? */
CLV_API bool clv_maker_patches(const struct clv_maker *maker);

/* Give, or with text NULL unset, one field: layer is an index in the draft. text: a value. */
CLV_API bool clv_draft_set(struct clv_draft *draft, struct clv_arena *arena, uint32_t layer,
                           const char *field, const char *text, struct clv_err *err);

/* The layers from this index on, in a new draft; it borrows what they hold. NULL: no memory. */
CLV_API struct clv_draft *clv_draft_from(const struct clv_draft *draft, uint32_t layer,
                                         struct clv_arena *arena);

/*
 * Values for programs that bring packets to another language: what a field holds, in parts. Texts
 * and bytes are borrowed until the call returns; drafts of items live as long as the draft.
 */
struct clv_visitor {
    void *user;
    void (*number)(void *user, uint64_t u, bool negative); /* negative: u as int64_t */
    void (*real)(void *user, double d);
    void (*text)(void *user, const char *s,
                 size_t n); /* bytes, too; addresses as they are written */
    void (*written)(void *user, const char *text,
                    size_t n);            /* a range or a random value, as an expression has it */
    void (*open)(void *user, bool tuple); /* a list begins, or a tuple */
    void (*close)(void *user);
    void (*item)(void *user, struct clv_draft *item); /* a layer in a list */
    void (*word)(void *user, const char *word); /* a number's name in its place; may be NULL */
};

enum clv_visit {
    CLV_VISIT_NONE,   /* the layer has no such field, or the field is not there */
    CLV_VISIT_DONE,   /* the visitor has been told */
    CLV_VISIT_UNBUILT /* it is computed, and the draft was not built since it changed */
};

/*
 * What a field of the layer-th layer holds: what was given (all of a set), else what clv_build() put
 * into `bytes`, which it made of this draft (NULL: it was not built), else its default.
 */
CLV_API enum clv_visit clv_draft_visit(const struct clv_draft *draft, uint32_t layer,
                                       const char *field, const uint8_t *bytes,
                                       struct clv_arena *arena, const struct clv_visitor *visitor);
/* The same of a packet that was split; items are drafts in arena. */
CLV_API enum clv_visit clv_view_visit(const struct clv_view *view, uint32_t layer,
                                      const char *field, struct clv_arena *arena,
                                      const struct clv_visitor *visitor);

/* The address that a role asks for or about, among the layers of a draft or view. */
struct clv_addr {
    uint8_t len; /* bytes: 4, 6 or 16; 0: none */
    uint8_t bytes[16];
};

/*
 * The destination that the packet's route depends on; len 0 if no layer has one.
 * net: index of that layer.
 */
CLV_API bool clv_draft_target(const struct clv_draft *draft, struct clv_addr *addr, uint32_t *net);
/* Which roles are still open (bit 1 << enum clv_role). */
CLV_API unsigned clv_draft_open_roles(const struct clv_draft *draft);
/* Give `addr` to every unset row of this role whose width fits. */
CLV_API void clv_draft_give_role(struct clv_draft *draft, enum clv_role role,
                                 const struct clv_addr *addr);

/* ---- Requests and answers. */

/* A hash that a request and each of its answers share. wide: without the addresses, for requests
 * sent to a group, which is answered by its members. 0: the packet can have no answer. */
CLV_API uint64_t clv_hash_request(const struct clv_view *view, bool wide);
CLV_API uint64_t clv_hash_answer(const struct clv_view *view, bool wide);
/* Is the request sent to a group (broadcast, multicast)? */
CLV_API bool clv_request_wide(const struct clv_view *view);
/* Does answer answer request? Either may begin with a link layer or without. */
CLV_API bool clv_answers(const struct clv_view *request, const struct clv_view *answer);
/* A BPF filter as narrow as the answers to this draft (any packet of its set); "" for all. */
CLV_API bool clv_answer_filter(const struct clv_draft *draft, struct clv_arena *arena,
                               struct clv_out *out);

/* ---- Hooks and fills look at packets through a scope; reads outside latch and give 0. */

/* A field's value as a number; of this layer, or of the nearest lower layer of that name. */
CLV_API uint64_t clv_scope_uint(struct clv_scope *scope, const char *layer, const char *field);
/* The same, also of fields that are no numbers; the bytes are the packet's. */
CLV_API bool clv_scope_cell(const struct clv_scope *scope, const char *layer, const char *field,
                            struct clv_cell *cell);
/* The table whose hook or fill is asked. */
CLV_API const struct clv_desc *clv_scope_desc(const struct clv_scope *scope);
/* The row to be filled in, and the bit at which it begins in the layer; NULL: this is no fill. */
CLV_API const struct clv_field *clv_scope_row(const struct clv_scope *scope, uint32_t *bit);
/* Is the nearest lower layer that has a row for where packets go (CLV_NET_DST) this one? */
CLV_API bool clv_scope_over(const struct clv_scope *scope, const char *layer);
/* Bytes from the layer's start; false (and the scope is bad) if they are not all there. */
CLV_API bool clv_scope_bytes(struct clv_scope *scope, uint32_t off, uint8_t *to, uint32_t n);
CLV_API uint32_t clv_scope_head(const struct clv_scope *scope); /* header's bytes */
CLV_API uint32_t clv_scope_size(const struct clv_scope *scope); /* layer's bytes, tail included */
CLV_API bool clv_scope_bad(const struct clv_scope *scope);
CLV_API void clv_scope_fail(struct clv_scope *scope); /* there is no such value */

/* ---- Capture files: pcap (both byte orders, micro- and nanoseconds, Kuznetzov's) and pcapng in,
 * gzip and zstd transparently; pcap (nanoseconds) and pcapng out. */

struct clv_reader;

/* path "-": standard input. NULL: err. */
CLV_API struct clv_reader *clv_reader_open(const char *path, struct clv_err *err);
/*
 * The next packet: 1, and frame and bytes, borrowed until the next call; 0 at the end; -1 where the
 * file is damaged (err names file, packet number and offset): everything before it was given, and
 * nothing follows. err->sys EINTR is no damage: a signal came, the call may be made again.
 */
CLV_API int clv_reader_next(struct clv_reader *reader, struct clv_frame *frame,
                            const uint8_t **bytes, struct clv_err *err);
/* Bytes of the file, packed where it is, that were read; and how many it has, 0: not known. */
CLV_API uint64_t clv_reader_taken(const struct clv_reader *reader, uint64_t *size);
CLV_API void clv_reader_close(struct clv_reader *reader);

struct clv_writer;

/*
 * path "-": standard output, pcap. A name ending in .pcapng or .ntar gives pcapng, others pcap; one
 * ending in .gz or .zst, and a terminal, are refused. A pipe without a reader is an error (EPIPE)
 * where SIGPIPE is ignored.
 */
CLV_API struct clv_writer *clv_writer_open(const char *path, struct clv_err *err);
/* frame->link, time, len, iface and comment count. pcap holds one link type: err. What
 * is refused leaves the file as it was. */
CLV_API bool clv_writer_put(struct clv_writer *writer, const struct clv_frame *frame,
                            const uint8_t *bytes, struct clv_err *err);
/* Bytes of the file with all that was put. */
CLV_API uint64_t clv_writer_size(const struct clv_writer *writer);
/* Packets that the file has. A regular file that takes no more ends behind the last of them. */
CLV_API uint64_t clv_writer_count(const struct clv_writer *writer);
/* Hand what was put to the file now. */
CLV_API bool clv_writer_flush(struct clv_writer *writer, struct clv_err *err);
/* false: the last bytes did not reach the file. The writer is gone either way. */
CLV_API bool clv_writer_close(struct clv_writer *writer, struct clv_err *err);
/* "EN10MB" for 1 and so on; NULL: no name. And back, ignoring case, also from "LINKTYPE_ETHERNET",
 * "DLT_EN10MB" or a number in digits; -1: unknown. */
CLV_API const char *clv_link_name(int linktype);
CLV_API int clv_link_number(const char *name);

/* ---- Live: routes, capture, injection, exchange. */

/*
 * Durations and deadlines are nanoseconds. A deadline is a time of clv_now(); CLV_FOREVER is none. A
 * `stop` flag (NULL: none) may be set by a signal handler: a wait ends within 50 ms of that as if its
 * deadline had passed. `iface` NULL leaves the choice to the kernel, which is asked for each packet:
 * nothing it says is kept. (A neighbour that answered a request of our own is, for 30 seconds.)
 */
#define CLV_FOREVER INT64_MAX
#define CLV_SECOND  INT64_C(1000000000)

/* The monotonic clock. */
CLV_API int64_t clv_now(void);

/* Whom a layer below IP asks for a neighbour's hardware address, as data: layers define the list. */
struct clv_asker {
    uint8_t addr_len;    /* bytes of the address asked about; 0 ends the list */
    const char *request; /* an expression; %s is the address, %x its last 24 bits as "ab:cdef" */
    const char *answer;  /* the field of the answer that holds the hardware address */
};
CLV_API extern const struct clv_asker clv_askers[];

enum clv_iface_flag {
    CLV_IFACE_UP = 1,
    CLV_IFACE_LOOPBACK = 2,
    CLV_IFACE_NO_NEIGHBOURS = 4, /* needs no hardware address of the next hop */
    CLV_IFACE_RUNNING = 8        /* up and with a carrier */
};

struct clv_iface {
    char name[16];
    int index;
    int link;       /* LINKTYPE_ of its frames; 101: bare IP packets; -1: unknown */
    uint32_t mtu;   /* bytes above the link header */
    unsigned flags; /* enum clv_iface_flag */
    struct clv_addr addr, broadcast; /* hardware addresses; len 0: has none */
};

/* An interface by name. false: CLV_NO_ROUTE, the message lists the ones there are. */
CLV_API bool clv_iface_find(const char *name, struct clv_iface *iface, struct clv_err *err);
/* How many interfaces there are, of which the first `max` are stored. -1: err. */
CLV_API int clv_iface_list(struct clv_iface *ifaces, int max, struct clv_err *err);

enum clv_reach {
    CLV_REACH_NONE, /* no destination was asked for: the interface was named */
    CLV_REACH_HOST, /* one host, here or elsewhere */
    CLV_REACH_SELF, /* an address of this host */
    CLV_REACH_BROADCAST,
    CLV_REACH_MULTICAST
};

struct clv_route {
    struct clv_iface iface;
    enum clv_reach reach;
    int asked;            /* index of the interface that was named; 0: none was */
    struct clv_addr dst;  /* what was asked for */
    struct clv_addr src;  /* our address on the way; len 0: none */
    struct clv_addr via;  /* the gateway; len 0: dst is on the link */
    struct clv_addr peer; /* the hardware address to send to; len 0: not known, not needed */
};

/* The kernel's route to dst, `peer` left empty. false: CLV_NO_ROUTE with the kernel's reason. */
CLV_API bool clv_route_find(const struct clv_addr *dst, const char *iface, struct clv_route *route,
                            struct clv_err *err);
/* Fill `peer` from what the kernel knows now, sending nothing. false: it does not know. */
CLV_API bool clv_route_peer(struct clv_route *route);
/* "10.9.1.2 via 10.9.0.1 dev eth0 src 10.9.0.2 lladdr b6:d9:..", without a newline. */
CLV_API void clv_route_print(const struct clv_route *route, struct clv_out *out);

enum clv_how {
    CLV_LOCAL, /* what is known without sending: build. Never fails, leaves open what is not known */
    CLV_FULL   /* the neighbour is asked, for at most three seconds: the verbs that send */
};

/*
 * Give a draft's open roles (its own addresses on the way, the next hop's hardware address) what the
 * kernel says about the way to its destination. route (may be NULL) gets the answer. A draft with
 * sets: by its first packet. CLV_FULL fails with CLV_NO_ROUTE, CLV_DENIED or CLV_SYSTEM.
 */
CLV_API bool clv_resolve(const struct clv *clv, struct clv_draft *draft, struct clv_arena *arena,
                         enum clv_how how, const char *iface, struct clv_route *route,
                         struct clv_err *err);

/* A capture of one interface (or "any"), or of several. Not for two threads at once. */
struct clv_capture;

struct clv_capture_opts {
    const char *iface;  /* "eth0"; "eth0,eth1": packets of both, by time where both have some */
    const char *filter; /* BPF, libpcap's grammar; NULL or "": everything */
    uint32_t snaplen;   /* bytes kept of each packet; 0: 262144 */
    uint32_t buffer;    /* bytes of the kernel's buffer; 0: 8 MiB */
    bool promisc;
    bool monitor; /* all that is on the air, with radio headers: wireless interfaces only */
    bool inbound; /* without the packets that this host sends */
    bool bulk;    /* packets may come 20 ms late, for a buffer that holds many more */
    bool few;     /* of inbound packets, few at a time: where possible, without the kernel's ring */
    const volatile sig_atomic_t *stop;
};

/* NULL: CLV_NO_ROUTE, CLV_DENIED, CLV_BAD_TEXT (the filter) or CLV_SYSTEM. */
CLV_API struct clv_capture *clv_capture_open(const struct clv_capture_opts *opts,
                                             struct clv_err *err);
/* The LINKTYPE_ of its packets; of several interfaces, the first one's. */
CLV_API int clv_capture_link(const struct clv_capture *capture);
/*
 * The next packet: 1, and frame and bytes, borrowed until the next call; 0: deadline or stop; -1:
 * err (the interface went away). Time stamps are the kernel's.
 */
CLV_API int clv_capture_next(struct clv_capture *capture, int64_t deadline, struct clv_frame *frame,
                             const uint8_t **bytes, struct clv_err *err);

struct clv_capture_stats {
    uint64_t received;      /* given to the caller */
    uint64_t dropped;       /* by the kernel: its buffer was full */
    uint64_t dropped_iface; /* by the interface or its driver */
};

/* Counters since the capture was opened; they never go back. */
CLV_API void clv_capture_stats(struct clv_capture *capture, struct clv_capture_stats *stats);
CLV_API void clv_capture_close(struct clv_capture *capture);

/* One packet of an exchange, beginning with the layer that the draft begins with. */
struct clv_packet {
    struct clv_frame frame; /* the kernel's time stamp */
    const uint8_t *bytes;
    struct clv_view *view;
};

/*
 * Sending. Each packet goes the way that the kernel names for its destination: a draft that begins
 * with a link layer as it is; one that begins above it behind a link header of our own where the
 * interface has one, else, and on the loopback interface, through a raw IP socket, where the kernel
 * fills in a source, an identification and a checksum that are 0.
 */
struct clv_sender;

struct clv_sender_opts {
    const char *iface;
    struct clv_addr source; /* our address where a packet leaves it open; len 0: the route's */
    bool stamps;            /* get the kernel's time stamp of each packet sent */
    const volatile sig_atomic_t *stop;
};

CLV_API struct clv_sender *clv_sender_open(const struct clv *clv,
                                           const struct clv_sender_opts *opts, struct clv_err *err);
/* Open now what packets to opts.iface leave through, so that no right is needed later. A packet for the
 * host itself still opens its own. false: err. */
CLV_API bool clv_sender_begin(struct clv_sender *sender, struct clv_err *err);
/*
 * Resolve, build, send. `sent` (may be NULL) is what was sent, route (may be NULL) where to; they
 * live in the sender until the next call. false: nothing was sent, err; err->sys EHOSTDOWN where
 * the neighbour did not answer.
 */
CLV_API bool clv_sender_put(struct clv_sender *sender, struct clv_draft *draft,
                            struct clv_packet *sent, struct clv_route *route, struct clv_err *err);
CLV_API void clv_sender_close(struct clv_sender *sender);

/*
 * Many packets of a set that all go the same way, handed to the kernel some at a time. NULL with
 * err->code CLV_OK: their destinations differ, send one by one. The draft outlives it.
 */
struct clv_burst;
enum { CLV_BURST = 64 }; /* packets at a time, at most */
CLV_API struct clv_burst *clv_burst_open(struct clv_sender *sender, const struct clv_draft *draft,
                                         uint64_t seed, struct clv_err *err);
/*
 * The packets from this index of the set on, at most n; past its end the set begins again, with the
 * next seed. How many were sent, at least one; *bytes grows by their length. -1: none, err as for clv_sender_put().
 */
CLV_API int clv_burst_put(struct clv_burst *burst, uint64_t from, uint32_t n, uint64_t *bytes,
                          struct clv_err *err);
CLV_API void clv_burst_close(struct clv_burst *burst);

/* Sending and receiving: packets go out, answers come back in pairs, in the order they arrive. */
struct clv_exchange;

struct clv_exchange_opts {
    const char *iface;
    struct clv_addr source; /* our address where a packet leaves it open; len 0: the route's */
    const char *filter;     /* BPF for answers; NULL: made from each draft; "": everything */
    int64_t timeout;        /* how long a request waits for its answer; 0: one second */
    uint32_t retry;         /* times that a request without an answer is sent again */
    uint32_t window; /* requests kept at a time; 0: 262144. The oldest gives way, unanswered */
    uint32_t buffer; /* bytes for packets that wait to be read; 0: 8 MiB */
    bool multi;      /* more than one answer to a request are wanted */
    bool echo;       /* without privileges: echo requests through the kernel's ping socket */
    bool promisc;
    bool few; /* few packets are on their way at a time: what they need is opened at once */
    const volatile sig_atomic_t *stop;
};

struct clv_pair {
    uint64_t id;  /* of the request, from 1 in the order of clv_exchange_send() */
    uint32_t nth; /* of the answers to this request, from 0; more only with `multi` */
    int64_t rtt;  /* ns between the kernel's two time stamps; -1: no answer */
    int why;      /* an errno: it could not be sent; EHOSTDOWN: its neighbour was silent */
    struct clv_packet sent, answer; /* both numbered `id`; answer.bytes NULL: none came in time */
};

struct clv_exchange_stats {
    uint64_t sent;                 /* packets, repetitions included */
    uint64_t requests;             /* without repetitions */
    uint64_t answered, unanswered; /* requests */
    uint64_t duplicates;           /* answers to requests that had one */
    uint64_t received;             /* packets captured */
    uint64_t dropped;              /* by kernel and interface: answers may be among them */
    int64_t first, last;           /* clv_now() at the first and the last packet sent; 0: none */
};

CLV_API struct clv_exchange *
clv_exchange_open(const struct clv *clv, const struct clv_exchange_opts *opts, struct clv_err *err);
/*
 * Send one packet (a draft with sets: its first). The capture for its answers, by the filter of
 * `all` (the draft with the sets that this one is from; it outlives the exchange; NULL: this one),
 * runs before it goes out. A neighbour that is not known is asked meanwhile: the packet goes out
 * when it has answered, or comes back from clv_exchange_next() with pair.why.
 * id and route may be NULL. false: as clv_sender_put(), the exchange goes on.
 */
CLV_API bool clv_exchange_send(struct clv_exchange *exchange, struct clv_draft *draft,
                               const struct clv_draft *all, uint64_t *id, struct clv_route *route,
                               struct clv_err *err);
/*
 * 1: a pair, its parts borrowed until the next call; 0: deadline or stop, with CLV_FOREVER also
 * when no request waits any more; -1: err.
 */
CLV_API int clv_exchange_next(struct clv_exchange *exchange, int64_t deadline,
                              struct clv_pair *pair, struct clv_err *err);
/* How many requests still wait for an answer; with `multi`: for further answers, too. */
CLV_API uint64_t clv_exchange_waiting(const struct clv_exchange *exchange);
CLV_API void clv_exchange_stats(struct clv_exchange *exchange, struct clv_exchange_stats *stats);
CLV_API void clv_exchange_close(struct clv_exchange *exchange);

/* A whole exchange: every packet of the drafts' sets, paced, until each has its answer or none. */
struct clv_sr_opts {
    struct clv_exchange_opts exchange;
    int64_t interval; /* from one packet to the next; 0: as fast as the interface takes them */
    uint64_t count;   /* packets in all, the sets again and again; 0: each packet of them once */
    uint64_t seed;    /* of random values */
    bool first;       /* the first answer ends it */
    /* Each pair, and each request that has no answer in time. false ends the exchange. */
    bool (*pair)(void *user, const struct clv_pair *pair);
    /* A packet that could not be sent. true: go on, it counts as unanswered. NULL: ends it. */
    bool (*unsent)(void *user, const struct clv_err *err);
    void *user;
};

/* false: err; stats hold what was done up to then. Ending by `stop` is no error. */
CLV_API bool clv_sr(const struct clv *clv, struct clv_draft *const *drafts, uint32_t n,
                    const struct clv_sr_opts *opts, struct clv_exchange_stats *stats,
                    struct clv_err *err);

/* ---- What a scan stands on: sets of addresses, an order without memory, cookies. */

/* A set of IPv4 and IPv6 addresses; memory grows with its ranges, not with its addresses. */
struct clv_ranges;
CLV_API struct clv_ranges *clv_ranges_new(void); /* NULL: no memory */
CLV_API void clv_ranges_free(struct clv_ranges *ranges);
/* "10.0.0.1", "10.0.0.0/24", "10.0.0.1-10.0.0.9", "10.0.0.1-9", "fd00::/120". false: err, or with
 * err->code CLV_OK: it does not begin with an address, and may be a name. */
CLV_API bool clv_ranges_read(const char *text, size_t n, struct clv_addr *first,
                             struct clv_addr *last, struct clv_err *err);
/* Take these, or leave them out (whenever they were or will be taken). */
CLV_API bool clv_ranges_put(struct clv_ranges *ranges, const struct clv_addr *first,
                            const struct clv_addr *last, bool out, struct clv_err *err);
/* After the last put and before what follows: each address once, those left out gone. */
CLV_API bool clv_ranges_settle(struct clv_ranges *ranges, struct clv_err *err);
/* How many; saturates at UINT64_MAX. */
CLV_API uint64_t clv_ranges_count(const struct clv_ranges *ranges);
/* A number that other addresses do not share. */
CLV_API uint64_t clv_ranges_mark(const struct clv_ranges *ranges);
/* The index-th address, which must be there; and back: false: it is none of them. */
CLV_API void clv_ranges_at(const struct clv_ranges *ranges, uint64_t index, struct clv_addr *addr);
CLV_API bool clv_ranges_find(const struct clv_ranges *ranges, const struct clv_addr *addr,
                             uint64_t *index);

/* The numbers below size (at most 2^63) in an order that hangs on the seed: no memory, each once. */
struct clv_shuffle {
    uint64_t size, mask, keys[4];
    uint32_t half;
};
CLV_API void clv_shuffle_init(struct clv_shuffle *shuffle, uint64_t size, uint64_t seed);
CLV_API uint64_t clv_shuffle_at(const struct clv_shuffle *shuffle, uint64_t index);

/* SipHash-2-4 of n bytes: a number that only who knows the key can tell. */
CLV_API uint64_t clv_cookie(const uint64_t key[2], const void *bytes, size_t n);

/*
 * Probes: many packets of a few kinds to many destinations, of which nothing is kept once they are
 * sent: the caller knows an answer by what it holds. Unknown neighbours are asked meanwhile. Memory
 * does not grow with what is sent.
 */
struct clv_prober;

struct clv_prober_opts {
    const char *iface;
    struct clv_addr source; /* our address; len 0, or of the other family: the route's */
    uint32_t buffer;        /* bytes for packets that wait to be read; 0: 32 MiB */
    bool groups;            /* broadcast and multicast addresses, too */
    const volatile sig_atomic_t *stop;
};

CLV_API struct clv_prober *clv_prober_open(const struct clv *clv,
                                           const struct clv_prober_opts *opts, struct clv_err *err);
CLV_API void clv_prober_close(struct clv_prober *prober);

/*
 * A kind of probe: an expression that begins with a network layer, with sets where probes differ:
 * "IP(dst='0.0.0.0/0')/UDP(sport=(0,65535), dport=(0,65535))". Its number, from 0; -1: err.
 */
CLV_API int clv_prober_kind(struct clv_prober *prober, const char *text, struct clv_err *err);

enum { CLV_PROBE_VALUES = 6 };

struct clv_probe {
    uint64_t tag; /* the caller's */
    int kind;     /* of clv_prober_kind() */
    bool ask;     /* if dst is a neighbour on the link, ask for its address instead */
    struct clv_addr dst;
    /* What stands in the sets but dst: those of the uppermost layer first, each layer's in order. */
    uint64_t values[CLV_PROBE_VALUES];
};

enum clv_fate {
    CLV_PROBE_SENT,
    CLV_PROBE_HELD,   /* its neighbour is being asked: an event will tell, or clv_prober_again() */
    CLV_PROBE_FULL,   /* too many are held: read events, then once more */
    CLV_PROBE_SILENT, /* its neighbour was asked a moment ago, and did not answer */
    CLV_PROBE_GROUP,  /* left out: a group's address */
    CLV_PROBE_FAILED  /* err; err->sys: no way to this destination, others may go */
};

CLV_API enum clv_fate clv_prober_put(struct clv_prober *prober, const struct clv_probe *probe,
                                     struct clv_err *err);
/* A probe that was held and may be put again; false: there is none. */
CLV_API bool clv_prober_again(struct clv_prober *prober, struct clv_probe *probe);

enum clv_event_type {
    CLV_EVENT_FRAME, /* a packet that may be an answer: frame and view */
    CLV_EVENT_PEER,  /* a neighbour was asked and has answered: probe, peer */
    CLV_EVENT_SILENT /* the neighbour of a probe that was held did not answer */
};

struct clv_event {
    enum clv_event_type type;
    struct clv_probe probe;
    struct clv_addr peer;
    struct clv_frame frame;
    struct clv_view *view; /* borrowed until the next call */
};

/* Send what was put, and take what comes in: 1: an event; 0: deadline or stop; -1: err. */
CLV_API int clv_prober_next(struct clv_prober *prober, int64_t deadline, struct clv_event *event,
                            struct clv_err *err);
/* How many probes are held; and packets sent, requests for neighbours included. */
CLV_API uint32_t clv_prober_held(const struct clv_prober *prober);
CLV_API uint64_t clv_prober_sent(const struct clv_prober *prober);

struct clv_prober_stats {
    uint64_t sent;      /* probes */
    uint64_t asked;     /* requests for neighbours */
    uint64_t unsent;    /* the system refused them */
    struct clv_err why; /* the first refusal */
    uint64_t received;  /* packets captured */
    uint64_t dropped,
        dropped_iface;   /* by the kernel, by the interface: answers may be among them */
    int64_t first, last; /* clv_now() at the first and the last packet sent; 0: none */
};
CLV_API void clv_prober_stats(struct clv_prober *prober, struct clv_prober_stats *stats);

/* Live: end. */

#ifdef __cplusplus
}
#endif

#endif
