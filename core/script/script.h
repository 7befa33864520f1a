/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scripts: Lua 5.4 over cleave.h. A packet in Lua is a draft, or the bytes that came in; a value is
 * what the expression language writes for it. There is no second idea of either.
 */
#ifndef CLV_SCRIPT_H
#define CLV_SCRIPT_H

#include "../cleave.h"

#include <lauxlib.h>
#include <lua.h>

/* What a script runs in: one Lua state over one context. */
struct script {
    lua_State *lua;
    struct clv *clv;
    struct clv_out out;  /* scratch: the value that is being written */
    struct clv_out text; /* scratch: of a whole packet */
    uint64_t seed;       /* of random values */
    bool pure;           /* drafts are built without asking the kernel about their way */
    const volatile sig_atomic_t *stop;
    volatile sig_atomic_t *alive;
    int caught; /* 1: the script waits for ^C itself; 2: it was told */
    bool (*reports)(void);
    bool report; /* asked for, not given yet */
    void (*complain)(const char *text, size_t n);
    int status;  /* that the last error asks for */
    int64_t end; /* clv_now() at which it must have ended; CLV_FOREVER */
    bool sandbox, bare, lean;
    size_t taken;               /* by packets, since garbage was last looked for */
    size_t held, most;          /* bytes that the script and its packets hold; at most */
    uint64_t steps, most_steps; /* instructions of Lua; at most */
    struct clv_mem mem;         /* counts what packets take */
    int sched;                  /* in the registry: the table of sched.lua */
    int shell;                  /* and that of shell.lua */
    bool colour;                /* of what packets show on standard output */
    struct clv_arena *arena;    /* what declared layers are kept in */
    struct declared *declared;  /* the last one first */
    lua_State *hooks;           /* where their functions run, which may be called in any task */
    unsigned hooking;           /* how many of them are running, in each other */
    int fuel;                   /* instructions that they still have */
};

struct script_opts {
    struct clv *clv;
    uint64_t seed;
    bool pure;
    bool colour;             /* of what packets show */
    bool sandbox;            /* no files, processes, environment or loading of code */
    bool bare;               /* LUA_PATH and the like are not looked at */
    bool lean;               /* no verbs, no tasks: for files that declare layers */
    struct clv_arena *arena; /* outlives clv: of layers that are declared; NULL: none can be */
    size_t memory;           /* bytes for the script and its packets; 0: no limit */
    uint64_t instructions;   /* of Lua; 0: no limit */
    int64_t timeout;         /* ns for all of the script; 0: as long as it likes */
    const volatile sig_atomic_t *stop; /* ^C ends the running call with an error; NULL: never */
    volatile sig_atomic_t *alive;      /* becomes 1 whenever that is looked at; NULL: nobody asks */
    bool (*reports)(void);             /* tasks are to be named now; NULL: never */
    void (*complain)(const char *text, size_t n); /* of a task's error, and for reports */
};

/* A state with cleave's globals and Lua's libraries. NULL: no memory. */
struct script *script_open(const struct script_opts *opts);
void script_close(struct script *script);
/*
 * Run a file ("-": standard input) with these arguments (`...` and `arg`), and what tasks it began.
 * *status is what the script asks for, 0 where it asks for nothing. false: `text` holds the message
 * and the traceback, and is the caller's to free; *status is 2, or 3: not permitted.
 */
bool script_run(struct script *script, const char *path, int argc, char **argv, int *status,
                char **text);

/* Run a file that declares layers; false: as script_run(). They stay when the script is closed, but
 * their functions answer no more. */
bool script_load(struct script *script, const char *path, char **text);

/* Run the tests in these files, packets as `pure` builds them. update: write golden captures. *passed:
 * all passed. false: as script_run(). */
bool script_test(struct script *script, bool update, int argc, char **argv, bool *passed,
                 char **text);

/* ---- The shell's part of it, see shell.lua. */

enum script_said { SCRIPT_DONE, SCRIPT_MORE /* the text goes on */, SCRIPT_FAILED, SCRIPT_END };

