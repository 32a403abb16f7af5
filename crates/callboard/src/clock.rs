//! The one place that reads the clock and draws randomness; everything else takes them as arguments.
//!
//! The clock is an anchor (the system's time at start) plus monotonic time, so that a step of the
//! system clock backward frees nothing early and a step forward expires nothing at once.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use callboard_core::time::Timestamp;

/// The time as the program sees it.
#[derive(Debug)]
pub enum Clock {
    /// The system's time at start plus what has passed since, and by how much it was steered.
    System { anchor_ms: i64, started: Instant, steered_ms: AtomicI64 },
    /// Stands still until a test moves it.
    Manual(AtomicI64),
}

impl Clock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn system() -> Clock {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let anchor_ms = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        Clock::anchored(anchor_ms)
    }

    fn anchored(anchor_ms: i64) -> Clock {
        Clock::System { anchor_ms, started: Instant::now(), steered_ms: AtomicI64::new(0) }
    }

    /// A clock that goes on from `at`: several nodes go by their database's.
    pub fn starting_at(at: Timestamp) -> Clock {
        Clock::anchored(at.as_millis())
    }

    pub fn manual(at: Timestamp) -> Clock {
        Clock::Manual(AtomicI64::new(at.as_millis()))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System { anchor_ms, started, steered_ms } => {
                let passed = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
                let steered = steered_ms.load(Ordering::Relaxed);
                Timestamp::from_millis(anchor_ms.saturating_add(passed).saturating_add(steered))
            }
            Clock::Manual(millis) => Timestamp::from_millis(millis.load(Ordering::SeqCst)),
        }
    }

    /// Makes a small step towards another clock; a manual clock stands where it was put.
    pub fn steer_ms(&self, millis: i64) {
        if let Clock::System { steered_ms, .. } = self {
            steered_ms.fetch_add(millis, Ordering::Relaxed);
        }
    }

    /// Moves a manual clock; a system clock goes its own way.
    pub fn advance_ms(&self, millis: i64) {
        if let Clock::Manual(at) = self {
            at.fetch_add(millis, Ordering::SeqCst);
        }
    }
}

/// Where random bytes come from.
#[derive(Debug)]
pub enum Entropy {
    /// The operating system.
    System,
    /// A reproducible stream for tests.
    Seeded { seed: u64, drawn: AtomicU64 },
}

impl Entropy {
    pub fn seeded(seed: u64) -> Entropy {
        Entropy::Seeded { seed, drawn: AtomicU64::new(0) }
    }

    pub fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        match self {
            Entropy::System => fill(&mut bytes),
            Entropy::Seeded { seed, drawn } => {
                for chunk in bytes.chunks_mut(32) {
                    let n = drawn.fetch_add(1, Ordering::SeqCst);
                    let block = callboard_core::canonical::sha256(format!("{seed}/{n}").as_bytes());
                    chunk.iter_mut().zip(block).for_each(|(slot, byte)| *slot = byte);
                }
            }
        }
        bytes
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that draws randomness")]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system has randomness; without it no secret may be made");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_clock_is_steered_and_a_manual_one_stands() {
        let at = Timestamp::from_millis(1_000_000);
        let running = Clock::starting_at(at);
        running.steer_ms(-400_000);
        assert!((600_000..700_000).contains(&running.now().as_millis()));
        let manual = Clock::manual(at);
        manual.steer_ms(-1);
        assert_eq!(manual.now(), at);
    }
}
