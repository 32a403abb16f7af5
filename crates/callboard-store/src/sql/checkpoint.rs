//! Checkpoints off the writer's commits: a thread of its own moves the log into the database.
//!
//! The writer's connection never checkpoints at a commit (that cost 12–15 ms at p99). A log that
//! never rests cannot start over, so above [`LOG_PAGES_MAX`] the writer closes the gap itself, between
//! two transactions and after the answers. Source: storage.md §4.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use super::{Conn, ready};

/// How long commits gather before a checkpoint.
const PAUSE: Duration = Duration::from_millis(250);
/// A log longer than this is ended by the writer: 64 MiB in pages of 4 KiB.
const LOG_PAGES_MAX: i64 = 16_384;

/// The writer's end: says that there is something to move.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    wake: SyncSender<()>,
    log_pages: Arc<AtomicI64>,
}

/// The thread's end, with its own connection. It stops, and empties the log, when the writer is gone.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    conn: Conn,
    woken: Receiver<()>,
    log_pages: Arc<AtomicI64>,
}

pub(crate) fn pair(conn: Conn) -> (Checkpoints, Checkpointer) {
    let (wake, woken) = sync_channel(1);
    let log_pages = Arc::new(AtomicI64::new(0));
    (Checkpoints { wake, log_pages: log_pages.clone() }, Checkpointer { conn, woken, log_pages })
}

impl Checkpoints {
    pub(crate) fn after_commit(&self, conn: &Conn) {
        // A full channel means that the thread will look anyway.
        let _ = self.wake.try_send(());
        if self.log_pages.load(Ordering::Relaxed) > LOG_PAGES_MAX {
            self.log_pages.store(0, Ordering::Relaxed);
            checkpoint(conn, "PRAGMA wal_checkpoint(PASSIVE)");
        }
    }
}

impl Checkpointer {
    pub(crate) fn run(self) {
        while self.woken.recv().is_ok() && self.pause() {
            let pages = checkpoint(&self.conn, "PRAGMA wal_checkpoint(PASSIVE)");
            self.log_pages.store(pages, Ordering::Relaxed);
        }
        checkpoint(&self.conn, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// Lets commits gather; `false` as soon as the writer is gone.
    fn pause(&self) -> bool {
        let until = Instant::now() + PAUSE;
        loop {
            match self.woken.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(()) => (),
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }
}

/// Runs a checkpoint and answers the length of the log in pages. A failure is no fault of a write:
/// the log keeps everything, and the next checkpoint moves it.
fn checkpoint(conn: &Conn, pragma: &'static str) -> i64 {
    match ready(conn.one(pragma, &[], |row| row.get::<i64>(1))).flatten() {
        Ok(pages) => pages.unwrap_or(0),
        Err(fault) => {
            tracing::warn!("a checkpoint failed: {fault}");
            0
        }
    }
}
