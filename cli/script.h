/* SPDX-License-Identifier: BSD-2-Clause */
/* What the subcommands around Lua share. */
#ifndef CLI_SCRIPT_H
#define CLI_SCRIPT_H

#include <stddef.h>

/* A message of several lines, on standard error: the first behind `cleave: `, the others beneath it. */
void cli_tell(const char *text, size_t n);

#endif
