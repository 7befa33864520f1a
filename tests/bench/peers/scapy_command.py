# SPDX-License-Identifier: BSD-2-Clause
# scapy_command.py FILE: Scapy reads a capture, and writes each packet as an expression.
import sys

from scapy.all import PcapReader

failed = 0
for packet in PcapReader(sys.argv[1]):
    try:
        packet.command()
    except Exception:
        failed += 1
if failed:
    print(failed, "packets have no expression", file=sys.stderr)
