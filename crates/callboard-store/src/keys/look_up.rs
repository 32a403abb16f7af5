//! Look-ups that several requests share. On several nodes each request must see the key as it is at some instant
//! after it came; requests that come while a look-up of their key is under way therefore wait for the next one, all of
//! them for the same. A busy key costs a statement per round trip instead of one per request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use callboard_core::key::{ApiKey, KeyHash};
use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::stamp::Stamp;
use crate::store::Store;

/// A key and what its reach depends on.
pub(super) type Found = Option<(Arc<ApiKey>, Stamp)>;
type Waiting = Vec<oneshot::Sender<Result<Found>>>;

/// The keys that are being looked up, each with those who came since.
#[derive(Debug, Default)]
pub(crate) struct LookUps(Mutex<HashMap<KeyHash, Waiting>>);

impl LookUps {
    fn all(&self) -> MutexGuard<'_, HashMap<KeyHash, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next look-up of a key, if one is under way.
    fn join(&self, hash: &KeyHash) -> Option<oneshot::Receiver<Result<Found>>> {
        let mut all = self.all();
        if let Some(waiting) = all.get_mut(hash) {
            let (sender, receiver) = oneshot::channel();
            waiting.push(sender);
            return Some(receiver);
        }
        all.insert(*hash, Waiting::new());
        None
    }

    /// Ends a look-up: those who came meanwhile, if there are any.
    fn next(&self, hash: &KeyHash) -> Option<Waiting> {
        let mut all = self.all();
        let waiting = all.get_mut(hash).map(std::mem::take).filter(|waiting| !waiting.is_empty());
        if waiting.is_none() {
            all.remove(hash);
        }
        waiting
    }
}

/// Hands over to those who wait when it is dropped, at the end of a look-up or in its midst.
struct Leading {
    store: Store,
    hash: KeyHash,
}

impl Drop for Leading {
    fn drop(&mut self) {
        let Some(waiting) = self.store.look_ups().next(&self.hash) else { return };
        let (store, hash) = (self.store.clone(), self.hash);
        tokio::spawn(async move {
            let leading = Leading { store, hash };
            let found = leading.store.find_shared(&hash).await;
            for one in waiting {
                // Who has gone needs no answer.
                let _ = one.send(found.clone());
            }
        });
    }
}

impl Store {
    /// The key as it is at an instant after this call.
    pub(super) async fn look_up(&self, hash: &KeyHash) -> Result<Found> {
        if let Some(answer) = self.look_ups().join(hash) {
            return answer
                .await
                .map_err(|_| Error::Unavailable("a look-up of a key was given up".to_owned()))?;
        }
        let _leading = Leading { store: self.clone(), hash: *hash };
        self.find_shared(hash).await
    }
}
