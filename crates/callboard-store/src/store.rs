//! The store: where it stands, how it is opened, how reads and writes reach it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use callboard_core::event::Event;
use callboard_core::ids::{EventId, OrganizationId, TicketTypeId};
use callboard_core::inventory::Stock;
use callboard_core::inventory::order::{Order, Ticket};
use callboard_core::key::Binding;
use callboard_core::place::{BoxOffice, Channel, Venue};
use callboard_core::series::Series;
use callboard_core::time::Timestamp;
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::events::known::KnownEvents;
use crate::feed::Followers;
use crate::files;
use crate::keys::{KeyCache, LookUps};
use crate::sql::checkpoint;
use crate::sql::lanes::PgWriter;
use crate::sql::neighbours::Neighbours;
use crate::sql::numbers::Numbers;
use crate::sql::postgres::{Durability, PgPool};
use crate::sql::sqlite::{self, QUEUE_MAX, Readers, Writer};
use crate::sql::{Command, Committed, Conn, Context, Engine, Job, Pending, Seen, params};
use crate::stamp::Board;
use crate::tenant::{Actor, Reach, Tenant};

/// A resource whose change is written to the log.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    Event(&'a Event),
    Venue(&'a Venue),
    Channel(&'a Channel),
    BoxOffice(&'a BoxOffice),
    Series(&'a Series),
    Order(&'a Order),
    Ticket(&'a Ticket),
    Stock { event: EventId, ticket_type: TicketTypeId, stock: Stock },
}

/// Renders a resource's stored members as the native API shows them, for the change log. Given by the
/// program, because wire shapes live there.
pub type Projector = fn(Subject<'_>) -> String;

/// Bytes of events that are kept decoded where nothing else is said.
const KNOWN_EVENTS_MAX_BYTES: usize = 16 * 1_024 * 1_024;

#[derive(Clone)]
pub struct StoreOptions {
    pub projector: Projector,
    /// Most bytes of events that are kept decoded; 0 for none.
    pub known_events_max_bytes: usize,
    /// Called after each commit with the number of commands that shared it.
    pub on_commit: Arc<dyn Fn(usize) + Send + Sync>,
}

impl std::fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreOptions")
    }
}

impl Default for StoreOptions {
    fn default() -> Self {
        StoreOptions {
            projector: |_| "{}".to_owned(),
            known_events_max_bytes: KNOWN_EVENTS_MAX_BYTES,
            on_commit: Arc::new(|_| ()),
        }
    }
}

/// The store, and its memory of events; cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>, Option<Arc<KnownEvents>>);

struct Inner {
    backend: Backend,
    /// Used while embedded only: on several nodes memory may be behind the database.
    board: Arc<Board>,
    keys: Arc<KeyCache>,
    look_ups: LookUps,
    followers: Arc<Followers>,
}

/// Where the rows are.
enum Backend {
    Embedded(Embedded),
    Postgres { pool: PgPool, unsynced: PgPool, neighbours: Neighbours, writer: PgWriter },
}

/// A SQLite file of this process alone.
struct Embedded {
    readers: Readers,
    queue: mpsc::Sender<Box<dyn Job>>,
    projector: Projector,
    seen: Arc<Seen>,
    /// The writer, then the checkpointer: awaited in this order when the store closes.
    threads: Vec<JoinHandle<()>>,
    /// Held for as long as the store lives: memory counters and rate windows are right for one process only.
    _lock: File,
    path: PathBuf,
}

/// A connection on loan for reading.
pub(crate) enum Reading<'a> {
    Embedded(sqlite::Reader<'a>),
    Pooled(Conn),
}

impl std::ops::Deref for Reading<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        match self {
            Reading::Embedded(reader) => reader,
            Reading::Pooled(conn) => conn,
        }
    }
}

impl Drop for Embedded {
    /// Lets the writer finish what is queued, empties the log into the database and frees the lock.
    fn drop(&mut self) {
        let (closed, _) = mpsc::channel(1);
        drop(std::mem::replace(&mut self.queue, closed));
        let here = std::thread::current().id();
        for thread in self.threads.drain(..).filter(|thread| thread.thread().id() != here) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store ended in a panic");
            }
        }
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.backend {
            Backend::Embedded(embedded) => write!(f, "Store({})", embedded.path.display()),
            Backend::Postgres { .. } => f.write_str("Store(PostgreSQL)"),
        }
    }
}

