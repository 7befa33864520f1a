# SPDX-License-Identifier: BSD-2-Clause
# The rows of tests/bench/run (see row in common.sh), and what they were measured on, as a table, as
# Markdown or as JSON. -v form=table|markdown|json.

function median(text,   v, n, i, j, t) {
    n = split(text, v, " ")
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && v[j - 1] + 0 > v[j] + 0; j--) {
            t = v[j]
            v[j] = v[j - 1]
            v[j - 1] = t
        }
    return v[int((n + 1) / 2)] + 0
}

function short(v) {
    return sprintf((v < 10 ? "%.2f" : v < 100 ? "%.1f" : "%.0f"), v)
}

function human(v, unit) {
    if (unit == "/s")
        return v < 1e6 ? short(v / 1e3) " k/s" : short(v / 1e6) " M/s"
    if (unit != "ns")
        return short(v) " " unit
    return v < 1e3 ? short(v) " ns" : v < 1e6 ? short(v / 1e3) " us" : \
           v < 1e9 ? short(v / 1e6) " ms" : short(v / 1e9) " s"
}

# Sets ours, theirs, ratio, goal (as text) and met of the i-th row.
function judge(i,   f) {
    split(rows[i], f, "\t")
    unit = f[5]
    ours = median(f[7])
    theirs = f[8] ~ /[0-9]/ ? median(f[8]) : ""
    ratio = theirs == "" || unit == "%" ? "" : unit == "/s" ? ours / theirs : theirs / ours
    goal = met = ""
    if (f[6] ~ /^x/ && ratio != "") {
        goal = short(substr(f[6], 2)) " x"
        sub(/\.0*( x|$)/, " x", goal)
        met = ratio >= substr(f[6], 2) + 0 ? "yes" : "no"
    } else if (f[6] ~ /^</) {
        goal = "< " (unit == "ns" ? substr(f[6], 2) / 1e6 " ms" : substr(f[6], 2) " " unit)
        met = ours < substr(f[6], 2) + 0 ? "yes" : "no"
    } else if (f[6] == "le" && theirs != "") {
        goal = "no more"
        met = ours <= theirs ? "yes" : "no"
    }
    if ("short" in about)
        goal = met = ""
    group = f[1]
    name = f[2]
    does = f[3]
    if (form != "markdown")
        gsub(/`/, "", does)
    peer = f[4]
    note = f[9]
}

function titles() {
    title["reading"] = "reading a capture: processor time a packet"
    title["library"] = "packets in memory: processor time a packet"
    title["wire"] = "on a veth pair"
    title["process"] = "the process"
}

function table(   i, last) {
    for (i = 1; i <= n; i++) {
        judge(i)
        if (group != last)
            printf "%s%-38s %8s  %-19s %8s %6s %8s %s\n", (i > 1 ? "\n" : ""), "", "cleave", "against", \
                   "", "times", "goal", "met"
        if (group != last)
            print title[group]
        last = group
        printf "%-38s %8s  %-19s %8s %6s %8s %s\n", does, human(ours, unit), peer, \
               (theirs == "" ? "" : human(theirs, unit)), (ratio == "" ? "" : short(ratio)), goal, met
    }
    print ""
    for (i = 1; i <= n; i++) {
        judge(i)
        if (note != "" && !told[note]++)
            wrap(note, "  ")
    }
    for (i = 1; i <= m; i++)
        wrap(key[i] ": " about[key[i]], "  ")
}

# Text in lines of at most 100 columns; what the further ones begin with.
function wrap(text, begin,   line, words, count, i) {
    count = split(text, words, " ")
    line = words[1]
    for (i = 2; i <= count; i++)
        if (length(line " " words[i]) > 100) {
            print line
            line = begin words[i]
        } else
            line = line " " words[i]
    print line
}

function markdown(   i, notes) {
    wrap("On " about["date"] "; " about["machine"] ", load " about["load"] "; " about["capture"] ":", "")
    print "\n| what | cleave | against | | times as fast | goal |"
    print "|---|---|---|---|---|---|"
    for (i = 1; i <= n; i++) {
        judge(i)
        if (note != "" && !told[note]++)
            notes = notes note "; "
        printf "| %s | %s | %s | %s | %s | %s |\n", does, human(ours, unit), peer, \
               (theirs == "" ? "" : human(theirs, unit)), (ratio == "" ? "" : short(ratio)), \
               (goal == "" ? "" : goal (met == "yes" ? ", met" : ", missed"))
    }
    print ""
    wrap("In this table: " notes "against " about["peers"] ".", "")
}

function quote(text) {
    gsub(/["\\]/, "\\\\&", text)
    return "\"" text "\""
}

function numbers(text) {
    gsub(/^ +| +$/, "", text)
    gsub(/ +/, ",", text)
    return "[" text "]"
}

function json(   i, f) {
    printf "{"
    for (i = 1; i <= m; i++)
        printf "%s:%s,\n", quote(key[i]), quote(about[key[i]])
    printf "\"rows\":["
    for (i = 1; i <= n; i++) {
        judge(i)
        split(rows[i], f, "\t")
        printf "%s\n{\"group\":%s,\"row\":%s,\"work\":%s,\"unit\":%s,\"cleave\":%.10g,\"samples\":%s", \
               (i > 1 ? "," : ""), quote(group), quote(name), quote(does), quote(unit), ours, numbers(f[7])
        if (theirs != "")
            printf ",\"peer\":%s,\"theirs\":%.10g,\"their_samples\":%s", quote(peer), theirs, numbers(f[8])
        if (ratio != "")
            printf ",\"times\":%.4g", ratio
        if (goal != "")
            printf ",\"goal\":%s,\"met\":%s", quote(goal), (met == "yes" ? "true" : "false")
        if (note != "")
            printf ",\"note\":%s", quote(note)
        printf "}"
    }
    print "\n]}"
}

FNR == NR {
    if (!($1 in about))
        key[++m] = $1
    about[$1] = about[$1] (about[$1] == "" ? "" : ", ") $2
    next
}

{
    rows[++n] = $0
}

END {
    titles()
    if (form == "json")
        json()
    else if (form == "markdown")
        markdown()
    else
        table()
}
