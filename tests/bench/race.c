/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * race [-i] [-c CORE] ROUNDS COMMAND... [--- COMMAND...]...: runs the commands in turn, ROUNDS times
 * each, their output thrown away, and prints a line for each: its exit status (the last that was not
 * 0), its largest resident set in KiB, and wall:processor seconds of every run. -i: standard input
 * is theirs.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 16 };

struct run {
    double wall, cpu;
};

struct command {
    char **argv;
    struct run *runs;
    int status;
    long rss;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static _Noreturn void become(char **argv, bool input)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 1) < 0 || (!input && dup2(null, 0) < 0))
        _exit(126);
    execvp(argv[0], argv);
    perror(argv[0]);
    _exit(127);
}

static bool run(struct command *command, struct run *run, bool input)
{
    int status;
    struct rusage usage;
    double from = now();
    pid_t child = fork();
    if (child == 0)
        become(command->argv, input);
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return false;
    run->wall = now() - from;
    run->cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    if (usage.ru_maxrss > command->rss)
        command->rss = usage.ru_maxrss;
    if (status)
        command->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

int main(int argc, char **argv)
{
    struct command commands[MOST];
    int n = 0, option;
    bool input = false;
    while ((option = getopt(argc, argv, "+ic:")) != -1) {
        cpu_set_t set;
        CPU_ZERO(&set);
        if (option == 'i')
            input = true;
        else if (option == 'c')
            CPU_SET((size_t)atoi(optarg), &set);
        else
            return 2;
        if (option == 'c' && sched_setaffinity(0, sizeof set, &set))
            perror("race: -c");
    }
    int rounds = optind < argc ? atoi(argv[optind++]) : 0;
    for (int i = optind - 1; i < argc && n < MOST; i++)
        if (i < optind || !strcmp(argv[i], "---")) {
            if (i >= optind)
                argv[i] = NULL;
            commands[n++] = (struct command){ .argv = argv + i + 1,
                                              .runs = calloc((size_t)rounds, sizeof(struct run)) };
        }
    if (rounds < 1 || optind >= argc) {
        fputs("usage: race [-i] [-c CORE] ROUNDS COMMAND... [--- COMMAND...]...\n", stderr);
        return 2;
    }
    for (int r = 0; r < rounds; r++)
        for (int i = 0; i < n; i++)
            if (!commands[i].runs || !run(&commands[i], &commands[i].runs[r], input)) {
                perror("race");
                return 2;
            }
    for (int i = 0; i < n; i++) {
        printf("%d %ld", commands[i].status, commands[i].rss);
        for (int r = 0; r < rounds; r++)
            printf(" %.6f:%.6f", commands[i].runs[r].wall, commands[i].runs[r].cpu);
        putchar('\n');
        free(commands[i].runs);
    }
    return 0;
}
