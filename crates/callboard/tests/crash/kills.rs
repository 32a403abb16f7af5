//! SIGKILL under mixed writes, again and again.

use std::time::{Duration, Instant};

use crate::binary::{Home, Process, ask};
use crate::writer::{Writer, compare};
use crate::{home, open, verify};

const WRITERS: usize = 8;

fn kills() -> usize {
    if std::env::var_os("CALLBOARD_TEST_FULL").is_some() { 200 } else { 10 }
}

/// Starts it and waits until it is ready; how long that took.
fn start(home: &Home) -> (Process, Duration) {
    let began = Instant::now();
    let server = Process::serve(home);
    while !ask(&server.address, "GET", "/readyz", &[], "").is_ok_and(|answer| answer.status == 200) {
        assert!(began.elapsed() < Duration::from_secs(10), "it does not get ready");
        std::thread::sleep(Duration::from_millis(1));
    }
    (server, began.elapsed())
}

/// Writes until the server is gone.
fn write(writer: &mut Writer, server: &Process) {
    while let Some(answer) = writer.step(server) {
        assert!([200, 201, 503].contains(&answer.status), "{} {}", answer.status, answer.body);
    }
}

#[test]
fn a_server_killed_under_load_loses_and_doubles_nothing() {
    let home = home();
    let (server, _) = start(&home);
    let desk = open(&server);
    let mut writers: Vec<Writer> = (0..WRITERS).map(|n| Writer::new(&format!("w{n}"), &desk)).collect();
    let (mut server, mut returns) = (server, Vec::new());
    for round in 0..kills() {
        std::thread::scope(|scope| {
            for writer in &mut writers {
                scope.spawn(|| write(writer, &server));
            }
            // Another moment each time: from the first requests after the start to a full pipe.
            std::thread::sleep(Duration::from_millis(10 + (round * 37) as u64 % 400));
            server.kill();
        });
        let (fresh, took) = start(&home);
        server = fresh;
        returns.push(took);
        verify(&home);
        // All of it, now and then; the whole of it at the end.
        if round % 20 == 9 {
            writers.iter_mut().for_each(|writer| writer.settle(&server));
            compare(&server, &desk, &writers);
        }
    }
    writers.iter_mut().for_each(|writer| writer.settle(&server));
    compare(&server, &desk, &writers);
    verify(&home);
    returns.sort();
    let acknowledged: usize = writers.iter().map(|writer| writer.acknowledged).sum();
    let repeated: usize = writers.iter().map(|writer| writer.repeated).sum();
    eprintln!(
        "{} kills, {acknowledged} writes acknowledged, {repeated} of them on a second try; ready after {:?} (median), {:?} (worst)",
        returns.len(),
        returns[returns.len() / 2],
        returns[returns.len() - 1]
    );
    assert!(acknowledged > returns.len(), "it was killed before it did anything");
}
