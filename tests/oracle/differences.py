# SPDX-License-Identifier: BSD-2-Clause
"""Where cleave and Debian's Scapy 2.5.0 differ on purpose.

Rows of (pattern of the whole direction, pattern of the layer.field, the expression or what is
printed of the difference, reason).
"""

DIFFERENCES = [
    ("fields", r"^Dot1(Q|AD)\.(dei|id)$", "Scapy 2.5.0 calls the drop eligible bit id, 2.6 dei"),
    ("fields|build", r"^Dot1(Q|AD)\(.*\bid=", "Scapy 2.5.0 calls the drop eligible bit id, 2.6 dei"),
    ("read", r"AttributeError: dei", "Scapy 2.5.0 calls the drop eligible bit id, 2.6 dei"),
    ("fields", r"\.(cacheflush|unicastresponse)$",
     "the top bit of a class in multicast DNS (RFC 6762); a field of its own since Scapy 2.6"),
    ("fields", r"^STP\.(\w+_fraction|version1len)$",
     "802.1D's times count 1/256 s, of which Scapy keeps whole seconds; version 2 has one byte more"),
    ("fields", r"^SNMP\w*\.(\w+_)?(tag|len)$",
     "tags and lengths of BER are fields, so that unusual ones keep their bytes"),
    ("fields", r"^(DNS|LLMNR\w+)\.(compress|trailing)$",
     "whether names are compressed, and bytes behind the records; Scapy drops both"),
    ("fields", r"^DNS\.length$", "the length before a message over TCP is the layer DNSTCP"),
    ("fields", r"^LLMNR\w+\.t$", "RFC 4795 has a tentative bit"),
    ("read", r"AttributeError: t$", "RFC 4795 has a tentative bit; Scapy has it within z"),
    ("fields", r"^ICMP(error)?\.ts_", "Scapy takes the time at which it was loaded"),
    ("fields", r"^HTTP(Request|Response)\.",
     "a header is an item of a list, in its order and spelling; Scapy has a field for each known one"),
    ("fields", r"^ISAKMP_payload_\w+\.", "named as in Scapy 2.6"),
    ("build", r"^(\w+\(\)/)*ISAKMP_payload_(Transform|VendorID|SA|Nonce|KE|ID|Hash)\(",
     "fields are named as in Scapy 2.6"),
    ("fields", r"^DNSRRMX\.type", "an MX record is of type 15; Scapy 2.5.0 has SOA's 6"),
    ("build", r"^DNSRRMX\(\)$", "an MX record is of type 15; Scapy 2.5.0 has SOA's 6"),
    ("fields", r"^RadioTap\.(FHSS_\w+|TX_Attenuation|dBm?_\w+|RTS_retries|data_retries|"
     r"ChannelPlusMaxPower|psdu_type)$", "defined by radiotap.org; Scapy 2.5.0 does not split them"),
    ("fields", r"^NTPPrivate\.mode", "mode 7 is what makes it a private message"),
    ("build", r"is outside 0\.\.16777215",
     "Scapy draws 32 bits for a field of three bytes and cuts them; cleave refuses the number"),
    ("build", r"^IP\(\)/TCPerror\(", "a TCPerror may be cut after eight bytes, and is by default"),
    ("read", r"AttributeError: _extra",
     "bytes between what the fields take and what the length says; Scapy has no field for them"),
    ("read", r"\bRawVal\b", "RawVal is Scapy's for bytes as they are, which not all its fields take"),
]