impl Store {
    /// Opens (and makes, and migrates) the SQLite database at `path`.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it open · [`Error::Unavailable`] if it cannot be opened.
    pub fn open_sqlite(path: &Path, options: StoreOptions) -> Result<Store> {
        let path = files::prepare(path)?;
        let lock = files::lock(&path)?;
        let conn = sqlite::open(&path, false)?;
        crate::migrate::run_embedded(&conn)?;
        crate::sql::ready(crate::installation::check_whole(&conn))??;
        let (queue, receiver) = mpsc::channel(QUEUE_MAX);
        let (board, keys, followers) = (Arc::default(), Arc::default(), Arc::default());
        let known_events = KnownEvents::new(options.known_events_max_bytes).map(Arc::new);
        let committed = committed(&board, &keys, &followers, &options);
        let (checkpoints, checkpointer) = checkpoint::pair(sqlite::open(&path, false)?);
        let (projector, seen) = (options.projector, Arc::<Seen>::default());
        let writer =
            Writer { conn, path: path.clone(), committed, projector, seen: seen.clone(), checkpoints };
        let threads = vec![
            spawn("writer", move || writer.run(receiver))?,
            spawn("checkpointer", move || checkpointer.run())?,
        ];
        let readers = Readers::new(path.clone());
        let embedded = Embedded { readers, queue, projector, seen, threads, _lock: lock, path };
        let backend = Backend::Embedded(embedded);
        let inner = Inner { backend, board, keys, look_ups: LookUps::default(), followers };
        Ok(Store(Arc::new(inner), known_events))
    }

    /// Opens (and migrates) the PostgreSQL database at `url`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if it cannot be reached or was migrated by a newer program.
    pub async fn open_postgres(url: &str, options: StoreOptions) -> Result<Store> {
        let pool = PgPool::new(url, Durability::Disk)?;
        let unsynced = PgPool::new(url, Durability::None)?;
        let conn = pool.take().await?;
        crate::migrate::run(&conn).await?;
        crate::installation::check_whole(&conn).await?;
        let neighbours = Neighbours::default();
        neighbours.look(&conn).await?;
        drop(conn);
        let (board, keys, followers) = (Arc::default(), Arc::default(), Arc::default());
        let known_events = KnownEvents::new(options.known_events_max_bytes).map(Arc::new);
        let committed = committed(&board, &keys, &followers, &options);
        let numbers = Numbers::new(unsynced.clone());
        let writer = PgWriter::new(pool.clone(), numbers, neighbours.clone(), options.projector, committed);
        let backend = Backend::Postgres { pool, unsynced, neighbours, writer };
        let inner = Inner { backend, board, keys, look_ups: LookUps::default(), followers };
        Ok(Store(Arc::new(inner), known_events))
    }

    /// The migrations that a SQLite file lacks; nothing is changed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if it cannot be opened.
    pub fn missing_in_sqlite(path: &Path) -> Result<Vec<i64>> {
        if !path.exists() {
            return Ok(crate::migrate::numbers());
        }
        crate::sql::ready(crate::migrate::missing(&sqlite::open(path, true)?))?
    }

    /// The migrations that a PostgreSQL database lacks; nothing is changed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if it cannot be reached.
    pub async fn missing_in_postgres(url: &str) -> Result<Vec<i64>> {
        crate::migrate::missing(&PgPool::new(url, Durability::Disk)?.take().await?).await
    }

