//! Numbers from the rows of `counter`, taken apart from the transactions that use them.
//!
//! A counter is one row for all organizations. Inside a transaction its lock would make all of them wait for each
//! other; so the numbers are taken beforehand, as many as are asked for at this moment. A transaction that fails
//! leaves a gap. The taking is not synced: a later commit, which is, carries it to disk.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::Mutex;

use super::postgres::PgPool;
use crate::counters::Sequence;
use crate::error::{Error, Result};

#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    pool: PgPool,
    sequences: Arc<HashMap<Sequence, Source>>,
}

#[derive(Debug, Default)]
struct Source {
    wanted: AtomicI64,
    free: Mutex<VecDeque<i64>>,
}

impl Numbers {
    pub(crate) fn new(pool: PgPool) -> Numbers {
        let sequences = Sequence::ALL.into_iter().map(|sequence| (sequence, Source::default())).collect();
        Numbers { pool, sequences: Arc::new(sequences) }
    }

    /// The next number, never given out before.
    ///
    /// # Errors
    /// Driver faults.
    pub(crate) async fn next(&self, sequence: Sequence) -> Result<i64> {
        let none = || Error::Driver("the counter gave no number".to_owned());
        let source = self.sequences.get(&sequence).ok_or_else(none)?;
        source.wanted.fetch_add(1, Ordering::Relaxed);
        let mut free = source.free.lock().await;
        if free.is_empty() {
            // Whoever waits behind this lock has asked already.
            let wanted = source.wanted.load(Ordering::Relaxed).max(1);
            match self.take(sequence, wanted).await {
                Ok(last) => free.extend(last.saturating_sub(wanted).saturating_add(1)..=last),
                Err(fault) => {
                    source.wanted.fetch_sub(1, Ordering::Relaxed);
                    return Err(fault);
                }
            }
        }
        source.wanted.fetch_sub(1, Ordering::Relaxed);
        free.pop_front().ok_or_else(none)
    }

    async fn take(&self, sequence: Sequence, n: i64) -> Result<i64> {
        let conn = self.pool.take().await?;
        crate::counters::take(&conn, sequence, n).await
    }
}
