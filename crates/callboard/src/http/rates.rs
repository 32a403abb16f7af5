//! The rate windows of this process: sharded, exact, forgotten when idle.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use callboard_core::rate::{Admission, Window};
use callboard_core::time::{MINUTE, Timestamp};
use uuid::Uuid;

use super::RateClass;

const SHARDS: usize = 32;
/// Windows per shard before idle ones are swept out.
const SWEEP_AT: usize = 4_096;

/// Whose window: a principal and what it is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    Key(Uuid, RateClass),
    Address(std::net::IpAddr),
    /// Keys made by an account; an hour's window.
    KeyCreation(Uuid),
}

/// All windows.
#[derive(Debug)]
pub struct Rates {
    shards: Vec<Mutex<HashMap<Counted, Window>>>,
    hasher: RandomState,
}

impl Default for Rates {
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Rates { shards, hasher: RandomState::new() }
    }
}

impl Rates {
    /// Counts one request in a rolling minute.
    pub fn admit(&self, who: Counted, limit: u32, now: Timestamp) -> Admission {
        self.admit_in(who, limit, MINUTE, now)
    }

    /// Counts one request in a rolling period.
    pub fn admit_in(&self, who: Counted, limit: u32, period_ms: i64, now: Timestamp) -> Admission {
        let index = (self.hasher.hash_one(who) as usize) % SHARDS;
        let shard = self.shards.get(index).expect("the index is taken modulo the number of shards");
        let mut windows = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= SWEEP_AT {
            windows.retain(|_, window| !window.is_idle(now));
        }
        windows.entry(who).or_insert_with(|| Window::new(period_ms)).admit(limit, now)
    }
}
