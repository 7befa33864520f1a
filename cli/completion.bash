# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Completion of cleave in bash. Everything is asked of the program itself: subcommands and options of
# --help, layers of `cleave ls`, a layer's fields of `cleave ls LAYER`.

_cleave_words() {
    local IFS=$'\n'
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# The options of a subcommand, as its help lists them.
_cleave_options() {
    "$1" "$2" --help 2>/dev/null | grep -oE '^ +(-[[:alnum:]], )?--[[:alnum:]-]+' |
        grep -oE '\-[[:alnum:]-]+'
}

# Is the value of this option of the subcommand a name, of an interface?
_cleave_takes_name() {
    "$1" "$2" --help 2>/dev/null | grep -E '^ +(-[[:alnum:]], )?--[[:alnum:]-]+ NAME ' |
        grep -qE -- " $3(,| )"
}

# Those of -X, too.
_cleave_layers() {
    local i files=()
    for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in -X | --layers) files+=(-X "${COMP_WORDS[i + 1]}") ;; esac
    done
    "$1" ls "${files[@]}" 2>/dev/null | awk '{ print $1 }'
}

_cleave() {
    local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before subcommand
    before=${COMP_WORDS[COMP_CWORD - 1]}
    subcommand=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _cleave_words "$("$program" --help 2>/dev/null | awk '/^  [a-z0-9]+ / { print $1 }')
--help
--version" "$word"
        return
    fi
    case $before in
    -o | --output)
        case $subcommand in traceroute | arping | scan)
            _cleave_words $'text\njson' "$word"
            return
            ;;
        esac
        _cleave_words $'line\ntree\nexpr\njson\nhex\ndump\nbytes\nfields=' "$word"
        [ "${COMPREPLY[0]}" != fields= ] || compopt -o nospace
        return
        ;;
    --colour | --color)
        _cleave_words $'auto\nalways\nnever' "$word"
        return
        ;;
    --probe)
        _cleave_words $'auto\necho\ntcp\nsyn\nack\nfin\nnull\nxmas\nudp' "$word"
        return
        ;;
    -X | --layers | -w | --write | --json | --dns | --exclude-file | --resume)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        compopt -o filenames
        return
        ;;
    -i | --iface | -I)
        if _cleave_takes_name "$program" "$subcommand" "$before" && [ -d /sys/class/net ]; then
            _cleave_words "$(ls /sys/class/net)" "$word"
            return
        fi
        ;;
    esac
    case $word in
    -*) _cleave_words "$(_cleave_options "$program" "$subcommand")" "$word" ;;
    *)
        case $subcommand in
        ls) _cleave_words "$(_cleave_layers "$program")" "$word" ;;
        read)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            compopt -o filenames
            ;;
        ping | traceroute | arping | scan) mapfile -t COMPREPLY < <(compgen -A hostname -- "$word") ;;
        esac
        ;;
    esac
}

complete -F _cleave cleave
