//! The load: `wrk` with a script, keep-alive, and what it counted.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::http::Request;

/// Connections that ask at one time.
pub const CONNECTIONS: u32 = 64;

/// Prints what was counted as one line of JSON.
const DONE: &str = r#"
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'COUNTED {"requests":%d,"us":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"#;

/// Gives every request of every thread another number.
const COUNTER: &str = r#"
local threads = 0
setup = function(thread) thread:set("first", threads * 100000000 + START) threads = threads + 1 end
init = function(args) n = first end
"#;

/// What is asked.
#[derive(Debug, Clone)]
pub enum Load {
    /// The same request again and again.
    Same(Request),
    /// Another request each time: the request is Lua that makes its text out of the number `n`.
    Each { sample: Request, lua: String },
}

/// What one run counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// Answers with 2xx or 3xx.
    pub good: u64,
    /// Other answers, and requests without one.
    pub bad: u64,
    pub seconds: f64,
    pub p50_us: f64,
    pub p99_us: f64,
}

impl Counted {
    pub fn per_second(&self) -> f64 {
        self.good as f64 / self.seconds.max(0.001)
    }
}

impl Load {
    pub fn sample(&self) -> &Request {
        match self {
            Load::Same(request) | Load::Each { sample: request, .. } => request,
        }
    }

    fn script(&self, start: u64) -> String {
        match self {
            Load::Same(request) => {
                let mut text = format!("wrk.method = {:?}\n", request.method);
                for (name, value) in &request.headers {
                    text.push_str(&format!("wrk.headers[{name:?}] = {}\n", quoted(value)));
                }
                if !request.body.is_empty() {
                    text.push_str(&format!("wrk.body = {}\n", quoted(&request.body)));
                }
                text + DONE
            }
            Load::Each { lua, .. } => {
                format!(
                    "local START = {start}\n{COUNTER}\nrequest = function()\n  n = n + 1\n{lua}\nend\n{DONE}"
                )
            }
        }
    }

    /// Asks `address` for some seconds. `start` is where the numbers of the requests begin.
    pub fn run(&self, address: &str, seconds: u64, start: u64, scratch: &Path) -> Result<Counted, String> {
        let file: PathBuf = scratch.join("load.lua");
        std::fs::write(&file, self.script(start)).map_err(|error| error.to_string())?;
        let url = format!("http://{address}{}", self.sample().path);
        let ran = Command::new("wrk")
            .args(["-t2", &format!("-c{CONNECTIONS}"), &format!("-d{seconds}s"), "--timeout", "10s", "-s"])
            .arg(&file)
            .arg(&url)
            .output()
            .map_err(|error| format!("wrk does not run: {error}"))?;
        let text = String::from_utf8_lossy(&ran.stdout).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix("COUNTED "));
        let counted =
            line.and_then(|line| serde_json::from_str::<Value>(line).ok()).and_then(|value| parse(&value));
        counted.ok_or_else(|| format!("wrk failed: {text}{}", String::from_utf8_lossy(&ran.stderr)))
    }
}

fn parse(value: &Value) -> Option<Counted> {
    let whole = |name: &str| value[name].as_u64();
    let refused = whole("refused")?;
    Some(Counted {
        good: whole("requests")?.saturating_sub(refused),
        bad: refused + whole("broken")?,
        seconds: whole("us")? as f64 / 1e6,
        p50_us: whole("p50")? as f64,
        p99_us: whole("p99")? as f64,
    })
}

/// Text as a Lua string.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// The text of a request in front of its body or end, for scripts that make requests themselves.
pub fn head(request: &Request, path: &str, length: Option<usize>) -> String {
    let mut text = format!("{} {path} HTTP/1.1\r\nHost: bench\r\n", request.method);
    for (name, value) in &request.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(length) = length {
        text.push_str(&format!("Content-Length: {length}\r\n"));
    }
    text + "\r\n"
}
