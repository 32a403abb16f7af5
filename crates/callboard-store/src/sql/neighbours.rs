//! Other programs on the same database, told by the names that their connections give.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Conn;
use crate::error::Result;

/// What a node calls itself. Programs that store terms as rows of `search_term`, and find no others, call themselves
/// [`OLDER`]. They cannot start any more once this one has migrated the database; those that run may go on.
pub(crate) const NAME: &str = "callboard node";
const OLDER: &str = "callboard";

/// Whether an older one is there; remembered, since nodes only get newer.
#[derive(Debug, Clone)]
pub(crate) struct Neighbours(Arc<AtomicBool>);

impl Default for Neighbours {
    /// Assumed until somebody has looked.
    fn default() -> Self {
        Neighbours(Arc::new(AtomicBool::new(true)))
    }
}

impl Neighbours {
    pub(crate) fn has_older(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Looks for connections of older programs.
    pub(crate) async fn look(&self, conn: &Conn) -> Result<()> {
        let sql =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1";
        let older = conn.one(sql, super::params![OLDER], |_| Ok(())).await?;
        self.0.store(older.is_some(), Ordering::Relaxed);
        Ok(())
    }
}
