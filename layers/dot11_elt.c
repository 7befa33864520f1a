/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 802.11 information elements, layers stacked on management frames and on each other. One whose
 * bytes fit no table of its own is the general one, which comes last.
 */
#include "dot11_elt.h"

enum { SUITE = 4, RSN_AT = 2, WPA_AT = 6, RSN_TAIL = 2 };

/* Does the element at `bytes`, whose version lies at `at`, hold its lists and `tail` bytes more? */
static bool holds_suites(const uint8_t *bytes, uint32_t len, uint32_t at, uint32_t tail)
{
    uint32_t end = len < 2 ? 0 : 2u + bytes[1];
    if (end > len)
        return false;
    at += 2 + SUITE; /* version, group cipher */
    for (int list = 0; list < 2; list++) {
        if (at + 2 > end)
            return false;
        at += 2 + SUITE * (bytes[at] | (uint32_t)bytes[at + 1] << 8);
    }
    return at + tail <= end;
}

/* Every part but the capabilities and before may be left out: then it is the general element. */
static bool is_rsn(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    (void)below;
    return holds_suites(bytes, len, RSN_AT, RSN_TAIL);
}

static bool is_wpa(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    (void)below;
    return holds_suites(bytes, len, WPA_AT, 0);
}

static const struct clv_hooks rsn_hooks = { .probe = is_rsn }, wpa_hooks = { .probe = is_wpa };

/* One row a line. */
/* clang-format off */

const struct clv_under clv_dot11_elt_under[] = {
    UNDER(0, "dot11.elt"),
    UNDER_END,
};

/* Supported rates, and under another number those beyond eight. */
ELEMENT(rates, "Rates", "Rates", "9.4.2.3, 9.4.2.12", "ID in 1,50", NULL, "%rates%",
    U8("ID", .init = 1, .words = clv_dot11_ids),
    LEN,
    U8("rates", .style = CLV_MANY));

ELEMENT(dsss_set, "DSSSet", "DSSS Parameter Set", "9.4.2.4", "len == 1", NULL, "channel %channel%",
    ID(3),
    LEN,
    U8("channel"));

ELEMENT(country, "Country", "Country", "9.4.2.8", "len >= 3", NULL, "%country_string%",
    ID(7),
    LEN,
    FIXED(3, "country_string"),
    LIST("descriptors", .of = "dot11.country"),
    U8("pad", .when = "left"));

ELEMENT(erp, "ERP", "ERP", "9.4.2.11", "len == 1", NULL, "%NonERP_Present% %Use_Protection%",
    ID(42),
    LEN,
    BITS(1, "NonERP_Present"),
    BITS(1, "Use_Protection"),
    BITS(1, "Barker_Preamble_Mode"),
    BITS(5, "res"));

#define SUITES \
    U16("version", .style = CLV_LE, .init = 1), \
    ITEM("group_cipher_suite", .of = "rsn.cipher", .text = "RSNCipherSuite()"), \
    U16("nb_pairwise_cipher_suites", .style = CLV_LE, MEASURES(COUNT)), \
    LIST("pairwise_cipher_suites", .of = "rsn.cipher", .size = "nb_pairwise_cipher_suites", \
         .text = "[RSNCipherSuite()]"), \
    U16("nb_akm_suites", .style = CLV_LE, MEASURES(COUNT)), \
    LIST("akm_suites", .of = "rsn.akm", .size = "nb_akm_suites", .text = "[AKMSuite()]")

ELEMENT(rsn, "RSN", "RSN", "9.4.2.24", NULL, &rsn_hooks, "version %version%",
    ID(48),
    LEN,
    SUITES,
    BITS(1, "mfp_capable", .init = 1),
    BITS(1, "mfp_required", .init = 1),
    BITS(2, "gtksa_replay_counter"),
    BITS(2, "ptksa_replay_counter"),
    BITS(1, "no_pairwise"),
    BITS(1, "pre_auth"),
    BITS(1, "reserved"),
    BITS(1, "ocvc"),
    BITS(1, "extended_key_id"),
    BITS(1, "pbac"),
    BITS(1, "spp_a_msdu_required"),
    BITS(1, "spp_a_msdu_capable"),
    BITS(1, "peer_key_enabled"),
    BITS(1, "joint_multiband_rsna"),
    ITEM("pmkids", .of = "rsn.pmkids", .when = "left >= 2"),
    ITEM("group_management_cipher_suite", .of = "rsn.cipher", .when = "left >= 4"));

