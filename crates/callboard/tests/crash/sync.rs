//! No answer before the sync, and none at all when the sync fails. A small library in front of the C library
//! (`shim.c`) counts the syncs of the database's log and can make them fail with EIO.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::binary::{Answer, Home, Process};
use crate::writer::{Writer, compare};
use crate::{home, open, verify};

/// A server behind the shim.
struct Watched {
    directory: tempfile::TempDir,
    home: Home,
    server: Process,
}

impl Watched {
    fn start() -> Watched {
        let directory = tempfile::tempdir().unwrap();
        let shim = build(directory.path());
        let home = home().setting("LD_PRELOAD", leak(&shim)).setting("SYNC_SHIM", leak(directory.path()));
        let server = Process::serve(&home);
        Watched { directory, home, server }
    }

    /// Syncs of the log so far.
    fn syncs(&self) -> u64 {
        std::fs::metadata(self.directory.path().join("syncs")).map_or(0, |file| file.len())
    }

    fn fail(&self, fails: bool) {
        let switch = self.directory.path().join("fail");
        if fails { std::fs::write(switch, "").unwrap() } else { std::fs::remove_file(switch).unwrap() }
    }
}

/// Settings of a home live as long as the test.
fn leak(path: &Path) -> &'static str {
    Box::leak(path.to_str().unwrap().to_owned().into_boxed_str())
}

fn build(directory: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crash/shim.c");
    let made = directory.join("shim.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-o"])
        .arg(&made)
        .arg(source)
        .arg("-ldl")
        .status();
    assert!(built.unwrap().success(), "the C compiler that Rust links with builds the shim");
    made
}

#[test]
fn every_acknowledged_write_was_synced_first() {
    let watched = Watched::start();
    let desk = open(&watched.server);
    let mut writer = Writer::new("w", &desk);
    for n in 0..200 {
        let before = watched.syncs();
        let answer = writer.step(&watched.server).expect("it is well");
        assert!((200..300).contains(&answer.status), "{}", answer.body);
        assert!(watched.syncs() > before, "write {n} was acknowledged without a sync");
    }
}

#[test]
fn while_syncs_fail_no_write_is_acknowledged_and_afterwards_each_is_done_once() {
    let watched = Watched::start();
    let desk = open(&watched.server);
    let mut writers: Vec<Writer> = (0..8).map(|n| Writer::new(&format!("w{n}"), &desk)).collect();
    let each = |writers: &mut Vec<Writer>, times: usize, check: &(dyn Fn(Answer) + Sync)| {
        std::thread::scope(|scope| {
            for writer in writers {
                let server = &watched.server;
                scope.spawn(move || (0..times).for_each(|_| check(writer.step(server).expect("it answers"))));
            }
        });
    };
    each(&mut writers, 20, &|answer| assert!(answer.status < 300, "{}", answer.body));
    for _ in 0..5 {
        watched.fail(true);
        each(&mut writers, 5, &|answer| {
            assert_eq!(answer.status, 503, "{}", answer.body);
            assert!(answer.header("retry-after").is_some(), "{}", answer.head);
        });
        // What was stored before is still served, and nothing of what failed.
        let page = desk.sure(&watched.server, "GET", "/v1/events?limit=1", &Value::Null, 200);
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
        watched.fail(false);
        each(&mut writers, 5, &|answer| assert!(answer.status < 300, "{}", answer.body));
    }
    compare(&watched.server, &desk, &writers);
    verify(&watched.home);
}
