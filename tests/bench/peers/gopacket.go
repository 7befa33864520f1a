// SPDX-License-Identifier: BSD-2-Clause

// gopacket PASSES FILE: gopacket's DecodingLayerParser decodes each packet of an Ethernet capture,
// loaded first, into layers that are there already. Prints the processor's nanoseconds a packet of the median pass,
// layers a packet, and allocations a packet.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"syscall"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

func load(path string) [][]byte {
	file, err := os.ReadFile(path)
	if err != nil || len(file) < 24 {
		fmt.Fprintln(os.Stderr, "gopacket:", err)
		os.Exit(2)
	}
	var packets [][]byte
	for at := 24; at+16 <= len(file); {
		n := int(binary.LittleEndian.Uint32(file[at+8:]))
		packets = append(packets, file[at+16:at+16+n:at+16+n])
		at += 16 + n
	}
	return packets
}

// used is the processor's time, in nanoseconds.
func used() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	passes, _ := strconv.Atoi(os.Args[1])
	packets := load(os.Args[2])
	var ether layers.Ethernet
	var vlan layers.Dot1Q
	var arp layers.ARP
	var ip layers.IPv4
	var ip6 layers.IPv6
	var tcp layers.TCP
	var udp layers.UDP
	var icmp layers.ICMPv4
	var icmp6 layers.ICMPv6
	var dns layers.DNS
	var payload gopacket.Payload
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &ether, &vlan, &arp, &ip,
		&ip6, &tcp, &udp, &icmp, &icmp6, &dns, &payload)
	parser.IgnoreUnsupported = true
	found := make([]gopacket.LayerType, 0, 16)
	var took []float64
	var before, after runtime.MemStats
	count := 0
	for pass := 0; pass <= passes; pass++ {
		count = 0
		runtime.ReadMemStats(&before)
		from := used()
		for _, packet := range packets {
			parser.DecodeLayers(packet, &found)
			count += len(found)
		}
		took = append(took, (used()-from)/float64(len(packets)))
		runtime.ReadMemStats(&after)
	}
	took = took[1:] // the first is to warm up
	sort.Float64s(took)
	n := float64(len(packets))
	fmt.Printf("%.1f\t%.2f\t%.2f\n", took[len(took)/2], float64(count)/n,
		float64(after.Mallocs-before.Mallocs)/n)
}