bool script_shell_open(struct script *script);
/* Run what was typed. SCRIPT_END: *status is what the shell ends with. */
enum script_said script_shell_eval(struct script *script, const char *text, int *status);
/*
 * How the n bytes before the cursor may go on: a table of words is left on the stack of script->lua,
 * to be popped; *word is how many bytes of the text they replace. 0: no way.
 */
int script_shell_complete(struct script *script, const char *text, size_t n, size_t *word);
/* Let tasks do what they can without waiting; are there any? */
bool script_shell_tick(struct script *script);

/* ---- What the files of this folder share. */

struct script *script_of(lua_State *lua);
/* ^C, and the script does not look after it. Whoever looks is alive. */
bool script_stopped(struct script *script);
/* Raise an err: of the system as a table with `code` and `message`, else as a text with the line. */
int script_raise(lua_State *lua, const struct clv_err *err);
/* Raise a text, with the line of the script that led here, whatever of the binding lies between. */
int script_error(lua_State *lua, const char *fmt, ...) CLV_PRINTF(2, 3);
/* Push what `out` holds. */
void script_push_out(lua_State *lua, struct clv_out *out);

/* Look for ^C and the like from now on as at the beginning. */
void script_watch(struct script *script);
/* Memory that counts as the script's; never NULL, an error is raised. */
void *script_alloc(lua_State *lua, size_t n);
void script_collect(lua_State *lua); /* a moment at which garbage may be collected */
void script_free(lua_State *lua, void *block);
/* Zeros that stay as long as the context does; never NULL. */
void *script_keep(lua_State *lua, size_t n);
/* So many instructions more: why the script must end; NULL: it need not. */
const char *script_over(struct script *script, unsigned steps);
/* Raise an error where a function of a declared layer runs: what is looked at must not change. */
int script_apart(lua_State *lua);

/* To standard output, where Lua's own io is not there. */
void script_write(lua_State *lua, const char *s, size_t n);

/* ---- value.c */
/* Add the value at `index` to out, as an expression writes it. For a field of 64 bits (may be NULL) a
 * number is these bits, whatever its sign. */
void script_put_value(lua_State *lua, int index, const struct clv_field *field,
                      struct clv_out *out);
/* Add a string as the bytes that it is, b'..', even where it spells a text. */
void script_put_bytes(const char *s, size_t n, struct clv_out *out);
/* The first row of this name; NULL: there is none. */
const struct clv_field *script_row(const struct clv_desc *desc, const char *name);
/* A visitor that leaves one value on the stack of `lua`; depth begins as 0. */
struct script_see {
    lua_State *lua;
    int depth;
    bool words; /* of numbers that have a name, that */
};
struct clv_visitor script_visitor(struct script_see *see);
void script_values_open(lua_State *lua);

/* ---- packet.c */

/* What packets and their parts share. */
struct body {
    struct clv_arena *arena;
    struct clv_draft *draft; /* NULL: it came in, and is what its bytes say */
    unsigned edits;          /* since the draft was made */
    struct clv_draft *built; /* what bytes were built of; NULL: not yet */
    const uint8_t *bytes;
    uint32_t len;
    const struct clv_desc *first; /* bytes begin with; NULL: as frame.link says */
    struct clv_view *view;        /* of bytes; NULL: not split yet */
    struct clv_frame frame;
    int64_t sent; /* clv_now() ; 0: was not sent */
};

/* A packet from a layer on. Its body is its first user value. */
struct packet {
    struct body *body;
    uint32_t at;
};

void script_packets_open(lua_State *lua);
/* The packet at this index, or an error; from a layer's name, or a text, one is made in its place. */
struct packet *script_packet(lua_State *lua, int index);
/* NULL: it is none. */
struct packet *script_packet_maybe(lua_State *lua, int index);
/* Push a packet that came in: the bytes are copied. */
struct packet *script_push_bytes(lua_State *lua, const struct clv_frame *frame,
                                 const struct clv_desc *first, const uint8_t *bytes, uint32_t len);
