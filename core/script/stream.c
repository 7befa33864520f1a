/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP connections of the kernel, and names and ranges of addresses, for the Lua part: no call here
 * waits, but for a poller until its deadline.
 */
#include "script.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const stream_type = "cleave.stream";
static const char *const poller_type = "cleave.poller";

/* ---- What a connection is. */

struct stream {
    int fd; /* -1: closed */
};

/* What ends a connection is no error of the script: nil, and a word for it. */
static int push_why(lua_State *lua, int sys)
{
    lua_pushnil(lua);
    switch (sys) {
    case EINPROGRESS:
    case EAGAIN:
    case EINTR: lua_pushliteral(lua, "wait"); break;
    case ECONNREFUSED: lua_pushliteral(lua, "refused"); break;
    case ECONNRESET:
    case EPIPE: lua_pushliteral(lua, "reset"); break;
    case ETIMEDOUT: lua_pushliteral(lua, "timeout"); break;
    case EHOSTUNREACH:
    case ENETUNREACH: lua_pushliteral(lua, "unreachable"); break;
    default: lua_pushstring(lua, strerror(sys)); break;
    }
    return 2;
}

/* A failure of this machine. */
static int raise_system(lua_State *lua, const char *what)
{
    struct clv_err err = { .code = CLV_SYSTEM, .sys = errno };

    snprintf(err.text, sizeof err.text, "%s: %s", what, strerror(errno));
    return script_raise(lua, &err);
}

static int stream_fd(lua_State *lua, int index)
{
    const struct stream *stream = luaL_checkudata(lua, index, stream_type);

    if (stream->fd < 0)
        script_error(lua, "the connection is closed");
    return stream->fd;
}

/* tcp(address, port): a connection that is being made; nil, why: it cannot be. */
static int stream_open(lua_State *lua)
{
    const char *address = luaL_checkstring(lua, 1);
    lua_Integer port = luaL_checkinteger(lua, 2);
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
    struct addrinfo *found;
    char service[8];

    script_apart(lua);
    if (port < 1 || port > 65535)
        return script_error(lua, "a port is a number from 1 to 65535");
    snprintf(service, sizeof service, "%d", (int)port);
    if (getaddrinfo(address, service, &hints, &found))
        return script_error(lua, "'%s' is no address", address);
    struct stream *stream = lua_newuserdatauv(lua, sizeof *stream, 0);
    stream->fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    luaL_setmetatable(lua, stream_type);
    int failed = stream->fd < 0 ? -1 : connect(stream->fd, found->ai_addr, found->ai_addrlen);
    int sys = errno;
    freeaddrinfo(found);
    errno = sys;
    if (stream->fd < 0)
        return raise_system(lua, "a connection");
    return failed && sys != EINPROGRESS ? push_why(lua, sys) : 1;
}

/* stream:state(): true: connected; nil, "wait" or why. It is asked once it can be written to. */
static int stream_state(lua_State *lua)
{
    int fd = stream_fd(lua, 1), sys = 0;
    socklen_t n = sizeof sys;
    struct sockaddr_storage peer;
    socklen_t m = sizeof peer;

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &sys, &n))
        sys = errno;
    if (!sys && getpeername(fd, (struct sockaddr *)&peer, &m))
        sys = errno == ENOTCONN ? EINPROGRESS : errno;
    if (sys)
        return push_why(lua, sys);
    lua_pushboolean(lua, true);
    return 1;
}

enum { READ_SIZE = 16384 };

/* stream:read(): some bytes; nil, "wait"; nil, "closed". */
static int stream_read(lua_State *lua)
{
    int fd = stream_fd(lua, 1);
    char bytes[READ_SIZE];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);

    if (n < 0)
        return push_why(lua, errno);
    if (!n) {
        lua_pushnil(lua);
        lua_pushliteral(lua, "closed");
        return 2;
    }
    lua_pushlstring(lua, bytes, (size_t)n);
    return 1;
}

