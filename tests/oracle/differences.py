# SPDX-License-Identifier: BSD-2-Clause
"""Where cleave and Debian's Scapy 2.5.0 differ on purpose.

Rows of (pattern of the whole direction, pattern of the layer.field or expression, reason).
"""

DIFFERENCES = [
]
