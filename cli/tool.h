/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ping, traceroute and arping share: tool.c speaks to people and scripts, host.c knows the host
 * that is asked for, the way to it, names for addresses, and what an answer says, vendor.c who made
 * an interface.
 */
#ifndef TOOL_H
#define TOOL_H

#include "cli.h"

#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

/* ---- tool.c */

/* `ping: TEXT` on standard error, as scripts know it. Returns CLI_WRONG. */
int tool_fail(const struct cli *cli, const char *fmt, ...) CLV_PRINTF(2, 3);
/* The same for an err. Returns the exit status that belongs to it. */
int tool_err(const struct cli *cli, const struct clv_err *err);
/* -o, NULL where it was not given: text or json. false after a message. */
bool tool_json(const struct cli *cli, const char *output, bool *json);
/* Text from outside, made safe for a terminal; as a string of JSON, with its quotes. */
void tool_safe(FILE *to, const char *text);
void tool_quote(const char *text);
/* Hand standard output on. *broken: the errno with which it took no more; 0: it takes more. */
void tool_flush(int *broken);
/* The status at the end, with a message where standard output broke. */
int tool_end(const struct cli *cli, int broken, int status);

/* ---- host.c */

enum { HOST_ADDR = INET6_ADDRSTRLEN + IF_NAMESIZE };

/* One version of IP: the names of its layers and fields. */
struct version {
    int af;
    const char *net, *ttl, *echo; /* layer, field, layer */
    const char *message;          /* how the names of its ICMP layers begin */
    const char *self;             /* this host, for an address of zeros */
    unsigned reply;               /* type of the echo's reply */
};

extern const struct version version_four, version_six;

struct host_opts {
    const char *iface;  /* an interface, or an address of ours; NULL: the kernel's choice */
    const char *source; /* an address of ours; NULL: the kernel's choice */
    bool numeric;       /* no names */
    bool four, six;     /* this version only */
    bool link;          /* a neighbour is meant: where `iface` is given no route is needed */
};

struct host {
    struct cli *cli;
    const struct version *ip;
    bool numeric;
    const char *given;
    char right[NI_MAXHOST]; /* the name that the name server calls the right one; "": none */
    char addr[HOST_ADDR];
    const char *iface;      /* NULL: the kernel's choice */
    char zone[IF_NAMESIZE]; /* that of our own address, where it was named */
    char source[HOST_ADDR]; /* our own address, where it was named; "": the kernel's choice */
    char link[IF_NAMESIZE]; /* where addresses of a link are */
    struct clv_route route;
    struct clv_columns *columns;
    unsigned silent;                         /* times that no name server spoke */
    char named[HOST_ADDR], name[NI_MAXHOST]; /* the last address that was given a name */
};

/* What an answer says. ICMP and ICMPv6 begin alike: type, code, checksum and one word. */
struct host_reply {
    char src[HOST_ADDR];
    unsigned ttl;
    int layer; /* index of the message in the answer; -1: it is not one, and the rest is 0 */
    unsigned type, code;
    uint8_t word[4];
    bool echo;   /* it is the reply to an echo request */
    bool advice; /* to go another way, or slower: the request may still be answered */
};

/*
 * The first of the host's addresses that there is a way to. `given` is kept. false after a message.
 * The memory lasts as long as cli->arena.
 */
bool host_find(struct host *host, struct cli *cli, const struct host_opts *opts, const char *given);
/* The IP layer of a packet to it, as an expression: `IP(dst='..',..,ttl=5,id=7)`. */
void host_print_layer(const struct host *host, unsigned ttl, uint16_t id, bool df,
                      struct clv_out *out);
/* An address on the way, with its zone where it has a meaning on its link alone. */
void host_address(const struct host *host, const uint8_t *bytes, char *text);
/* The name of an address; NULL: it has none, or none is wanted. */
const char *host_name(struct host *host, const char *addr);
/* false: it makes no sense. */
bool host_read(const struct host *host, const struct clv_packet *answer, struct host_reply *reply);

/* ---- vendor.c: the makers of interfaces, by the list that other packages of the system bring. */

struct vendors;

/* NULL: there is no list here. */
struct vendors *vendors_open(void);
/* Whose hardware address it is, as the list has it: not safe for a terminal; NULL: not known. */
const char *vendors_find(const struct vendors *vendors, const uint8_t mac[6]);
void vendors_close(struct vendors *vendors);

#endif
