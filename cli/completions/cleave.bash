# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Completion of cleave in bash. What may follow is asked of the program: cleave --complete WORD...

# The words up to the cursor, into the caller's `words`. Bash ends words at `=` and `:` as well; where no
# blank lies between, they are one.
_cleave_words() {
    local line=${COMP_LINE:0:COMP_POINT} part i
    line=${line#*"${COMP_WORDS[0]}"}
    for ((i = 1; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        if [[ $line == [[:blank:]]* || i -eq 1 ]]; then
            line=${line#"${line%%[![:blank:]]*}"}
            words+=("")
        fi
        ((i < COMP_CWORD)) || part=$line
        words[-1]+=$part
        line=${line#"$part"}
    done
}

# Quotes of words that are finished.
_cleave_unquoted() {
    case $1 in
    \'*\') REPLY=${1:1:-1} ;;
    \"*\") REPLY=${1:1:-1} REPLY=${REPLY//\\\"/\"} ;;
    *) REPLY=${1//\\/} ;;
    esac
}

_cleave() {
    local program=${COMP_WORDS[0]} words=() word quote="" keep="" line text kinds="" REPLY i
    _cleave_words
    word=${words[-1]}
    for ((i = 0; i < ${#words[@]} - 1; i++)); do
        _cleave_unquoted "${words[i]}"
        words[i]=$REPLY
    done
    case $word in
    [\'\"]*) quote=${word:0:1} word=${word:1} ;;
    *) keep=${word%"${word##*[=:]}"} ;;
    esac
    words[-1]=$word
    COMPREPLY=()
    while IFS= read -r line; do
        text=${line%%$'\t'*}
        if [ -z "$text" ]; then
            kinds+=${line#$'\t'}
            continue
        fi
        text=${text#"$keep"}
        # What the shell would take for its own stands in quotes.
        if [ -z "$quote" ] && [[ $text == *[\ \(\)\"\'{}\[\]\*\?\<\>\&\|\;\!\#]* ]]; then
            text="'$text"
        fi
        COMPREPLY+=("$text")
    done < <("$program" --complete "${words[@]}" 2>/dev/null)
    # No blank behind a word that goes on; and a quote is left open, which bash does where there are two.
    if [[ ${COMPREPLY[0]} == *[=\(,.] || $keep$word == *fields=* ]]; then
        compopt -o nospace
    fi
    if [ -n "$quote" ] && [ ${#COMPREPLY[@]} -eq 1 ]; then
        COMPREPLY+=("${COMPREPLY[0]}..")
    fi
    word=${word#"$keep"}
    case $kinds in
    *files*)
        # With names of files alone bash quotes them, and ends folders in a slash.
        [ ${#COMPREPLY[@]} -gt 0 ] || compopt -o filenames
        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
        ;;
    *hosts*) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -A hostname -- "$word") ;;
    esac
}

complete -F _cleave cleave
