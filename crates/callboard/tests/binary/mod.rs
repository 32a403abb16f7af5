//! The real program in a directory of its own, and a client of a few lines.

#![allow(unreachable_pub, dead_code, reason = "a module of several tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(15);

/// A data directory and an environment with nothing in it but this test's settings.
pub struct Home {
    dir: tempfile::TempDir,
    settings: Vec<(&'static str, String)>,
}

/// What a command left.
pub struct Outcome {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Outcome {
    /// What it said on standard error, without the program's name.
    #[track_caller]
    pub fn fault(&self) -> &str {
        let said = self.stderr.trim_end();
        said.strip_prefix("callboard: ").unwrap_or_else(|| panic!("no fault in {said:?}"))
    }
}

impl Home {
    pub fn new() -> Home {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir(dir.path().join("tmp")).expect("a directory for the demo's");
        Home { dir, settings: Vec::new() }
    }

    pub fn setting(mut self, name: &'static str, value: impl Into<String>) -> Home {
        self.settings.push((name, value.into()));
        self
    }

    /// Where a demo makes its own directory.
    pub fn temporary(&self) -> PathBuf {
        self.dir.path().join("tmp")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command.env_clear().current_dir(self.dir.path()).env("TMPDIR", self.temporary());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts a command; whatever it says goes to `output`.
    pub fn start(&self, args: &[&str], output: Stdio) -> Child {
        let mut command = self.command();
        command.args(args).stdout(output).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    }

    /// Changes a stopped database behind the program's back.
    pub fn edit(&self, file: &str, sql: &str) {
        let path = self.dir.path().join("callboard-data").join(file);
        let conn = rusqlite::Connection::open(path).expect("the database opens");
        conn.execute_batch(sql).expect("the statement is right");
    }

    pub fn run(&self, args: &[&str]) -> Outcome {
        self.run_with(args, "")
    }

    /// Runs a command to its end, with something to read.
    pub fn run_with(&self, args: &[&str], input: &str) -> Outcome {
        let mut child = self.command().args(args).stdin(Stdio::piped()).spawn().expect("the program starts");
        // One that reads nothing may be gone already.
        let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("the program ends");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Outcome { status: output.status, stdout: output.stdout, stderr }
    }

    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        self.json_with(args, "")
    }

    /// The API's answer to a command that must succeed.
    #[track_caller]
    pub fn json_with(&self, args: &[&str], input: &str) -> Value {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        let done = self.run_with(&args, input);
        assert!(done.status.success(), "{args:?}: {}", done.stderr);
        serde_json::from_slice(&done.stdout).expect("the answer is JSON")
    }
}

/// A running program; killed if the test ends before it.
pub struct Process {
    child: Child,
    pub address: String,
    /// What a demo printed.
    pub world: Value,
}

impl Process {
    /// A server on a free port, as its log tells.
    pub fn serve(home: &Home) -> Process {
        Process::serve_with(home, &[])
    }

    pub fn serve_with(home: &Home, args: &[&str]) -> Process {
        let mut command = home.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(args);
        let mut child = command.spawn().expect("the program starts");
        let mut log = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).expect("the log is text"), 0, "the server ended: {said}");
            said.push_str(&line);
            if let Some((_, rest)) = line.split_once("listening on ") {
                break rest.split(',').next().unwrap_or_default().to_owned();
            }
        };
        // Whoever reads no log would stop a server that writes one.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Process { child, address, world: Value::Null }
    }

    pub fn demo(home: &Home) -> Process {
        let mut child = home
            .command()
            .args(["demo", "--json", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        stdout.read_line(&mut line).expect("it prints text");
        let world: Value = serde_json::from_str(&line).expect("it prints one line of JSON");
        let address = world["url"].as_str().expect("an address").trim_start_matches("http://").to_owned();
        Process { child, address, world }
    }

    /// Sends SIGTERM and waits; the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("there is kill").success());
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("still running {PATIENCE:?} after SIGTERM");
    }
}

impl Process {
    /// SIGKILL, as a power cut would end it.
    pub fn kill(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-KILL", &id]).status().expect("there is kill").success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer as it came.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The value of a header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(said, _)| said.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// One request on a connection of its own: status and body.
pub fn request(address: &str, method: &str, target: &str, headers: &[&str], body: &str) -> (u16, String) {
    let answer = ask(address, method, target, headers, body).expect("the server answers");
    (answer.status, answer.body)
}

/// As [`request`], for a server that may die meanwhile: an answer that did not arrive whole is an error.
pub fn ask(
    address: &str,
    method: &str,
    target: &str,
    headers: &[&str],
    body: &str,
) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for header in headers {
        head.push_str(&format!("{header}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(head.as_bytes())?;
    let mut said = String::new();
    stream.read_to_string(&mut said)?;
    let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let (head, body) = said.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.get(9..12).and_then(|code| code.parse().ok()).ok_or_else(cut)?;
    let answer = Answer { status, head: head.to_owned(), body: body.to_owned() };
    let promised = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
    if promised.is_some_and(|length| length != answer.body.len()) {
        return Err(cut());
    }
    Ok(answer)
}
