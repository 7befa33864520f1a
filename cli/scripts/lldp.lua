-- SPDX-License-Identifier: BSD-2-Clause
local args, row, packets = cleave.args {
    about = "Switches and routers that tell of themselves: LLDP and CDP",
    columns = { "protocol:8", "system:20", "port:20", "address:15", "vlan:>4", "ttl:>5", "can:16", "platform",
        "chassis:json", "mac:json", "description:json" },
    packets = { where = "LLDPDUChassisID or CDPv2_HDR" },
}

local can = { "router", "mac_bridge", "wlan_access_point", "telephone", "docsis_cable_device", "repeater",
    "station_only", "other" }

local function enabled(layer)
    local list = {}
    for _, name in ipairs(can) do
        if layer and layer[name .. "_enabled"] == 1 then
            list[#list + 1] = (name:gsub("mac_bridge", "bridge"):gsub("_.*", ""))
        end
    end
    return list
end

-- Bytes of an address of four or of sixteen.
local function address_of(layer)
    local bytes = layer and layer.management_address
    if not bytes then
        return nil
    elseif layer.management_address_subtype == 1 and #bytes == 4 then
        return ("%d.%d.%d.%d"):format(bytes:byte(1, 4))
    elseif layer.management_address_subtype == 2 and #bytes == 16 then
        return (IPv6 { dst = (("%02x%02x:"):rep(8):format(bytes:byte(1, 16))):sub(1, -2) }).dst
    end
    return (bytes:gsub(".", function(c)
        return ("%02x"):format(c:byte())
    end))
end

local function of_lldp(packet)
    local function field(layer, name)
        return packet[layer] and packet[layer][name]
    end
    return {
        protocol = "LLDP",
        chassis = field(LLDPDUChassisID, "id"),
        system = field(LLDPDUSystemName, "system_name") or field(LLDPDUChassisID, "id"),
        port = field(LLDPDUPortID, "id"),
        ttl = field(LLDPDUTimeToLive, "ttl"),
        address = address_of(packet[LLDPDUManagementAddress]),
        can = enabled(packet[LLDPDUSystemCapabilities]),
        platform = field(LLDPDUSystemDescription, "description"),
        description = field(LLDPDUPortDescription, "description"),
    }
end

local function of_cdp(packet)
    local cdp, by_name = packet[CDPv2_HDR], {}
    for _, message in ipairs(cdp.msg) do
        local name = message:layers()[1].name
        by_name[name] = by_name[name] or message
    end
    local function field(name, key)
        return by_name[name] and by_name[name][key]
    end
    local addresses = field("CDPMsgMgmtAddr", "addr") or field("CDPMsgAddr", "addr") or {}
    local caps = {}
    for word in tostring(field("CDPMsgCapabilities", "cap") or ""):gmatch("[^+]+") do
        caps[#caps + 1] = word
    end
    return {
        protocol = "CDP",
        system = field("CDPMsgDeviceID", "val"),
        port = field("CDPMsgPortID", "iface"),
        ttl = cdp.ttl,
        address = addresses[1] and addresses[1].addr,
        can = caps,
        vlan = field("CDPMsgNativeVLAN", "vlan"),
        platform = field("CDPMsgPlatform", "val"),
        description = field("CDPMsgSoftwareVersion", "val"),
    }
end

local seen = {}
for packet in packets do
    local one = packet:has(CDPv2_HDR) and of_cdp(packet) or of_lldp(packet)
    local key = cleave.json { one.protocol, one.chassis or one.system or "", one.port or "" }
    one.mac = packet:has(Ether) and packet[Ether].src or packet:has(Dot3) and packet[Dot3].src or nil
    if not seen[key] then
        seen[key] = true
        row(one)
    end
end
row:done()
