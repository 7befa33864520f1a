# SPDX-License-Identifier: BSD-2-Clause
# cmake -DIN=a.lua -DOUT=a.c -DNAME=script_a -P embed.cmake: a text as an array of bytes.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)"
    "\\1\n" bytes "${bytes}")
file(WRITE ${OUT}
    "extern const char ${NAME}[];\nextern const unsigned ${NAME}_size;\n"
    "const char ${NAME}[] = {\n${bytes}0 };\nconst unsigned ${NAME}_size = sizeof ${NAME} - 1;\n")
