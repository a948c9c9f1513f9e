//! Which addresses are private: not to be reached unless the manifest says so.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Loopback, private, link-local, carrier-grade NAT, unspecified, multicast, documentation and the other special ranges (IANA's special-purpose
/// address registries), in every form in which an IPv6 address can hold an IPv4 one.
pub(super) fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) => is_private_v6(ip),
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_unspecified()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240
}

fn is_private_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let within = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        is_private_v4(Ipv4Addr::new(w, x, y, z))
    };
    match [a, b, c, d, e, f] {
        // IPv4-mapped, and the address of a NAT64 (RFC 6052): as good as what is within.
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => return within(g, h),
        // Unspecified, loopback, and IPv4-compatible, which nobody has used since RFC 4291.
        [0, 0, 0, 0, 0, 0] => return true,
        // 6to4 (RFC 3056).
        [0x2002, high, low, ..] => return within(high, low),
        _ => {}
    }
    ip.is_multicast()
        || (a & 0xfe00) == 0xfc00 // unique local
        || (a & 0xffc0) == 0xfe80 // link-local
        || (a & 0xffc0) == 0xfec0 // site-local, as it was called
        || (a == 0x2001 && b < 0x0200) // Teredo, benchmarking, ORCHID: the IETF's own 2001::/23
        || (a == 0x2001 && b == 0x0db8) // documentation
        || (a == 0x3fff && b < 0x1000) // documentation
        || (a == 0x0064 && b == 0xff9b && c == 1) // NAT64 for local use
        || a == 0x0100 // discard-only
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_ranges_are_private_in_every_spelling() {
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::7f00:1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:0:7f00:1::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:c0a8:101::1",
            "64:ff9b::7f00:1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::7f00:1",
            "100::1",
        ] {
            assert!(is_private(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn public_addresses_are_not() {
        for ip in [
            "8.8.8.8",
            "192.0.78.12",
            "100.128.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
            "2a00::1",
        ] {
            assert!(!is_private(ip.parse().unwrap()), "{ip}");
        }
    }
}
