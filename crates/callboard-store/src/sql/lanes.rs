//! Writes on PostgreSQL: a lane for each organization, one transaction for whoever waits in it.
//!
//! A transaction begins by holding its organization's row, on all nodes, so that the commands in it have the
//! organization to themselves and no two transactions wait for each other crosswise. Commands that
//! interleave run at the same time and their rows are written together at the end; the others follow one by one,
//! a savepoint each. If one of them spoils it for all, everybody runs again one by one. A COMMIT whose answer was
//! lost is not guessed at: the callers are told "unavailable", and their idempotency keys decide when they ask again.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use callboard_core::ids::OrganizationId;
use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::command::{Command, Context};
use super::job::{Job, Pending, Stopped};
use super::neighbours::Neighbours;
use super::notes::{Committed, Notes, Settled};
use super::numbers::Numbers;
use super::postgres::{PgConn, PgPool};
use super::shared::{Held, Shared};
use super::{Conn, Seen};
use crate::error::{Error, Result};
use crate::store::Projector;

/// Most commands that share one commit.
const BATCH_MAX: usize = 128;
/// Most commands that may wait; one more is answered "busy".
const QUEUE_MAX: usize = 4_096;
/// Transactions of one node at the same time; the pool's other connections are for reading.
const LANES_MAX: usize = 8;
/// Most runs of one write: first try and repetitions after serialization failures, lost races, lost connections.
const TRIES: u32 = 10;
/// Longest wait for a whole write; then its outcome is not known.
const WRITE_MAX: Duration = Duration::from_millis(4_800);

/// Runs writes.
#[derive(Clone)]
pub(crate) struct PgWriter(Arc<Inner>);

struct Inner {
    pool: PgPool,
    numbers: Numbers,
    neighbours: Neighbours,
    projector: Projector,
    committed: Committed,
    seen: Seen,
    /// Who waits, by organization; an organization is here for as long as somebody serves it.
    lanes: Mutex<HashMap<OrganizationId, VecDeque<Box<dyn Job>>>>,
    waiting: AtomicUsize,
    turns: Semaphore,
}

/// Whether another run may follow a failure.
enum Failure {
    /// Nothing is stored; another run may succeed.
    Again(Error),
    /// Nothing is stored, or nobody knows: the callers must decide.
    Final(Error),
}

/// How the commands of a transaction run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Beside each other, as many as may.
    Together,
    OneByOne,
}

impl PgWriter {
    pub(crate) fn new(
        pool: PgPool,
        numbers: Numbers,
        neighbours: Neighbours,
        projector: Projector,
        committed: Committed,
    ) -> PgWriter {
        let (lanes, waiting, turns) = (Mutex::default(), AtomicUsize::new(0), Semaphore::new(LANES_MAX));
        let seen = Seen::default();
        PgWriter(Arc::new(Inner {
            pool,
            numbers,
            neighbours,
            projector,
            committed,
            seen,
            lanes,
            waiting,
            turns,
        }))
    }

