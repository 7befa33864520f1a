/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lossy IF IF [loss=N] [twice=N] [delay=MS] [hurry=N]: carries the frames of each interface to the
 * other, in any kernel that has packet sockets. N of 100 are lost, doubled, or not delayed, by a
 * generator that begins alike each time. Says "ready" once it listens; ends by a signal.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FRAME = 70000, WAITING = 4096 }; /* with what the kernel would have a device cut up */

struct waiting {
    uint64_t due; /* ms */
    uint8_t *frame;
    size_t len;
    int to;
};

static struct waiting queue[WAITING];
static size_t nqueue;
static uint64_t state = 1;
static unsigned loss, twice, delay, hurry;

static uint64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* In n of 100 cases. */
static int happens(unsigned n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % 100 < n;
}

static int fail(const char *what)
{
    fprintf(stderr, "lossy: %s: %s\n", what, strerror(errno));
    return 1;
}

/* Checksums that the kernel left to a device are told before each frame, and handed on so. */
static int open_link(const char *name)
{
    int one = 1, fd = socket(AF_PACKET, SOCK_RAW, 0);
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };

    to.sll_ifindex = (int)if_nametoindex(name);
    if (fd < 0 || !to.sll_ifindex ||
        setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one) ||
        setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) ||
        bind(fd, (struct sockaddr *)&to, sizeof to))
        return -1;
    return fd;
}

static void put(int to, const uint8_t *frame, size_t len)
{
    if (write(to, frame, len) < 0)
        fail("a frame"); /* lost, as on a link that is down */
}

static void carry(int to, const uint8_t *frame, size_t len)
{
    unsigned wait = happens(hurry) ? 0 : delay;
    struct waiting w = { .due = now() + wait, .len = len, .to = to };

    if (!wait) {
        put(to, frame, len);
    } else if (nqueue < WAITING && (w.frame = malloc(len))) {
        memcpy(w.frame, frame, len);
        queue[nqueue++] = w;
    }
}

/* Sends what is due, in order. Returns the milliseconds to the next, -1: there is none. */
static int send_due(void)
{
    size_t kept = 0;

    for (size_t i = 0; i < nqueue; i++) {
        if (queue[i].due <= now()) {
            put(queue[i].to, queue[i].frame, queue[i].len);
            free(queue[i].frame);
        } else {
            queue[kept++] = queue[i];
        }
    }
    nqueue = kept;
    return nqueue ? (int)(queue[0].due - now()) + 1 : -1;
}

static int run(struct pollfd fds[2])
{
    static uint8_t frame[FRAME];

    for (;;) {
        if (poll(fds, 2, send_due()) < 0)
            return fail("waiting");
        for (int i = 0; i < 2; i++) {
            ssize_t n = fds[i].revents ? read(fds[i].fd, frame, sizeof frame) : 0;
            if (n <= 0 || happens(loss))
                continue;
            for (int k = happens(twice); k >= 0; k--)
                carry(fds[!i].fd, frame, (size_t)n);
        }
    }
}

int main(int argc, char **argv)
{
    struct pollfd fds[2];

    for (int i = 0; i < 2; i++)
        if (argc < 3 || (fds[i].fd = open_link(argv[i + 1])) < 0)
            return fail(argc < 3 ? "two interfaces" : argv[i + 1]);
        else
            fds[i].events = POLLIN;
    for (int i = 3; i < argc; i++)
        if (sscanf(argv[i], "loss=%u", &loss) + sscanf(argv[i], "twice=%u", &twice) +
                sscanf(argv[i], "delay=%u", &delay) + sscanf(argv[i], "hurry=%u", &hurry) !=
            1) {
            errno = EINVAL;
            return fail(argv[i]);
        }
    puts("ready");
    fflush(stdout);
    return run(fds);
}
