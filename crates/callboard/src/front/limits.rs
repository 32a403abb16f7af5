//! What a connection may cost: deadlines, sizes and counts.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;

/// Bytes of a request line and its header fields. Eight KiB is customary; twice that fits large cookies.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Header fields of one request: also what hyper reserves room for without allocating.
pub const HEAD_FIELDS_MAX: usize = 100;
/// Bytes of an unwanted body that are read and thrown away before the connection closes, so that a client
/// that is still sending gets to see the answer.
pub const DRAIN_BYTES_MAX: u64 = 64 * 1024;
/// How long an unwanted body may hold up the answer that refuses it.
pub(crate) const DRAIN_BEFORE_ANSWER: Duration = Duration::from_millis(250);
/// How long a connection with unread bytes lingers after its last answer.
pub(crate) const LINGER: Duration = Duration::from_secs(1);
/// The most hyper buffers of one connection; a head always fits, and pipelined requests wait in the kernel.
pub(crate) const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// File descriptors left for the database, logs and outgoing connections.
const DESCRIPTORS_RESERVED: usize = 128;
/// Connections that are being told "503" at one time; more are closed without a word.
pub(crate) const TURNED_AWAY_MAX: usize = 64;

/// Deadlines and sizes of a connection. Each has a setting of the same name.
#[derive(Debug, Clone)]
pub struct Limits {
    /// From accepting a connection to its first byte.
    pub first_byte: Duration,
    /// From the first byte of a request head to its last.
    pub head: Duration,
    /// From the first read of a body to its end.
    pub body: Duration,
    /// Bytes per second that a body must keep up on average after `body_grace`; 0 allows any pace.
    pub body_rate_min: u64,
    /// How long a body may be slower than `body_rate_min`.
    pub body_grace: Duration,
    /// How long a peer may read nothing of an answer.
    pub response_stall: Duration,
    /// Between an answer and the next request.
    pub keep_alive_idle: Duration,
    /// From accepting a connection to the end of its TLS handshake.
    pub tls_handshake: Duration,
    /// Connections at one time.
    pub connections: usize,
    /// Connections at one time from one address (IPv6: one /64 network); 0 allows any number.
    pub connections_per_ip: usize,
    /// Whether `connections_per_ip` also holds for this machine itself.
    pub cap_loopback: bool,
    /// How long a stopping server says so on its readiness page before it stops accepting.
    pub stop_lead: Duration,
    /// From the order to stop to the last connection, finished or not.
    pub stop: Duration,
}

impl Limits {
    /// Connections that the process' file descriptors allow, at most `connections`.
    pub(crate) fn connections_possible(&self) -> usize {
        let descriptors = descriptors_max().unwrap_or(usize::MAX);
        self.connections.min(descriptors.saturating_sub(DESCRIPTORS_RESERVED)).max(1)
    }
}

/// The soft limit on open files, where the system tells it without unsafe calls (Linux).
fn descriptors_max() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// Counts connections, in total and by address.
#[derive(Debug)]
pub(crate) struct Occupancy {
    total_max: usize,
    per_ip_max: usize,
    caps_loopback: bool,
    by_network: Mutex<Counts>,
    gauge: Gauge,
}

#[derive(Debug, Default)]
struct Counts {
    total: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// Holds a place until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    occupancy: Arc<Occupancy>,
    network: Option<IpAddr>,
}

impl Occupancy {
    pub(crate) fn new(limits: &Limits, gauge: Gauge) -> Arc<Occupancy> {
        Arc::new(Occupancy {
            total_max: limits.connections_possible(),
            per_ip_max: limits.connections_per_ip,
            caps_loopback: limits.cap_loopback,
            by_network: Mutex::default(),
            gauge,
        })
    }

    pub(crate) fn total_max(&self) -> usize {
        self.total_max
    }

    /// Takes a place for a connection from `ip`, or `None` when there is none. An `exempt` peer (the control
    /// socket, a trusted proxy, which speaks for many) counts in total only.
    pub(crate) fn admit(self: &Arc<Occupancy>, ip: IpAddr, exempt: bool) -> Option<Place> {
        let exempt = exempt || self.per_ip_max == 0 || (ip.is_loopback() && !self.caps_loopback);
        let network = (!exempt).then(|| network_of(ip));
        let mut counts = self.by_network.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.total >= self.total_max {
            return None;
        }
        if let Some(network) = network {
            let count = counts.by_network.entry(network).or_default();
            if *count >= self.per_ip_max {
                return None;
            }
            *count = count.saturating_add(1);
        }
        counts.total = counts.total.saturating_add(1);
        self.gauge.inc();
        Some(Place { occupancy: Arc::clone(self), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.occupancy.by_network.lock().unwrap_or_else(PoisonError::into_inner);
        counts.total = counts.total.saturating_sub(1);
        self.occupancy.gauge.dec();
        let Some(network) = self.network else { return };
        let left = counts.by_network.get_mut(&network).map(|count| {
            *count = count.saturating_sub(1);
            *count
        });
        if left == Some(0) {
            counts.by_network.remove(&network);
        }
    }
}

/// One customer of an access provider: an IPv4 address, or the /64 that IPv6 gives to each.
fn network_of(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
    }
}