    /// Runs a command to its end, whoever waits for it.
    pub(crate) async fn write<C: Command>(&self, context: Context, command: C) -> Result<C::Out> {
        let organization = command.organization();
        let (job, outcome) = Pending::queue(command, context, self.0.projector, &self.0.seen);
        match organization {
            Some(id) => self.enqueue(id, job)?,
            None => {
                let writer = self.clone();
                tokio::spawn(async move { writer.settle_all(None, vec![job]).await });
            }
        }
        match tokio::time::timeout(WRITE_MAX, outcome).await {
            Ok(ended) => ended.unwrap_or_else(|_| Err(Error::Driver("a write did not end".to_owned()))),
            Err(_) => {
                Err(Error::Unavailable("a write was not answered in time; its outcome is open".to_owned()))
            }
        }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<OrganizationId, VecDeque<Box<dyn Job>>>> {
        self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enqueue(&self, id: OrganizationId, job: Box<dyn Job>) -> Result<()> {
        if self.0.waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE_MAX {
            self.0.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Busy("too many writes are waiting"));
        }
        let mut lanes = self.lanes();
        let is_served = lanes.contains_key(&id);
        lanes.entry(id).or_default().push_back(job);
        drop(lanes);
        if !is_served {
            let writer = self.clone();
            tokio::spawn(async move { writer.serve(id).await });
        }
        Ok(())
    }

    /// Serves a lane until it is empty.
    async fn serve(&self, id: OrganizationId) {
        loop {
            let turn = self.0.turns.acquire().await;
            let batch: Vec<_> = {
                let mut lanes = self.lanes();
                let Some(lane) = lanes.get_mut(&id).filter(|lane| !lane.is_empty()) else {
                    lanes.remove(&id);
                    return;
                };
                let n = lane.len().min(BATCH_MAX);
                lane.drain(..n).collect()
            };
            self.0.waiting.fetch_sub(batch.len(), Ordering::Relaxed);
            // Nobody waits any more for what could not begin in time.
            let (late, batch): (Vec<_>, Vec<_>) = batch.into_iter().partition(|job| job.age() > WRITE_MAX);
            let fault = Error::Unavailable("the write did not begin in time".to_owned());
            late.into_iter().for_each(|job| job.answer(Some(&fault)));
            if !batch.is_empty() {
                let writer = self.clone();
                // A task of its own: whatever becomes of it, the lane goes on.
                let _ = tokio::spawn(async move { writer.settle_all(Some(id), batch).await }).await;
            }
            drop(turn);
        }
    }

    /// Runs a batch until each of its commands has an outcome, and answers them.
    async fn settle_all(&self, organization: Option<OrganizationId>, batch: Vec<Box<dyn Job>>) {
        let again = self.tries(organization, batch, Manner::Together).await;
        // Each alone: the loser of a race for a unique row sees the winner at its next run.
        for job in again {
            self.tries(organization, vec![job], Manner::OneByOne).await;
        }
    }

    /// Tries until the transaction is committed or given up; those whose own run failed are handed back.
    async fn tries(
        &self,
        organization: Option<OrganizationId>,
        mut batch: Vec<Box<dyn Job>>,
        mut manner: Manner,
    ) -> Vec<Box<dyn Job>> {
        let (began, salt) = (std::time::Instant::now(), batch.first().map_or(0, |job| job.salt()));
        let mut last = Error::Busy("not run");
        for attempt in 0..TRIES {
            match self.once(organization, &mut batch, manner).await {
                Ok(settled) => {
                    (self.0.committed)(&settled, batch.len());
                    let is_shared = batch.len() > 1;
                    let (again, done): (Vec<_>, Vec<_>) =
                        batch.into_iter().partition(|job| is_shared && is_passing(job.fault()));
                    done.into_iter().for_each(|job| job.answer(None));
                    return again;
                }
                Err(Failure::Final(fault)) => {
                    batch.into_iter().for_each(|job| job.answer(Some(&fault)));
                    return Vec::new();
                }
                // What still fails alone, and after the race must be over, breaks a rule of the schema.
                Err(Failure::Again(fault @ Error::Constraint(_))) if batch.len() == 1 && attempt > 2 => {
                    batch.into_iter().for_each(|job| job.answer(Some(&fault)));
                    return Vec::new();
                }
                Err(Failure::Again(fault)) => last = fault,
            }
            if began.elapsed() > WRITE_MAX {
                break;
            }
            // A batch that ran together and failed runs one by one at once.
            if manner == Manner::OneByOne {
                tokio::time::sleep(pause(salt, attempt)).await;
            }
            manner = Manner::OneByOne;
        }
        batch.into_iter().for_each(|job| job.answer(Some(&last)));
        Vec::new()
    }

    /// One transaction.
    async fn once(
        &self,
        organization: Option<OrganizationId>,
        batch: &mut [Box<dyn Job>],
        manner: Manner,
    ) -> Result<Settled, Failure> {
        // A connection that was lost while it lay in the pool: nothing has begun, so another is taken.
        let conn = self.0.pool.take().await.map_err(Failure::Final)?;
        let Conn::Postgres(pg) = &conn else {
            return Err(Failure::Final(Error::Driver("not PostgreSQL".to_owned())));
        };
        let ran = match pg.begin(organization).await {
            Ok(()) => self.run_all(&conn, pg, organization, batch, manner).await,
            Err(error) => Err(error),
        };
        match ran {
            Ok(settled) => {
                // From here on the outcome is the database's; a lost answer is not another try.
                pg.end("COMMIT").await.map_err(|e| Failure::Final(unknown(e)))?;
                Ok(settled)
            }
            Err(error) => {
                let ended = pg.end("ROLLBACK").await;
                Err(match error {
                    // The loser of a race for a unique row sees the winner at its next run.
                    Error::Busy(super::LOCKED) if batch.len() == 1 => Failure::Final(error),
                    Error::Busy(_) | Error::Constraint(_) => Failure::Again(error),
                    Error::Unavailable(_) if ended.is_err() => Failure::Again(error),
                    _ if batch.len() > 1 && manner == Manner::Together => Failure::Again(error),
                    _ => Failure::Final(error),
                })
            }
        }
    }

    async fn run_all(
        &self,
        conn: &Conn,
        pg: &PgConn,
        organization: Option<OrganizationId>,
        batch: &mut [Box<dyn Job>],
        manner: Manner,
    ) -> Result<Settled> {
        let held = organization.map_or(Held::Rows, Held::One);
        let has_older = self.0.neighbours.has_older();
        let shared = |is_interleaved| Shared::new(is_interleaved, held, self.0.numbers.clone(), has_older);
        let mut notes = Notes::default();
        let is_shared = batch.len() > 1;
        let (together, mut one_by_one): (Vec<_>, Vec<_>) =
            batch.iter_mut().partition(|job| manner == Manner::Together && job.interleaves());
        if !together.is_empty() {
            let shared = shared(true);
            let postponed = self.together(conn, &shared, together, &mut notes).await?;
            one_by_one.splice(0..0, postponed);
        }
        for job in one_by_one {
            if is_shared {
                pg.batch("SAVEPOINT command").await?;
            }
            match job.run(conn, &shared(false), self.0.projector).await {
                Ok(noted) => notes.absorb(noted),
                // Alone: the whole transaction goes.
                Err(_) if !is_shared => {
                    let fault = job.fault().cloned();
                    pg.end("ROLLBACK").await?;
                    return fault.map_or_else(|| Ok(Settled::default()), Err);
                }
                Err(_) => {
                    if let Some(fault @ Error::Unavailable(_)) = job.fault() {
                        return Err(fault.clone());
                    }
                    pg.batch("ROLLBACK TO command").await?;
                }
            }
            if is_shared {
                pg.batch("RELEASE command").await?;
            }
        }
        notes.settle(conn).await
    }

    /// Runs commands beside each other, and writes their rows; those that must wait for these.
    async fn together<'a>(
        &self,
        conn: &Conn,
        shared: &Shared,
        mut jobs: Vec<&'a mut Box<dyn Job>>,
        notes: &mut Notes,
    ) -> Result<Vec<&'a mut Box<dyn Job>>> {
        let projector = self.0.projector;
        // Nothing is looked up ahead (`sql/foresight.rs`): one statement for many names is planned as a scan of a table whose
        // size nobody has told PostgreSQL yet, and single look-ups share their round trip anyway.
        let ran = join_all(jobs.iter_mut().map(|job| job.run(conn, shared, projector))).await;
        let mut postponed = Vec::new();
        for (job, ended) in jobs.into_iter().zip(ran) {
            match ended {
                Ok(noted) => notes.absorb(noted),
                Err(Stopped::Refused) => {}
                Err(Stopped::Postponed) => postponed.push(job),
                Err(Stopped::Untidy) => {
                    let fault = job.fault().cloned();
                    return Err(fault.unwrap_or(Error::Busy("a refused command had written")));
                }
            }
        }
        shared.desk.tell(&self.0.seen);
        shared.till.close(conn, projector, notes).await?;
        notes.write_rows(conn).await?;
        Ok(postponed)
    }
}

/// A fault that another run may not meet.
fn is_passing(fault: Option<&Error>) -> bool {
    matches!(fault, Some(Error::Busy(reason)) if *reason != super::LOCKED)
        || matches!(fault, Some(Error::Constraint(_)))
}

/// A COMMIT that failed with a word from the server did not happen; one without an answer may have.
fn unknown(error: Error) -> Error {
    match error {
        Error::Unavailable(text) => {
            Error::Unavailable(format!("the outcome of a commit is not known: {text}"))
        }
        other => other,
    }
}

/// Doubling from 5 ms to a second, plus up to half again that differs from command to command.
fn pause(salt: u8, attempt: u32) -> Duration {
    let base = 5u64.saturating_mul(1 << attempt.min(8)).min(1_000);
    Duration::from_millis(base.saturating_add(u64::from(salt).saturating_mul(base) / 512))
}
