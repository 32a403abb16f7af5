//! Keys that authenticated a moment ago, by hash. Whatever changes a key empties this memory between the
//! commit and the answer, so that the next request sees the change; expiry and grace are compared at each use.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use callboard_core::key::{ApiKey, KeyHash};

/// Most keys that are remembered; one more starts over.
const KEPT_MAX: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct KeyCache(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Raised at each forgetting: what was read before it must not be kept after it.
    generation: u64,
    keys: HashMap<KeyHash, Arc<ApiKey>>,
}

impl KeyCache {
    /// The key, if it is known, and the generation under which a reader may [`KeyCache::keep`] it.
    pub(crate) fn find(&self, hash: &KeyHash) -> (Option<Arc<ApiKey>>, u64) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        (known.keys.get(hash).cloned(), known.generation)
    }

    /// Remembers a key that was read, unless some key changed meanwhile.
    pub(crate) fn keep(&self, hash: KeyHash, key: ApiKey, generation: u64) -> Arc<ApiKey> {
        let key = Arc::new(key);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.generation == generation {
            if known.keys.len() >= KEPT_MAX {
                known.keys.clear();
            }
            known.keys.insert(hash, key.clone());
        }
        key
    }

    pub(crate) fn forget(&self) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.generation = known.generation.wrapping_add(1);
        known.keys.clear();
    }
}
