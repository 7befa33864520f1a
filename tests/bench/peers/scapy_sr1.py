# SPDX-License-Identifier: BSD-2-Clause
# scapy_sr1.py ADDRESS: Scapy sends an echo request, and waits for the answer.
import sys

from scapy.all import ICMP, IP, sr1

if sr1(IP(dst=sys.argv[1]) / ICMP(), timeout=2, verbose=0) is None:
    sys.exit(1)
