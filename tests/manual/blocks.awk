# SPDX-License-Identifier: BSD-2-Clause
# awk -v into=DIR -f blocks.awk PAGE: each literal block in a file, DIR/N.KIND, whose kind is what the
# comment before it says: `.\" lua ARGUMENT...` (the arguments are in DIR/N.args), `.\" test`, `.\" text`
# (no example), `.\" live`; without, it begins with a command.
/^\.Bd -literal/ {
    name = into "/" FNR
    kind = "console"
    if (mark ~ /^\.\\" (lua|test|text|live)( |$)/) {
        split(mark, words, " ")
        kind = words[2]
        sub(/^\.\\" [a-z]+ ?/, "", mark)
        if (kind == "lua")
            print mark > (name ".args")
    }
    name = name "." kind
    first = 1
    next
}
/^\.Ed/ { name = "" }
name != "" {
    if (first && kind == "console" && !/^\$ /)
        print FILENAME ":" FNR ": neither a command nor marked: " $0
    first = 0
    gsub(/\\\(ha/, "^")
    gsub(/\\\(ti/, "~")
    gsub(/\\e/, "\\")
    gsub(/\\&/, "")
    print > name
}
{ mark = $0 }
