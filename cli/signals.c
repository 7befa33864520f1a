/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals: the first asks the program to end, so that it can print its statistics; the second ends
 * it at once. The flags are the program's only changeable globals: a handler can reach nothing else. */
#include "cli.h"
#include "script.h"

#include <time.h>
#include <unistd.h>

volatile sig_atomic_t cli_stop;
static volatile sig_atomic_t cli_report;

static void stop(int number)
{
    (void)number;
    cli_stop = 1;
    cli_script_asked();
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

/* ---- Scripts: a call of C that goes on cannot be ended, but the program can. */

enum clock { OF_STOP, OF_TIME, CLOCKS };

volatile sig_atomic_t cli_script_alive;
static timer_t clocks[CLOCKS];
static volatile sig_atomic_t watched, lasting /* the shell: asked twice before it ends */, deaf,
    over;

static void end_deaf(const char *why, size_t n)
{
    (void)!write(STDERR_FILENO, why, n);
    _exit(CLI_WRONG);
}

#define END_DEAF(why) end_deaf(why "\n", sizeof(why "\n") - 1)

/* It did not look up for a second after it was asked, or its time was over. */
static void listen_to(int number, siginfo_t *info, void *context)
{
    static const char again[] = "cleave: a call that does not end; ^C again ends cleave\n";

    (void)number;
    (void)context;
    if (info->si_value.sival_int == OF_TIME && !over) {
        over = 1;
        cli_script_alive = 0;
    } else if (cli_script_alive) {
        cli_script_alive = 0;
    } else if (info->si_value.sival_int == OF_TIME) {
        END_DEAF("cleave: the script has run for as long as it may, and is in a call that does not "
                 "end");
    } else if (!lasting) {
        END_DEAF("cleave: interrupted, in a call that does not end");
    } else if (watched) {
        deaf = 1;
        (void)!write(STDERR_FILENO, again, sizeof again - 1);
    }
}

void cli_script_asked(void)
{
    static const struct itimerspec second = { .it_value.tv_sec = 1 };

    if (!watched)
        return;
    if (deaf)
        END_DEAF("cleave: interrupted");
    cli_script_alive = 0;
    timer_settime(clocks[OF_STOP], 0, &second, NULL);
}

void cli_script_runs(bool on)
{
    watched = on;
    deaf = 0;
}

void cli_watch_script(int64_t timeout, bool shell)
{
    struct sigaction action = { .sa_sigaction = listen_to, .sa_flags = SA_SIGINFO };
    const struct itimerspec end = {
        .it_value = { .tv_sec = timeout / CLV_SECOND, .tv_nsec = timeout % CLV_SECOND },
        .it_interval.tv_sec = 1,
    };

    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    for (int i = 0; i < CLOCKS; i++) {
        struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
        event.sigev_value.sival_int = i;
        if (timer_create(CLOCK_MONOTONIC, &event, &clocks[i]))
            return; /* it is as without */
    }
    if (timeout)
        timer_settime(clocks[OF_TIME], 0, &end, NULL);
    lasting = shell;
    watched = !shell;
}