/* What WPA had before RSN; some senders append capabilities. */
ELEMENT(wpa, "MicrosoftWPA", "Microsoft WPA", "9.4.2.25", NULL, &wpa_hooks, "version %version%",
    ID(221),
    LEN,
    U24("oui", .init = 0x0050f2, .style = CLV_HEX | CLV_TELL),
    U8("type", TELLS(1)),
    SUITES,
    BYTES("info"));

ELEMENT(vendor, "VendorSpecific", "Vendor Specific", "9.4.2.25", "len >= 3", NULL, "oui %oui%",
    ID(221),
    LEN,
    U24("oui", .style = CLV_HEX),
    BYTES("info"));

ELEMENT(any, "", "Information Element", "9.4.2.1", NULL, NULL, "%ID% %info%",
    U8("ID", .words = clv_dot11_ids),
    LEN,
    BYTES("info"));

/* ---- Items of elements. */

PART(country_triplet, "Dot11EltCountryConstraintTriplet", "802.11 Country Constraint Triplet",
     "9.4.2.8", "dot11.country",
    U8("first_channel_number", .init = 1),
    U8("num_channels", .init = 24),
    U8("mtp"));

static const struct clv_word cipher_words[] = {
    { 0, "Use group cipher suite" },
    { 1, "WEP-40" },
    { 2, "TKIP" },
    { 3, "OCB" },
    { 4, "CCMP-128" },
    { 5, "WEP-104" },
    { 6, "BIP-CMAC-128" },
    { 7, "Group addressed traffic not allowed" },
    { 8, "GCMP-128" },
    { 9, "GCMP-256" },
    { 10, "CCMP-256" },
    { 11, "BIP-GMAC-128" },
    { 12, "BIP-GMAC-256" },
    { 13, "BIP-CMAC-256" },
    WORD_END,
};
PART(rsn_cipher, "RSNCipherSuite", "RSN Cipher Suite", "9.4.2.24.2", "rsn.cipher",
    U24("oui", .init = 0x000fac, .style = CLV_HEX),
    U8("cipher", .init = 4, .words = cipher_words));

static const struct clv_word akm_words[] = {
    { 0, "Reserved" },
    { 1, "802.1X" },
    { 2, "PSK" },
    { 3, "FT-802.1X" },
    { 4, "FT-PSK" },
    { 5, "WPA-SHA256" },
    { 6, "PSK-SHA256" },
    { 7, "TDLS" },
    { 8, "SAE" },
    { 9, "FT-SAE" },
    { 10, "AP-PEER-KEY" },
    { 11, "WPA-SHA256-SUITE-B" },
    { 12, "WPA-SHA384-SUITE-B" },
    { 13, "FT-802.1X-SHA384" },
    { 14, "FILS-SHA256" },
    { 15, "FILS-SHA384" },
    { 16, "FT-FILS-SHA256" },
    { 17, "FT-FILS-SHA384" },
    { 18, "OWE" },
    WORD_END,
};
PART(rsn_akm, "AKMSuite", "RSN Authentication and Key Management Suite", "9.4.2.24.3", "rsn.akm",
    U24("oui", .init = 0x000fac, .style = CLV_HEX),
    U8("suite", .init = 1, .words = akm_words));

PART(rsn_pmkids, "PMKIDListPacket", "RSN Pairwise Master Key Identifiers", "9.4.2.24.5",
     "rsn.pmkids",
    U16("nb_pmkids", .style = CLV_LE, MEASURES(COUNT)),
    FIXED(16, "pmkid_list", .style = CLV_MANY, .size = "nb_pmkids"));
