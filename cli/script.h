/* SPDX-License-Identifier: BSD-2-Clause */
/* What the subcommands around Lua share. */
#ifndef CLI_SCRIPT_H
#define CLI_SCRIPT_H

#include <stddef.h>

struct script;

/* A message of several lines, on standard error: the first behind `cleave: `, the others beneath it. */
void cli_tell(const char *text, size_t n);

/* The file that is meant: a name without slash and dot is a script that comes with
 * cleave. NULL after a message. */
const char *cli_script_find(const char *name, char *path, size_t size);
/* Their names. */
void cli_script_names(void (*see)(void *user, const char *name), void *user);
/* Those scripts, and what each is for, on standard output. The exit status. */
int cli_script_list(struct script *script);

/* Set by a script whenever it looks whether it must end. */
extern volatile sig_atomic_t cli_script_alive;
/*
 * From now on a script that does not look up for a second after ^C, or after the end of its time (ns;
 * 0: none), ends the program with a message. shell: that is told, and the next ^C does so.
 */
void cli_watch_script(int64_t timeout, bool shell);
/* The shell runs a line, or none. */
void cli_script_runs(bool on);
/* ^C has come; for signal handlers. */
void cli_script_asked(void);

#endif
