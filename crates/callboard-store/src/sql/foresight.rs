//! What commands that run beside each other on SQLite look up by names that are known before they run: one statement of a
//! kind looks for all of them.

use callboard_core::ids::OrganizationId;
use futures_util::future::try_join;

use super::Conn;
use super::job::Job;
use super::shared::Shared;
use crate::error::Result;
use crate::idempotency::Name;

/// Most names that one statement looks for. Units: names. A statement of each power of two up to here is kept prepared.
pub(crate) const NAMES_MAX: usize = 64;

/// The names.
#[derive(Debug, Default)]
pub struct Foreseen {
    /// Buyers by organization and folded address.
    pub(crate) buyers: Vec<(OrganizationId, String)>,
    /// Requests by their idempotency keys.
    pub(crate) repetitions: Vec<Name>,
}

impl Foreseen {
    /// What these commands will ask for; nothing of a lone one, which looks for itself.
    pub(super) fn of(jobs: &[&mut Box<dyn Job>]) -> Foreseen {
        let mut foreseen = Foreseen::default();
        if jobs.len() > 1 {
            jobs.iter().for_each(|job| job.foresee(&mut foreseen));
        }
        foreseen
    }
}

impl Shared {
    /// Looks for what commands will ask for.
    ///
    /// # Errors
    /// Driver faults.
    pub(super) async fn look_up(&self, conn: &Conn, foreseen: Foreseen) -> Result<()> {
        let buyers = self.till.look_up(conn, foreseen.buyers);
        let repetitions = self.known.look_up(conn, foreseen.repetitions);
        try_join(buyers, repetitions).await.map(|_| ())
    }
}

/// As many names as a power of two, the last one again and again.
pub(crate) fn padded<T>(names: &[T]) -> impl Iterator<Item = &T> {
    names.iter().chain(names.last().into_iter().cycle()).take(names.len().next_power_of_two())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_padded_to_a_power_of_two() {
        let names = ["a", "b", "c", "d", "e"];
        let texts: Vec<_> = padded(&names).copied().collect();
        assert_eq!(texts, ["a", "b", "c", "d", "e", "e", "e", "e"]);
        assert_eq!(padded(&names[..1]).count(), 1);
        assert_eq!(padded(&names[..4]).count(), 4);
    }
}
