//! Which proxies are believed about the client they speak for.

use std::net::IpAddr;
use std::str::FromStr;

use http::HeaderMap;

/// Addresses whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; from everyone else both are ignored,
/// since any client can send them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(pub Vec<Network>);

/// A network such as `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether `ip` lies in this network. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(32_u32.saturating_sub(self.bits)).unwrap_or(0);
                (network.to_bits() ^ ip.to_bits()) & mask == 0
            }
            (IpAddr::V6(network), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(128_u32.saturating_sub(self.bits)).unwrap_or(0);
                (network.to_bits() ^ ip.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Network, &'static str> {
        const WANTED: &str = "an address or network such as `10.0.0.0/8`";
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| WANTED)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse::<u32>().map_err(|_| WANTED))?;
        if bits > most {
            return Err(WANTED);
        }
        Ok(Network { address, bits })
    }
}

impl TrustedProxies {
    /// Whether `ip` is one of the proxies.
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(ip))
    }

    /// The client behind `socket`, and whether its side of the proxy was encrypted.
    ///
    /// The rightmost address that is not a proxy itself: everything to its left is the client's own claim.
    pub(crate) fn client(&self, socket: IpAddr, headers: &HeaderMap) -> (IpAddr, bool) {
        if self.0.is_empty() || !self.contains(socket) {
            return (socket, false);
        }
        let proto = headers.get_all("x-forwarded-proto").iter().next_back();
        let proto = proto.and_then(|value| value.to_str().ok()).and_then(|text| text.rsplit(',').next());
        let is_secure = proto.is_some_and(|text| text.trim().eq_ignore_ascii_case("https"));
        let mut client = socket;
        for value in headers.get_all("x-forwarded-for").iter().rev() {
            for hop in value.to_str().unwrap_or_default().rsplit(',') {
                let Some(ip) = parse_hop(hop.trim()) else { return (client, is_secure) };
                client = ip;
                if !self.contains(ip) {
                    return (client, is_secure);
                }
            }
        }
        (client, is_secure)
    }
}

/// An address, perhaps with a port: proxies write all of `1.2.3.4`, `1.2.3.4:5`, `::1` and `[::1]:5`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let bare = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    bare.or_else(with_port).or_else(bracketed).map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies() -> TrustedProxies {
        TrustedProxies(vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()])
    }

    fn client(socket: &str, forwarded: &[&str], proto: &str) -> (String, bool) {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        headers.append("x-forwarded-proto", proto.parse().unwrap());
        let (ip, secure) = proxies().client(socket.parse().unwrap(), &headers);
        (ip.to_string(), secure)
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(client("192.0.2.1", &["1.1.1.1"], "https"), ("192.0.2.1".into(), false));
        assert_eq!(client("10.1.2.3", &["1.1.1.1"], "https"), ("1.1.1.1".into(), true));
    }

    #[test]
    fn what_the_client_claims_itself_is_not_believed() {
        let hops = ["9.9.9.9, 1.1.1.1", "10.0.0.7"];
        assert_eq!(client("::ffff:10.1.2.3", &hops, "https, http"), ("1.1.1.1".into(), false));
        assert_eq!(client("10.1.2.3", &["9.9.9.9, nonsense, 10.0.0.7"], "http"), ("10.0.0.7".into(), false));
        assert_eq!(client("2001:db8::1", &["[2001:db9::1]:443"], "HTTPS"), ("2001:db9::1".into(), true));
    }

    #[test]
    fn networks_are_parsed_strictly() {
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("ten".parse::<Network>().is_err());
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!("::1".parse::<Network>().unwrap().contains("::1".parse().unwrap()));
    }
}
