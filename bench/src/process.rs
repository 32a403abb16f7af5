//! Processes under measurement: started, looked at through `/proc`, stopped.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::http::{Client, Request};

/// Ticks per second of `/proc/PID/stat` on Linux.
const TICKS_PER_S: f64 = 100.0;
/// Longest time until a server answers.
const START_MAX: Duration = Duration::from_secs(120);
/// Longest time that stopping may take.
const STOP_MAX: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// `host:port`.
    pub address: String,
}

impl Server {
    /// Starts the bare server with what it shall answer.
    pub fn bare(spec: &Path) -> Result<Server, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(own);
        command.arg("bare").arg(spec).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let out = child.stdout.take().ok_or("the bare server has no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).map_err(|error| error.to_string())?;
        Ok(Server { child, address: line.trim().to_owned() })
    }

    /// Starts the server under test and waits until it is ready; answers how long that took.
    pub fn callboard(start: &Start) -> Result<(Server, Duration), String> {
        let address = free_address()?;
        let log =
            File::options().create(true).append(true).open(&start.log).map_err(|error| error.to_string())?;
        let began = Instant::now();
        let mut command = Command::new(start.wrapper.first().map_or(start.binary.clone(), PathBuf::from));
        if !start.wrapper.is_empty() {
            command.args(&start.wrapper[1..]).arg(&start.binary);
        }
        command.arg("serve").args(["--listen", &address, "--data-dir"]).arg(&start.data_dir);
        command.args(["--registration", "open", "--rate-limit-per-ip", "0"]).args(&start.flags);
        command.envs(start.env.iter().cloned()).stderr(Stdio::from(log)).stdout(Stdio::null());
        let child = command.spawn().map_err(|error| format!("{}: {error}", start.binary.display()))?;
        let mut server = Server { child, address };
        loop {
            let ready =
                Client::connect(&server.address).and_then(|mut client| client.send(&Request::get("/readyz")));
            if ready.is_ok_and(|answer| answer.status == 200) {
                return Ok((server, began.elapsed()));
            }
            let ended = server.child.try_wait().map_err(|error| error.to_string())?;
            if ended.is_some() || began.elapsed() > START_MAX {
                return Err(format!("the server did not start: see {}", start.log.display()));
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Processor time used so far, in seconds.
    pub fn cpu_s(&self) -> f64 {
        cpu_of(self.pid())
    }

    /// Resident memory, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib =
            line.and_then(|rest| rest.split_whitespace().next()).and_then(|word| word.parse::<u64>().ok());
        kib.unwrap_or(0) * 1024
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> Result<(), String> {
        let pid = self.pid().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().map_err(|error| error.to_string())?;
        let began = Instant::now();
        while began.elapsed() < STOP_MAX {
            if self.child.try_wait().map_err(|error| error.to_string())?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err("the server did not stop".to_owned())
    }
}

impl Drop for Server {
    /// What is still running when the measurement ends, or fails, ends with it.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a server under test is started.
#[derive(Debug, Clone)]
pub struct Start {
    pub binary: PathBuf,
    /// A program that runs it, with its arguments; none runs it as it is.
    pub wrapper: Vec<String>,
    pub data_dir: PathBuf,
    pub flags: Vec<String>,
    pub env: Vec<(String, String)>,
    pub log: PathBuf,
}

fn free_address() -> Result<String, String> {
    let bound = std::net::TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    bound.local_addr().map(|address| address.to_string()).map_err(|error| error.to_string())
}

/// Processor time of a process, its living children and those that ended.
pub fn cpu_of_family(pid: u32) -> f64 {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|word| word.parse().ok());
    cpu_of(pid) + children.map(cpu_of).sum::<f64>()
}

fn cpu_of(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name may hold spaces: fields are counted behind it. 14 and 15 are user and system time.
    let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let fields: Vec<f64> = rest.split(' ').map(|word| word.parse().unwrap_or(0.0)).collect();
    (fields.get(11).unwrap_or(&0.0) + fields.get(12).unwrap_or(&0.0)) / TICKS_PER_S
}
