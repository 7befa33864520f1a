/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals: the first asks the program to end, so that it can print its statistics; the second ends
 * it at once. The flags are the program's only changeable globals: a handler can reach nothing else. */
#include "cli.h"

volatile sig_atomic_t cli_stop;
static volatile sig_atomic_t cli_report;

static void stop(int number)
{
    (void)number;
    cli_stop = 1;
}

static void report(int number)
{
    (void)number;
    cli_report = 1;
}

void cli_watch_report(void)
{
    struct sigaction action = { .sa_handler = report };

    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
}

bool cli_report_due(void)
{
    bool due = cli_report;

    cli_report = 0;
    return due;
}

void cli_watch_signals(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    /* SA_RESETHAND: the second finds the system's own handler, so a shell sees what ended us.
     * Without SA_RESTART, so that a wait ends. */
    struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND }, old;

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        /* What our parent has us ignore (nohup) stays ignored. */
        if (!sigaction(numbers[i], NULL, &old) && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
}
