//! Ids and random bytes of one command: they follow from its seed, so that a repeated run makes the same.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use callboard_core::canonical::sha256;

/// Random bytes of an id. Unit: bytes.
const ID_BYTES: usize = 10;
/// Ids that one digest is enough for.
const IDS_OF_A_DIGEST: u64 = 3;
/// What tells digests for ids from those that are drawn whole, so that neither tells anything of the other.
const FOR_IDS: u8 = 0;
const DRAWN: u8 = 1;

#[derive(Debug)]
pub(super) struct Mint {
    seed: [u8; 16],
    ids: AtomicU64,
    draws: AtomicU64,
    /// The digest of the ids that come next.
    digest: Mutex<Option<(u64, [u8; 32])>>,
}

impl Mint {
    /// `ids` were made before.
    pub(super) fn new(seed: [u8; 16], ids: u64) -> Mint {
        Mint { seed, ids: AtomicU64::new(ids), draws: AtomicU64::new(0), digest: Mutex::new(None) }
    }

    /// How many ids were made.
    pub(super) fn ids(&self) -> u64 {
        self.ids.load(Ordering::Relaxed)
    }

    /// The next random bytes, whole.
    pub(super) fn draw(&self) -> [u8; 32] {
        self.digest(DRAWN, self.draws.fetch_add(1, Ordering::Relaxed))
    }

    /// The random bytes of the next id.
    pub(super) fn id(&self) -> [u8; ID_BYTES] {
        let n = self.ids.fetch_add(1, Ordering::Relaxed);
        let (of, part) = (n / IDS_OF_A_DIGEST, n % IDS_OF_A_DIGEST);
        let mut known = self.digest.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = match *known {
            Some((number, digest)) if number == of => digest,
            _ => known.insert((of, self.digest(FOR_IDS, of))).1,
        };
        let mut id = [0; ID_BYTES];
        let from = usize::try_from(part).unwrap_or(0).saturating_mul(ID_BYTES);
        id.iter_mut().zip(digest.iter().skip(from)).for_each(|(to, byte)| *to = *byte);
        id
    }

    fn digest(&self, purpose: u8, n: u64) -> [u8; 32] {
        let mut input = [purpose; 25];
        let said = self.seed.iter().copied().chain(n.to_be_bytes());
        input.iter_mut().zip(said).for_each(|(to, byte)| *to = byte);
        sha256(&input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_draws_are_all_different_and_the_same_in_every_run() {
        let run = || {
            let mint = Mint::new([7; 16], 0);
            let mixed = (0..20).flat_map(|_| [mint.id().to_vec(), mint.draw().to_vec(), mint.id().to_vec()]);
            mixed.collect::<Vec<_>>()
        };
        let first = run();
        assert_eq!(first, run());
        let different: std::collections::BTreeSet<_> = first.iter().collect();
        assert_eq!(different.len(), 60);
        assert!(
            first.iter().all(|one| first.iter().filter(|other| other.starts_with(&one[..8])).count() == 1)
        );
        let (mint, later) = (Mint::new([7; 16], 0), Mint::new([7; 16], 4));
        let ids: Vec<_> = (0..6).map(|_| mint.id()).collect();
        assert_eq!((later.id(), later.id(), later.ids(), mint.ids()), (ids[4], ids[5], 6, 6));
        assert_ne!(Mint::new([8; 16], 0).id(), Mint::new([7; 16], 0).id());
    }
}
