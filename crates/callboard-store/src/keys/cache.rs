//! Keys that authenticated a moment ago, by hash. Whatever changes a key empties this memory between the
//! commit and the answer, so that the next request sees the change; expiry and grace are compared at each use.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use callboard_core::key::{ApiKey, KeyHash};
use foldhash::fast::RandomState;

/// Parts of the memory, each behind a lock of its own.
const SHARDS: usize = 16;
/// Most keys that a part remembers; one more starts it over.
const SHARD_MAX: usize = 640;

type Known = HashMap<KeyHash, Arc<ApiKey>, RandomState>;

#[derive(Debug)]
pub(crate) struct KeyCache {
    /// Raised at each forgetting: what was read before it must not be kept after it.
    generation: AtomicU64,
    shards: [RwLock<Known>; SHARDS],
}

impl Default for KeyCache {
    fn default() -> Self {
        KeyCache { generation: AtomicU64::new(0), shards: std::array::from_fn(|_| RwLock::default()) }
    }
}

impl KeyCache {
    /// A digest is as good as random: its first byte chooses the part.
    fn shard(&self, hash: &KeyHash) -> &RwLock<Known> {
        let [first, ..] = hash.0;
        self.shards.get(usize::from(first) % SHARDS).expect("the index is taken modulo the number of shards")
    }

    /// The key, if it is known, and the generation under which a reader may [`KeyCache::keep`] it.
    pub(crate) fn find(&self, hash: &KeyHash) -> (Option<Arc<ApiKey>>, u64) {
        let generation = self.generation.load(Ordering::SeqCst);
        let known = self.shard(hash).read().unwrap_or_else(PoisonError::into_inner);
        (known.get(hash).cloned(), generation)
    }

    /// Remembers a key that was read, unless some key changed meanwhile.
    pub(crate) fn keep(&self, hash: KeyHash, key: ApiKey, generation: u64) -> Arc<ApiKey> {
        let key = Arc::new(key);
        let mut known = self.shard(&hash).write().unwrap_or_else(PoisonError::into_inner);
        // Compared behind the lock: a forgetting that began later has this part still before it.
        if self.generation.load(Ordering::SeqCst) == generation {
            if known.len() >= SHARD_MAX {
                known.clear();
            }
            known.insert(hash, key.clone());
        }
        key
    }

    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        for shard in &self.shards {
            shard.write().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}