/* Push a packet to be built, empty: the caller fills body->draft, in body->arena. */
struct packet *script_push_draft(lua_State *lua);
/* Push what an expression says, or raise. */
struct packet *script_push_expr(lua_State *lua, const char *text, size_t n);
/* Its draft, as of the part that it is; a packet that came in is lifted. */
struct clv_draft *script_draft(lua_State *lua, struct packet *packet);
/* Push the field of this name, or "Layer.field", or nil; a name that is none is an error. words: numbers
 * that have a name are that. */
int script_push_field(lua_State *lua, struct packet *packet, const char *name, bool words);
/* A packet that begins where this part does: itself, or a new one, pushed in either case. */
struct packet *script_push_whole(lua_State *lua, int index);
/* The same to be looked at: a part as it is in the packet, whose sums count what lies below it. */
struct packet *script_push_seen(lua_State *lua, int index);
/* The view of a whole packet, built first where it is a draft. */
struct clv_view *script_view(lua_State *lua, struct packet *packet);
/* Layers, as the draft or else the view has them. */
uint32_t script_layers(lua_State *lua, struct packet *packet);
const struct clv_desc *script_layer(lua_State *lua, struct packet *packet, uint32_t i);

/* ---- layer.c: what a layer's name is in Lua. */
void script_layers_open(lua_State *lua);
void script_push_layer(lua_State *lua, const struct clv_desc *desc);
const struct clv_desc *script_layer_maybe(lua_State *lua, int index);

/* ---- declare.c: the global `layer`, and the kinds of its rows. */
void script_declare_open(lua_State *lua);

/* near(name, names): the one of the list that is spelt nearly so, or nil. */
int script_near(lua_State *lua);

/* Push the table of functions that the Lua part stands on; each of these files adds its own to it. */
void script_push_core(lua_State *lua);
void script_add_errors(lua_State *lua);
void script_add_net(lua_State *lua);
void script_add_files(lua_State *lua);
void script_add_asks(lua_State *lua);
void script_add_streams(lua_State *lua);
/* Run a part of the binding that is written in Lua, with `n` arguments from the top of the stack. */
void script_load_part(lua_State *lua, const char *text, size_t size, int n);
/* Raise what ends the script: ^C, the end of its time. */
void script_check_stop(lua_State *lua);
/* The deadline at `index`, or what must not be slept through. */
int64_t script_wait_until(lua_State *lua, int index);

/* ---- net.c: a handle is a pointer that is NULL once it is closed, in a userdata of its type. */
void *script_push_handle(lua_State *lua, const char *type);
/* The pointer; an error where it is closed. */
void *script_handle(lua_State *lua, int index, const char *type);
void script_new_type(lua_State *lua, const char *type, const luaL_Reg *methods, lua_CFunction gc);
/* Push a packet as a capture holds it. */
void script_push_frame(lua_State *lua, const struct clv_frame *frame, const uint8_t *bytes);

/* ---- error.c */
extern const char script_part[];    /* the name of the chunks of the binding itself */
extern const char script_missing[]; /* in the registry: the last global that was not there */
void script_errors_open(lua_State *lua);
/* Add to the text on the stack what may help, where that is known. */
void script_explain(lua_State *lua);
/* Raise that the value at `index` is no packet. */
int script_no_packet(lua_State *lua, int index);
/* A message handler: what was raised, with a traceback where the script is to blame. */
int script_traceback(lua_State *lua);
/* The status of exit(), where this is what was raised; else NULL. */
const int *script_exits(lua_State *lua, int index);

/* ---- memory.c: for Lua, and for the arenas of packets. */
void *script_take_lua(void *user, void *old, size_t before, size_t n);
void *script_take(void *user, void *old, size_t n);

/* ---- methods.c */
/* Write the text on the stack to where prints() said. */
int script_print(lua_State *lua);
extern const luaL_Reg script_methods[];

#endif