    /// Which engine it stands on.
    pub fn engine(&self) -> Engine {
        match &self.0.backend {
            Backend::Embedded(_) => Engine::Sqlite,
            Backend::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Whether other nodes may stand on the same database, so that this one's memory proves nothing.
    pub fn is_shared(&self) -> bool {
        self.engine() == Engine::Postgres
    }

    /// The clock of a shared database, which all nodes go by; `None` where this process is alone.
    ///
    /// # Errors
    /// Driver faults.
    pub async fn shared_time(&self) -> Result<Option<Timestamp>> {
        if !self.is_shared() {
            return Ok(None);
        }
        let sql = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";
        self.read().await?.one(sql, &[], |row| row.get(0)).await
    }

    /// Looks whether an older program still works on the same database, for as long as one did.
    ///
    /// # Errors
    /// Driver faults.
    pub async fn look_at_neighbours(&self) -> Result<()> {
        match &self.0.backend {
            Backend::Postgres { neighbours, .. } if neighbours.has_older() => {
                neighbours.look(&*self.read().await?).await
            }
            Backend::Postgres { .. } | Backend::Embedded(_) => Ok(()),
        }
    }

    /// A whole organization for the command line and background jobs; `None` if there is no such one.
    ///
    /// # Errors
    /// Driver faults.
    pub async fn operator(&self, organization_id: OrganizationId) -> Result<Option<Tenant>> {
        let read = self.read().await?;
        let found = read
            .one("SELECT id FROM organization WHERE id = $1", params![organization_id], |row| row.get(0))
            .await?;
        let reach = Reach::Organization(Binding::default());
        Ok(found.map(|id| Tenant::new(id, reach, Actor::Operator)))
    }

    /// Keys that authenticated a moment ago; only where this process is the database's only one.
    pub(crate) fn known_keys(&self) -> Option<&KeyCache> {
        (!self.is_shared()).then_some(&self.0.keys)
    }

    /// Events that were read before.
    pub(crate) fn known_events(&self) -> Option<&KnownEvents> {
        self.1.as_deref()
    }

    /// The same store for somebody who reads every event from its rows.
    pub fn without_known_events(&self) -> Store {
        Store(self.0.clone(), None)
    }

    /// How many bytes of events are kept decoded.
    pub fn known_events_bytes(&self) -> u64 {
        self.known_events().map_or(0, KnownEvents::bytes)
    }

    /// The counters in memory; only where this process is the database's only one.
    pub(crate) fn board(&self) -> Option<&Board> {
        (!self.is_shared()).then_some(&*self.0.board)
    }

    /// Look-ups of keys that are under way.
    pub(crate) fn look_ups(&self) -> &LookUps {
        &self.0.look_ups
    }

    /// Who waits for changes.
    pub(crate) fn followers(&self) -> &Arc<Followers> {
        &self.0.followers
    }

    /// A read connection for short, indexed queries; on SQLite they run where they are called.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the database cannot be reached.
    pub(crate) async fn read(&self) -> Result<Reading<'_>> {
        match &self.0.backend {
            Backend::Embedded(embedded) => embedded.readers.take().map(Reading::Embedded),
            Backend::Postgres { pool, .. } => pool.take().await.map(Reading::Pooled),
        }
    }

    /// A connection for statements that count and whose loss in a crash of the database harms nobody.
    pub(crate) async fn read_unsynced(&self) -> Result<Reading<'_>> {
        match &self.0.backend {
            Backend::Embedded(_) => Err(Error::Driver("windows are counted in memory here".to_owned())),
            Backend::Postgres { unsynced, .. } => unsynced.take().await.map(Reading::Pooled),
        }
    }

    /// Runs a command in a transaction that it may share with others; answers after the sync.
    ///
    /// The write goes on if the caller stops waiting.
    ///
    /// # Errors
    /// The command's refusal, or a fault; in both cases nothing of it is stored, but for a commit whose outcome
    /// is not known on PostgreSQL.
    pub async fn write<C: Command>(&self, context: Context, command: C) -> Result<C::Out> {
        match &self.0.backend {
            Backend::Embedded(embedded) => {
                let (job, outcome) = Pending::queue(command, context, embedded.projector, &embedded.seen);
                embedded.queue.try_send(job).map_err(|_| Error::Busy("too many writes are waiting"))?;
                outcome.await.map_err(|_| Error::Unavailable("the writer has stopped".to_owned()))?
            }
            Backend::Postgres { writer, .. } => writer.write(context, command).await,
        }
    }

    /// The database answers and is migrated; for `/readyz`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] and the like.
    pub async fn ping(&self) -> Result<()> {
        self.read().await?.one("SELECT 1", &[], |row| row.get::<i64>(0)).await.map(|_| ())
    }
}

/// What happens after each commit and before its answers.
fn committed(
    board: &Arc<Board>,
    keys: &Arc<KeyCache>,
    followers: &Arc<Followers>,
    options: &StoreOptions,
) -> Committed {
    let (board, known_keys, on_commit) = (board.clone(), keys.clone(), options.on_commit.clone());
    let followers = followers.clone();
    Arc::new(move |settled, commands| {
        board.publish(&settled.raised);
        settled.raised.iter().for_each(|after| followers.tell(after.organization_id, after.change_seq));
        if settled.keys_changed {
            known_keys.forget();
        }
        on_commit(commands);
    })
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|e| Error::Unavailable(format!("the {name} thread did not start: {e}")))
}
