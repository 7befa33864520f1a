# SPDX-License-Identifier: BSD-2-Clause
"""Scapy, kept from sending, and the layers that it shares with cleave."""
import copy
import importlib
import logging
import types
import warnings

logging.getLogger("scapy").setLevel(logging.CRITICAL)
warnings.simplefilter("ignore")

from scapy.config import conf  # noqa: E402

conf.use_pcap = False
import scapy.all as scapy  # noqa: E402

MODULES = """
    layers.l2 layers.inet layers.inet6 layers.dns layers.llmnr layers.netbios layers.dhcp
    layers.dhcp6 layers.ppp layers.pptp layers.l2tp layers.vxlan layers.vrrp layers.hsrp layers.rip
    layers.sctp layers.ntp layers.snmp layers.tftp layers.radius layers.isakmp layers.rtp layers.http
    layers.dot11 layers.eap layers.ppi layers.llc layers.ipsec contrib.bfd contrib.bgp contrib.cdp
    contrib.chdlc contrib.eigrp contrib.erspan contrib.geneve contrib.gre contrib.igmp contrib.igmpv3
    contrib.ikev2 contrib.lacp contrib.lldp contrib.mpls contrib.ospf contrib.pim contrib.rtcp
    contrib.slowprot contrib.ripng
""".split()


# Names that later Scapys gave to fields.
RENAMED = {
    "Dot1Q": {"id": "dei"},
    "Dot1AD": {"id": "dei"},
    "ISAKMP_payload_Transform": {"num": "transform_count", "id": "transform_id"},
    "ISAKMP_payload_VendorID": {"load": "VendorID"},
    "ISAKMP_payload_SA": {"DOI": "doi"},
    "ISAKMP_payload_Nonce": {"load": "nonce"},
    "ISAKMP_payload_KE": {"load": "ke"},
    "ISAKMP_payload_ID": {"load": "IdentData"},
    "ISAKMP_payload_Hash": {"load": "hash"},
}


class NoRoute:
    """No route but to this host, as for cleave build --pure: nothing is asked of this machine."""

    host, nobody = "127.0.0.1", "0.0.0.0"

    def route(self, dst=None, *_args, **_more):
        return ("lo", self.host if dst in (None, self.host) else self.nobody, self.nobody)

    def __getattr__(self, _name):
        return lambda *_args, **_more: None


class NoRoute6(NoRoute):
    host, nobody = "::1", "::"


def quiet():
    """No route, no interface's address, no neighbour is asked for; NTP's clock stands."""
    conf.route, conf.route6, conf.iface = NoRoute(), NoRoute6(), "lo"
    conf.netcache.arp_cache = {}
    nobody = lambda *_args, **_more: None  # noqa: E731
    for module in (scapy, importlib.import_module("scapy.layers.l2"),
                   importlib.import_module("scapy.layers.inet6")):
        for name in ("getmacbyip", "getmacbyip6", "sr1", "srp1", "sr", "srp", "send", "sendp"):
            if hasattr(module, name):
                setattr(module, name, nobody)
    conf.neighbor.resolve = nobody
    ntp = importlib.import_module("scapy.layers.ntp")
    ntp.time = types.SimpleNamespace(time=lambda: -ntp._NTP_BASETIME)  # 0, as in cleave


def rename(cls, names):
    """Give fields of a class other names."""
    fields = [copy.copy(field) for field in cls.fields_desc]
    for field in fields:
        field.name = names.get(field.name, field.name)
        if getattr(field, "length_of", None) in names:
            field.length_of = names[field.length_of]
    cls.fields_desc = fields


def load():
    """Classes of Scapy's layers by name; a name of two classes is left out."""
    classes, twice = {}, set()
    for part in MODULES:
        try:
            module = importlib.import_module("scapy." + part)
        except ImportError:
            continue
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, scapy.Packet):
                if classes.setdefault(name, value) is not value:
                    twice.add(name)
    for name, names in RENAMED.items():
        rename(classes[name], names)
    return {name: value for name, value in classes.items() if name not in twice}
