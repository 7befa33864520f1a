# SPDX-License-Identifier: BSD-2-Clause
# Completion of cleave in fish. What may follow is asked of the program: cleave --complete WORD...

function __cleave_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l word (commandline -ct)
    if string match -qr '^[\'"]' -- "$word"
        set word (string sub -s 2 -- "$word")
    else
        set word (string unescape -n -- "$word")
    end
    for line in ($program --complete $words "$word" 2>/dev/null)
        switch $line
            case \tfiles
                __fish_complete_path "$word"
            case \thosts
                __fish_print_hostnames
            case '*'
                echo $line
        end
    end
end

complete -c cleave -f -a '(__cleave_complete)'
