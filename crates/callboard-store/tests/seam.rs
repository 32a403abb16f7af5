//! The writer: one bad command never spoils another, and what was answered stays.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod common;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use callboard_store::sql::Param;
use callboard_store::{Command, Error, Result, Store, StoreOptions, Tx};
use common::*;
use tokio::task::JoinHandle;

/// Holds the writer until the test lets go, so that what comes next waits together.
struct Gate {
    opened: Mutex<mpsc::Receiver<()>>,
    reached: Arc<AtomicBool>,
}

impl Command for Gate {
    type Out = ();
    async fn run<'a>(&'a self, _tx: &'a Tx<'a>) -> Result<()> {
        self.reached.store(true, Ordering::Relaxed);
        let _ = self.opened.lock().unwrap().recv_timeout(Duration::from_secs(20));
        Ok(())
    }
}

enum Act {
    Count(i64),
    Panic,
    BreakCheck,
}

impl Command for Act {
    type Out = i64;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<i64> {
        tx.exec(
            "INSERT INTO counter (name, value) VALUES ('test', 1)
             ON CONFLICT (name) DO UPDATE SET value = counter.value + 1",
            &[],
        )
        .await?;
        match self {
            Act::Count(n) => return Ok(*n),
            Act::Panic => panic!("a mistake of ours"),
            Act::BreakCheck => (),
        }
        let sql = "INSERT INTO venue (organization_id, id, name, slug, city, state_province, country, timezone, capacity,
             created_at, updated_at) VALUES ($1, $1, '', '', '', '', '', '', -1, 0, 0)";
        tx.exec(sql, &[Param::Id(uuid())]).await?;
        Ok(0)
    }
}

fn uuid() -> uuid::Uuid {
    callboard_core::ids::uuid_v7(NOW, [3; 10])
}

/// Reads the counter through a command, so that no private door is needed.
struct Total;

impl Command for Total {
    type Out = i64;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<i64> {
        let found = tx.one("SELECT value FROM counter WHERE name = 'test'", &[], |row| row.get(0)).await?;
        Ok(found.unwrap_or(0))
    }
}

async fn hold(store: &Store) -> (mpsc::Sender<()>, JoinHandle<Result<()>>) {
    let (open, opened) = mpsc::channel();
    let reached = Arc::new(AtomicBool::new(false));
    let gate = Gate { opened: Mutex::new(opened), reached: reached.clone() };
    let held = send(store, gate);
    until(|| reached.load(Ordering::Relaxed)).await;
    (open, held)
}

/// Waits for what must come soon.
async fn until(is_so: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not happen");
}

fn send<C: Command>(store: &Store, command: C) -> JoinHandle<Result<C::Out>> {
    let store = store.clone();
    tokio::spawn(async move { store.write(context(NOW), command).await })
}

#[tokio::test]
async fn bad_commands_in_a_shared_batch_fail_alone() {
    let world = World::embedded().await;
    let (open, held) = hold(&world.store).await;
    let before = world.commits.load(Ordering::Relaxed);
    let acts = [Act::Count(1), Act::Panic, Act::Count(2), Act::BreakCheck, Act::Count(3)];
    let sent: Vec<_> = acts.into_iter().map(|act| send(&world.store, act)).collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    open.send(()).unwrap();
    held.await.unwrap().unwrap();
    let mut results = Vec::new();
    for result in sent {
        results.push(result.await.unwrap());
    }
    assert!(
        matches!(results[..], [Ok(1), Err(Error::Driver(_)), Ok(2), Err(Error::Constraint(_)), Ok(3)]),
        "{results:?}"
    );
    assert_eq!(world.run(Total).await.unwrap(), 3, "what the failed ones wrote is gone");
    assert!(world.commits.load(Ordering::Relaxed) - before <= 3, "they shared a commit");
}