/* stream:write(bytes, from): how many of them, from that one on, were taken. */
static int stream_write(lua_State *lua)
{
    int fd = stream_fd(lua, 1);
    size_t n;
    const char *bytes = luaL_checklstring(lua, 2, &n);
    lua_Integer from = luaL_checkinteger(lua, 3);

    luaL_argcheck(lua, from >= 1 && (size_t)from <= n, 3, "behind the end");
    ssize_t sent = send(fd, bytes + from - 1, n - (size_t)from + 1, MSG_NOSIGNAL);
    if (sent < 0)
        return push_why(lua, errno);
    lua_pushinteger(lua, sent);
    return 1;
}

static int stream_close(lua_State *lua)
{
    struct stream *stream = luaL_checkudata(lua, 1, stream_type);

    if (stream->fd >= 0)
        close(stream->fd);
    stream->fd = -1;
    return 0;
}

/* ---- Which of them can go on. */

struct poller {
    int fd;
};

static int poller_open(lua_State *lua)
{
    struct poller *poller = lua_newuserdatauv(lua, sizeof *poller, 0);

    poller->fd = epoll_create1(EPOLL_CLOEXEC);
    luaL_setmetatable(lua, poller_type);
    return poller->fd < 0 ? raise_system(lua, "a poller") : 1;
}

/* poller:watch(stream, writing, number): once it can go on, next() says so, a single time. */
static int poller_watch(lua_State *lua)
{
    const struct poller *poller = luaL_checkudata(lua, 1, poller_type);
    int fd = stream_fd(lua, 2);
    struct epoll_event event = { .events = EPOLLONESHOT };

    event.events |= lua_toboolean(lua, 3) ? EPOLLOUT : EPOLLIN;
    event.data.u64 = (uint64_t)luaL_checkinteger(lua, 4);
    if (epoll_ctl(poller->fd, EPOLL_CTL_MOD, fd, &event) && errno == ENOENT &&
        epoll_ctl(poller->fd, EPOLL_CTL_ADD, fd, &event))
        return raise_system(lua, "a poller");
    return 0;
}

/* poller:next(deadline): the number of one that can go on, or nothing. */
static int poller_next(lua_State *lua)
{
    const struct poller *poller = luaL_checkudata(lua, 1, poller_type);
    int64_t left = script_wait_until(lua, 2) - clv_now();
    struct epoll_event event;
    int n = epoll_wait(poller->fd, &event, 1, left <= 0 ? 0 : (int)((left + 999999) / 1000000));

    script_check_stop(lua);
    if (n < 0 && errno != EINTR)
        return raise_system(lua, "a poller");
    if (n < 1)
        return 0;
    lua_pushinteger(lua, (lua_Integer)event.data.u64);
    return 1;
}

static int poller_close(lua_State *lua)
{
    struct poller *poller = luaL_checkudata(lua, 1, poller_type);

    if (poller->fd >= 0)
        close(poller->fd);
    poller->fd = -1;
    return 0;
}

/* ---- Addresses. */

static void push_addr(lua_State *lua, const struct clv_addr *addr)
{
    char text[INET6_ADDRSTRLEN];

    inet_ntop(addr->len == 4 ? AF_INET : AF_INET6, addr->bytes, text, sizeof text);
    lua_pushstring(lua, text);
}

/*
 * Names are looked up by the C library, which waits as long as it likes: a thread for each, which owns
 * all that it looks at, and writes what it found to a stream. Whoever asked may be gone by then.
 */
struct lookup {
    int fd;
    char name[];
};

