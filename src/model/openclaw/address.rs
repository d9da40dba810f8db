//! Addresses and ranges in `gateway.trustedProxies`.

use std::net::IpAddr;

/// An address or a range, as OpenClaw reads an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    /// The address.
    pub(super) address: IpAddr,
    /// The length of the prefix; the whole address where it is one.
    pub(super) prefix: u8,
}

impl Range {
    /// Reads `10.0.0.0/8`, `::1`; `None` for names and `*`.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let (address, prefix) = match value.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (value.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(whole);
        (prefix <= whole).then_some(Self { address, prefix })
    }

    /// Whether it is wider than any network of one owner: shorter than /8, or /32 of IPv6.
    pub(super) fn is_wide(self) -> bool {
        self.prefix < if self.address.is_ipv4() { 8 } else { 32 }
    }

    /// Whether all of it is private or loopback.
    pub(super) fn is_private(self) -> bool {
        match self.address {
            IpAddr::V4(v4) => v4.is_private() && self.prefix >= 8 || self.is_loopback(),
            IpAddr::V6(v6) => (v6.segments()[0] & 0xfe00) == 0xfc00 || self.is_loopback(),
        }
    }

    /// Whether it is loopback.
    pub(super) fn is_loopback(self) -> bool {
        self.address.is_loopback() && self.prefix >= 8
    }

    /// Whether both share an address.
    pub(super) fn overlaps(self, other: Range) -> bool {
        let short = self.prefix.min(other.prefix);
        match (self.address, other.address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                high(u128::from(a.to_bits()), short, 32) == high(b.to_bits().into(), short, 32)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => high(a.to_bits(), short, 128) == high(b.to_bits(), short, 128),
            _ => false,
        }
    }
}

/// The first `prefix` bits of a number of `whole` bits.
fn high(bits: u128, prefix: u8, whole: u8) -> u128 {
    bits.checked_shr(u32::from(whole - prefix)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(value: &str) -> Range {
        Range::parse(value).unwrap_or_else(|| panic!("{value} is no range"))
    }

    #[test]
    fn ranges_overlap_by_their_shorter_prefix() {
        assert!(range("172.30.0.1").overlaps(range("172.30.0.0/24")));
        assert!(!range("172.31.0.1").overlaps(range("172.30.0.0/24")));
        assert!(range("0.0.0.0/0").overlaps(range("10.0.0.1")) && range("::/0").is_wide());
        assert!(Range::parse("traefik").is_none() && Range::parse("10.0.0.0/33").is_none());
    }
}