#[tokio::test]
async fn five_hundred_concurrent_writes_share_commits() {
    let world = World::embedded().await;
    let ada = world.person("ada@example.org").await;
    let before = world.commits.load(Ordering::Relaxed);
    let sent: Vec<_> = (0..500).map(|n| send(&world.store, create_venue(&ada, &format!("v{n}")))).collect();
    for result in sent {
        result.await.unwrap().unwrap();
    }
    let commits = world.commits.load(Ordering::Relaxed) - before;
    assert!(commits < 500, "{commits} commits");
    let counters = world.store.counters(ada.organization_id()).await.unwrap();
    // One number per change without a gap: the organization, its owner, 500 venues.
    assert_eq!(counters.change_seq, 502);
    assert!(counters.version < 502);
}

#[tokio::test]
async fn counters_are_known_before_the_answer() {
    let world = World::embedded().await;
    let ada = world.person("ada@example.org").await;
    let mut last = world.version(&ada).await;
    for n in 0..20 {
        world.venue(&ada, &format!("v{n}")).await;
        let version = world.version(&ada).await;
        assert_eq!(version, last + 1);
        last = version;
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_reopening() {
    let world = World::embedded().await;
    let path = world.dir.path().join("callboard.db");
    let ada = world.person("ada@example.org").await;
    let ark = world.venue(&ada, "Ark").await;
    let counters = world.store.counters(ada.organization_id()).await.unwrap();
    let World { store, dir, .. } = world;
    drop(store);
    let log = std::fs::metadata(dir.path().join("callboard.db-wal")).map_or(0, |file| file.len());
    assert_eq!(log, 0, "closing empties the log");
    let store = Store::open_sqlite(&path, StoreOptions::default()).unwrap();
    assert_eq!(store.find_venue(&ada, ark.id).await.unwrap(), Some(ark));
    assert_eq!(store.counters(ada.organization_id()).await.unwrap(), counters);
    assert_eq!(store.list_classifications(1, 50).await.unwrap().1, 15);
}

#[tokio::test]
async fn a_second_store_on_the_same_file_is_refused() {
    let world = World::embedded().await;
    let path = world.dir.path().join("callboard.db");
    let second = Store::open_sqlite(&path, StoreOptions::default());
    assert!(matches!(second, Err(Error::Busy(_))));
    #[cfg(unix)]
    {
        let alias = world.dir.path().join("alias.db");
        std::os::unix::fs::symlink(&path, &alias).unwrap();
        assert!(matches!(Store::open_sqlite(&alias, StoreOptions::default()), Err(Error::Busy(_))));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data/callboard.db");
    let _store = Store::open_sqlite(&path, StoreOptions::default()).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for name in ["callboard.db", "callboard.db-wal", "callboard.db-shm", "callboard.db.lock"] {
        assert_eq!(mode(&path.with_file_name(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_full_queue_answers_busy_at_once() {
    let world = World::embedded().await;
    let (open, held) = hold(&world.store).await;
    let refused = Arc::new(Mutex::new(0));
    let sent: Vec<_> = (0..4_106)
        .map(|n| {
            let (store, refused) = (world.store.clone(), refused.clone());
            tokio::spawn(async move {
                match store.write(context(NOW), Act::Count(n)).await {
                    Err(Error::Busy(_)) => *refused.lock().unwrap() += 1,
                    other => assert_eq!(other.unwrap(), n),
                }
            })
        })
        .collect();
    until(|| *refused.lock().unwrap() == 10).await;
    open.send(()).unwrap();
    held.await.unwrap().unwrap();
    for one in sent {
        one.await.unwrap();
    }
    assert_eq!(world.run(Total).await.unwrap(), 4_096);
}

#[tokio::test]
async fn a_write_goes_on_when_its_caller_hangs_up() {
    let world = World::embedded().await;
    let (open, held) = hold(&world.store).await;
    let gone = send(&world.store, Act::Count(1));
    tokio::time::sleep(Duration::from_millis(20)).await;
    gone.abort();
    open.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert_eq!(world.run(Total).await.unwrap(), 1);
}

#[tokio::test]
async fn the_log_is_moved_into_the_database_without_the_writer() {
    let world = World::embedded().await;
    let ada = world.person("ada@example.org").await;
    let path = world.dir.path().join("callboard.db");
    let before = std::fs::metadata(&path).unwrap().len();
    for n in 0..30 {
        world.venue(&ada, &format!("v{n}")).await;
    }
    until(|| std::fs::metadata(&path).unwrap().len() > before).await;
}