static void write_text(int fd, const char *text)
{
    send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* A line for each address of this family. */
static void write_found(int fd, const struct addrinfo *at, int family)
{
    char text[NI_MAXHOST + 1];

    for (; at; at = at->ai_next) {
        if (at->ai_family != family ||
            getnameinfo(at->ai_addr, at->ai_addrlen, text, NI_MAXHOST, NULL, 0, NI_NUMERICHOST))
            continue;
        strcat(text, "\n");
        write_text(fd, text);
    }
}

static void *look_up(void *user)
{
    struct lookup *lookup = user;
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    int rc = getaddrinfo(lookup->name, NULL, &hints, &found);

    if (rc) {
        write_text(lookup->fd, "-");
        write_text(lookup->fd, gai_strerror(rc));
    } else {
        write_found(lookup->fd, found, AF_INET);
        write_found(lookup->fd, found, AF_INET6);
        freeaddrinfo(found);
    }
    close(lookup->fd);
    free(lookup);
    return NULL;
}

/* Signals are for the thread of the script. */
static int begin_thread(struct lookup *lookup)
{
    enum { STACK = 256 << 10 };
    sigset_t all, before;
    pthread_attr_t attr;
    pthread_t thread;

    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, STACK);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&thread, &attr, look_up, lookup);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return rc;
}

/* lookup(name): a stream of its addresses, a line each, IPv4 first, or of "-" and why there are none. */
static int net_lookup(lua_State *lua)
{
    size_t n;
    const char *name = luaL_checklstring(lua, 1, &n);
    int ends[2];

    script_apart(lua);
    struct stream *stream = lua_newuserdatauv(lua, sizeof *stream, 0);
    stream->fd = -1;
    luaL_setmetatable(lua, stream_type);
    struct lookup *lookup = malloc(sizeof *lookup + n + 1);
    if (!lookup)
        return script_error(lua, "out of memory");
    memcpy(lookup->name, name, n + 1);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
        free(lookup);
        return raise_system(lua, "a look-up");
    }
    stream->fd = ends[0];
    lookup->fd = ends[1];
    errno = fcntl(ends[0], F_SETFL, O_NONBLOCK) ? errno : begin_thread(lookup);
    if (errno) {
        close(ends[1]);
        free(lookup);
        return raise_system(lua, "a look-up");
    }
    return 1;
}

struct range {
    struct clv_addr next, last;
    bool done;
};

static int range_next(lua_State *lua)
{
    struct range *range = lua_touserdata(lua, lua_upvalueindex(1));

    if (range->done)
        return 0;
    push_addr(lua, &range->next);
    range->done = !memcmp(range->next.bytes, range->last.bytes, range->last.len);
    for (int i = range->next.len; i-- > 0 && !++range->next.bytes[i];)
        ;
    return 1;
}

/* range("10.0.0.0/24"): each of its addresses in turn; nil: it may be a name. */
static int net_range(lua_State *lua)
{
    size_t n;
    const char *text = luaL_checklstring(lua, 1, &n);
    struct clv_err err = { 0 };
    struct range *range = lua_newuserdatauv(lua, sizeof *range, 0);

    *range = (struct range){ 0 };
    if (!clv_ranges_read(text, n, &range->next, &range->last, &err))
        return err.code ? script_raise(lua, &err) : 0;
    lua_pushcclosure(lua, range_next, 1);
    return 1;
}

static void new_type(lua_State *lua, const char *type, const luaL_Reg *methods, lua_CFunction gc)
{
    luaL_newmetatable(lua, type);
    lua_newtable(lua);
    luaL_setfuncs(lua, methods, 0);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, gc);
    lua_setfield(lua, -2, "__gc");
    lua_pop(lua, 1);
}

void script_add_streams(lua_State *lua)
{
    static const luaL_Reg streams[] = { { "state", stream_state },
                                        { "read", stream_read },
                                        { "write", stream_write },
                                        { "close", stream_close },
                                        { NULL, NULL } };
    static const luaL_Reg pollers[] = { { "watch", poller_watch },
                                        { "next", poller_next },
                                        { NULL, NULL } };
    static const luaL_Reg functions[] = { { "tcp", stream_open },
                                          { "poller", poller_open },
                                          { "lookup", net_lookup },
                                          { "range", net_range },
                                          { NULL, NULL } };
    new_type(lua, stream_type, streams, stream_close);
    new_type(lua, poller_type, pollers, poller_close);
    luaL_setfuncs(lua, functions, 0);
}
