//! The rate windows: in memory where this process is alone, else in the database that all nodes share.
//! Both are exact up to [`EXACT_MAX`]. Source: storage.md §6.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use callboard_core::canonical::sha256;
use callboard_core::rate::{Admission, EXACT_MAX, Window};
use callboard_core::time::{MINUTE, SECOND, Timestamp};
use callboard_store::Store;
use callboard_store::rates::Asked;
use foldhash::fast::RandomState;
use uuid::Uuid;

use super::{RateClass, Refusal};

const SHARDS: usize = 32;
/// Windows per shard before idle ones are swept out.
const SWEEP_AT: usize = 4_096;
/// Slices that a large limit is cut into.
const SLICES: u32 = 200;
/// How long a node may use a slice. It counts from the end of that time, so that it leaves late, never early.
const SLICE_MS: i64 = 5 * SECOND;

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
    store: Store,
    alone: Sharded<Window>,
    shared: Sharded<Known>,
}

/// What a node knows of a shared window without asking: admissions it may still give, or how long there are none.
#[derive(Debug, Clone, Copy)]
struct Known {
    limit: u32,
    left: u32,
    is_refusal: bool,
    /// Until when `left`, or the refusal if there are none, holds.
    until: Timestamp,
    /// As the headers show it: what is free beside `left`, and when more is.
    remaining: u32,
    reset_at: Timestamp,
}

/// How an admission is taken from the database: one by one, or as a slice.
#[derive(Debug, Clone, Copy)]
struct Slicing {
    slots: u32,
    size: u32,
    life_ms: i64,
}

impl Rates {
    pub fn new(store: Store) -> Rates {
        Rates { store, alone: Sharded::default(), shared: Sharded::default() }
    }

    /// Counts one request in a rolling minute.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn admit(&self, who: Counted, limit: u32, now: Timestamp) -> Result<Admission, Refusal> {
        self.admit_in(who, limit, MINUTE, now).await
    }

    /// Counts one request in a rolling period.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn admit_in(
        &self,
        who: Counted,
        limit: u32,
        period_ms: i64,
        now: Timestamp,
    ) -> Result<Admission, Refusal> {
        if self.store.is_shared() && limit > 0 {
            return self.admit_shared(who, limit, period_ms, now).await;
        }
        let mut windows = self.alone.of(who, |window| !window.is_idle(now));
        Ok(windows.entry(who).or_insert_with(|| Window::new(period_ms)).admit(limit, now))
    }

    async fn admit_shared(
        &self,
        who: Counted,
        limit: u32,
        period_ms: i64,
        now: Timestamp,
    ) -> Result<Admission, Refusal> {
        if let Some(said) = self.known(who, limit, now) {
            return Ok(said);
        }
        let slicing = Slicing::of(limit);
        let asked = Asked {
            bucket: sha256(format!("{who:?}").as_bytes()),
            now,
            stamp: now.plus_millis(slicing.life_ms),
            limit: slicing.slots,
            period_ms,
        };
        // Apart: where counting stays in memory, what the question needs is not part of every request's memory.
        let counted = Box::pin(self.store.count(asked)).await?;
        let used = u32::try_from(counted.living.len()).unwrap_or(u32::MAX);
        // Where a limit was lowered more may live than it admits: as many must leave as are too many, and one.
        let over = if counted.is_admitted { 0 } else { used.saturating_sub(slicing.slots) };
        let leaves = usize::try_from(over).ok().and_then(|over| counted.living.get(over));
        let reset_at = leaves.map_or(now, |at| at.plus_millis(period_ms));
        let known = Known {
            limit,
            left: if counted.is_admitted { slicing.size.saturating_sub(1) } else { 0 },
            is_refusal: !counted.is_admitted,
            until: if counted.is_admitted { asked.stamp } else { reset_at },
            remaining: slicing.slots.saturating_sub(used).saturating_mul(slicing.size),
            reset_at,
        };
        Ok(self.learn(who, known, now))
    }

    /// Keeps what the database said, beside what another request learnt meanwhile.
    fn learn(&self, who: Counted, mut fresh: Known, now: Timestamp) -> Admission {
        if fresh.until <= now {
            return fresh.said(!fresh.is_refusal, now);
        }
        let mut shard = self.shared.of(who, |known| known.until > now);
        let before = shard.get(&who).filter(|known| known.limit == fresh.limit && known.until > now);
        let mut is_admitted = !fresh.is_refusal;
        if let Some(before) = before.filter(|known| known.left > 0) {
            // Two slices at once: the rests of both, for as long as both hold.
            fresh.until = fresh.until.min(before.until);
            fresh.left = fresh.left.saturating_add(before.left);
            if fresh.is_refusal {
                fresh = *before;
                fresh.left = fresh.left.saturating_sub(1);
                is_admitted = true;
            }
        }
        shard.insert(who, fresh);
        fresh.said(is_admitted, now)
    }

    /// What needs no question: a rest of a slice, or a refusal whose time is not over.
    fn known(&self, who: Counted, limit: u32, now: Timestamp) -> Option<Admission> {
        let mut shard = self.shared.of(who, |known| known.until > now);
        let known = shard.get_mut(&who).filter(|known| known.limit == limit && known.until > now)?;
        let is_admitted = known.left > 0;
        // An empty slice refuses nothing; only a refusal of the database does.
        if !is_admitted && !known.is_refusal {
            return None;
        }
        known.left = known.left.saturating_sub(1);
        Some(known.said(is_admitted, now))
    }
}

impl Known {
    fn said(&self, is_admitted: bool, now: Timestamp) -> Admission {
        let wait = self.reset_at.millis_since(now).max(1);
        Admission {
            is_admitted,
            limit: self.limit,
            remaining: self.remaining.saturating_add(self.left),
            reset_at: self.reset_at,
            retry_after_s: wait.saturating_add(SECOND - 1).div_euclid(SECOND),
        }
    }
}

impl Slicing {
    fn of(limit: u32) -> Slicing {
        if limit <= EXACT_MAX {
            return Slicing { slots: limit, size: 1, life_ms: 0 };
        }
        let size = limit / SLICES;
        Slicing { slots: limit / size, size, life_ms: SLICE_MS }
    }
}

type Part<T> = HashMap<Counted, T, RandomState>;

/// A map behind several locks.
#[derive(Debug)]
struct Sharded<T> {
    shards: Vec<Mutex<Part<T>>>,
    hasher: RandomState,
}

impl<T> Default for Sharded<T> {
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Sharded { shards, hasher: RandomState::default() }
    }
}

impl<T> Sharded<T> {
    /// The part of the map that holds `who`; what is not `alive` is swept out when there is much.
    fn of(&self, who: Counted, alive: impl Fn(&T) -> bool) -> MutexGuard<'_, Part<T>> {
        let index = (self.hasher.hash_one(who) as usize) % SHARDS;
        let shard = self.shards.get(index).expect("the index is taken modulo the number of shards");
        let mut held = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= SWEEP_AT {
            held.retain(|_, value| alive(value));
        }
        held
    }
}
