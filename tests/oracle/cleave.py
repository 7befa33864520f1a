# SPDX-License-Identifier: BSD-2-Clause
"""cleave, fed many expressions by one process, and a table of differences with reasons."""
import json
import re
import subprocess

# Built behind each expression, to tell where its packets end.
MARK = "--next--"


class Cleave:
    def __init__(self, program):
        self.program = program

    def run(self, *args, text=None):
        return subprocess.run([self.program, *args], input=text, capture_output=True, text=True,
                              errors="backslashreplace", check=False)

    def layers(self):
        """Names of all layers and items."""
        return [line.split()[0] for line in self.run("ls").stdout.splitlines() if line.strip()]

    def tables(self):
        """Layers by name: "items" tells whether they lie in fields, "rows" their fields."""
        tables, table = {}, None
        lines = self.run("ls", *self.layers()).stdout.splitlines()
        for line, after in zip(lines, lines[1:] + [""]):
            words = line.split()
            if after.startswith("source "):
                layer = tables.setdefault(words[0], {"under": "", "rows": []})
                table = "head"
            elif line.startswith("FIELD"):
                table = "rows"
                starts = {word: line.index(word) for word in words}
            elif not words:
                table = None
            elif table == "head":
                layer["under"] += line + "\n"
            elif table == "rows":
                kind, default = starts["KIND"], starts["DEFAULT"]
                layer["rows"].append((words[0], line[kind:default].strip(),
                                      re.split("  +", line[default:])[0]))
        fields = {(name, row[0]) for name, layer in tables.items() for row in layer["rows"]
                  if row[1] == "item"}
        for layer in tables.values():
            under = re.findall(r"(\w+)\.(\w+)", layer["under"])
            layer["items"] = any(place in fields for place in under)
        return tables

    def build(self, exprs, form="hex"):
        """A pair for each expression: the lines of its packets, and what went wrong, or ''.

        A line that is refused ends the run, so the next run begins after it.
        """
        mark = f"Raw(load=b'{MARK}')"
        sign = MARK if form == "expr" else MARK.encode().hex()
        results = []
        while len(results) < len(exprs):
            rest = exprs[len(results):]
            text = "".join(f"{expr}\n{mark}\n" for expr in rest)
            run = self.run("build", "--pure", "-q", "-o", form, "-", text=text)
            packets = []
            for line in run.stdout.splitlines():
                if sign in line and is_mark(line, form):
                    results.append((packets, ""))
                    packets = []
                else:
                    packets.append(line)
            if len(results) < len(exprs):
                results.append((packets, run.stderr.strip() or f"exit status {run.returncode}"))
        return results


def is_mark(line, form):
    if form == "json":
        return len(json.loads(line)["layers"]) == 1
    return len(line) < 40


class Differences:
    """Rows of (pattern of the direction, pattern of the subject, reason)."""

    def __init__(self, rows):
        self.rows = [(re.compile(way), re.compile(part, re.S), why) for way, part, why in rows]
        self.used = set()

    def reason(self, way, *subjects):
        for number, (direction, part, why) in enumerate(self.rows):
            if direction.fullmatch(way) and any(part.search(subject) for subject in subjects):
                self.used.add(number)
                return why
        return None

    def stale(self):
        return [f"{way.pattern}: {part.pattern}" for number, (way, part, _) in enumerate(self.rows)
                if number not in self.used]
