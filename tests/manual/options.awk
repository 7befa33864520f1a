# SPDX-License-Identifier: BSD-2-Clause
# awk -f options.awk PAGE cleave.1 HELP: which options of a subcommand, as its help lists them, are told
# of neither in its page nor, named there, in cleave(1); and of which others the page tells. Letters,
# names and values are to be the same.

# ".It Fl w , Fl -write Ar file" and "  -w, --write FILE        write .." are both -w --write file
function item(text) {
    gsub(/\[|\]|[,:=\/|]|\.\.+/, " ", text)
    gsub(/ +/, " ", text)
    gsub(/^ | $/, "", text)
    return text
}

function from_page(text) {
    sub(/^\.It/, "", text)
    sub(/ , Fl -color Ar when$/, "", text)
    gsub(/ (Ns|Op|Ar)/, "", text)
    gsub(/ Fl /, " -", text)
    return item(text)
}

FNR == 1 { file++ }
/^\.It Fl / && file == 1 { own[from_page($0)] = 1 }
/^\.It Fl / && file == 2 {
    text = from_page($0)
    shared[text] = 1
    sub(/^-. /, "", text)
    shared[text] = 1
}
/^\.Fl / && file == 1 {
    for (i = 2; i <= NF; i++)
        if ($i ~ /^-/)
            named["-" $i] = 1
}
/^  (-., |    )--/ && file == 3 {
    match($0, /--[a-z0-9-]+( [^ ]+)?/)
    text = substr($0, 3, RSTART + RLENGTH - 3)
    match(text, /--[^ ]+/)
    option = item(substr(text, 1, RSTART + RLENGTH - 1) tolower(substr(text, RSTART + RLENGTH)))
    split(substr(option, index(option, "--")), words, " ")
    if (option in own)
        told[option] = told[words[1]] = 1
    else if (!(option in shared))
        print "no page tells of " text
    else if (!(words[1] in named))
        print "not named: " text
    else
        told[words[1]] = 1
}
END {
    for (option in named)
        if (!(option in told))
            print "not an option: " option
    for (option in own)
        if (!(option in told))
            print "not an option: " option
}
