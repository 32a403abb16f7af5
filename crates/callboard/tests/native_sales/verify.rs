//! `callboard verify` on what was sold, and on what somebody changed behind its back.

use std::process::{Command, Output};

use super::{Show, ga};
use crate::support::TestApp;

/// Runs it beside the program under test.
fn verify(app: &TestApp, event: Option<&str>) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    command
        .arg("verify")
        .args(event)
        .arg("--data-dir")
        .arg(app.data_dir())
        .env_clear()
        .current_dir(app.data_dir());
    if app.is_shared() {
        command.args(["--database-url", app.database_url()]);
    }
    let output = command.output().expect("the program runs");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output, said)
}

#[track_caller]
pub(super) fn is_clean(app: &TestApp) {
    let (output, said) = verify(app, None);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("every row adds up"), "{said}");
}

async fn sold(app: &TestApp) -> Show<'_> {
    let show = Show::open(app, ga(20)).await;
    let hold = show.hold(2).await.is(201).text("/id").to_owned();
    show.claim(&hold).await.is(201);
    show.hold(3).await.is(201);
    app.pass_ms(60_000);
    show.buy(4).await.is(201);
    show
}

#[tokio::test]
async fn a_ledger_that_adds_up_is_told_with_its_head() {
    let app = TestApp::start();
    let show = sold(&app).await;
    is_clean(&app);
    let (output, said) = verify(&app, Some("low-tide"));
    assert!(output.status.success(), "{said}");
    // Opened, held, claimed, held, expired, sold.
    let line = said.lines().find(|line| line.contains("General admission")).unwrap();
    let cells: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(cells[3..7], ["6", "6", "0", "14"], "{said}");
    assert_eq!(cells[7].len(), 64);
    assert!(verify(&app, Some(&show.event)).0.status.success());
    assert_eq!(verify(&app, Some("nothing")).0.status.code(), Some(1));
}

#[tokio::test]
async fn whatever_is_tampered_with_is_named() {
    for (tampering, row) in [
        ("UPDATE ledger SET sold = sold + 1 WHERE seq = 3", "row 3"),
        ("UPDATE ledger SET at = at - 1 WHERE seq = 2", "row 2"),
        ("UPDATE ledger SET reference = NULL WHERE seq = 6", "row 6"),
        ("UPDATE ledger SET kind = 'gift' WHERE seq = 4", "row 4"),
        ("UPDATE ledger SET hash = x'00' WHERE seq = 5", "row 5"),
        ("DELETE FROM ledger WHERE seq = 4", "row 4"),
        ("DELETE FROM ledger WHERE seq = 6", "row 5"),
        ("UPDATE ticket_type SET sold = sold - 1", "row 6"),
        ("UPDATE ticket_type SET ledger_seq = 0, ledger_hash = NULL", "row 6"),
    ] {
        let app = TestApp::start();
        if app.is_shared() {
            // Tampering is done to the file; the replay is the same code on either engine.
            return;
        }
        sold(&app).await;
        let database = rusqlite::Connection::open(app.data_dir().join("callboard.db")).unwrap();
        assert_eq!(database.execute(tampering, []).unwrap(), 1, "{tampering}");
        let (output, said) = verify(&app, None);
        assert_eq!(output.status.code(), Some(1), "{tampering}: {said}");
        let fault = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(fault.contains("`General admission`") && fault.contains(row), "{tampering}: {fault}");
    }
}
