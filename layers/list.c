/* SPDX-License-Identifier: BSD-2-Clause */
/* Every built-in layer, and who finds a neighbour's hardware address. Order: as `ls` lists them. */
#include "layers.h"

#define LAYER(x) &clv_##x,
const struct clv_desc *const clv_layers[] = {
    &clv_raw,
    &clv_padding,
#include "list.h"
    NULL,
};
#undef LAYER

const struct clv_asker clv_askers[] = {
    { 4, "Ether(dst='ff:ff:ff:ff:ff:ff')/ARP(pdst='%s')", "ARP.hwsrc" },
    { 16, "Ether()/IPv6(dst='ff02::1:ff%x')/ICMPv6ND_NS(tgt='%s')/ICMPv6NDOptSrcLLAddr()",
      "ICMPv6NDOptDstLLAddr.lladdr" },
    { 0, NULL, NULL },
};
