//! A small HTTP/1.1 client for what is done once: making the world, reading the answer that the bare server repeats.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON, if the status is the one expected.
    pub fn json(&self, status: u16) -> Result<Value, String> {
        let text = String::from_utf8_lossy(&self.body);
        if self.status != status {
            return Err(format!("answered {} instead of {status}: {text}", self.status));
        }
        serde_json::from_str(&text).map_err(|error| format!("the answer is no JSON ({error}): {text}"))
    }
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn get(path: impl Into<String>) -> Request {
        Request { method: "GET", path: path.into(), headers: Vec::new(), body: String::new() }
    }

    pub fn post(path: impl Into<String>, body: String) -> Request {
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        Request { method: "POST", path: path.into(), headers, body }
    }

    pub fn with(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn bearer(self, token: &str) -> Request {
        self.with("Authorization", &format!("Bearer {token}"))
    }
}

/// A connection that is kept.
#[derive(Debug)]
pub struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    /// Connects to `host:port`.
    pub fn connect(address: &str) -> Result<Client, String> {
        let stream =
            TcpStream::connect(address).map_err(|error| format!("cannot reach {address}: {error}"))?;
        let limit = Some(Duration::from_secs(60));
        let set = stream.set_read_timeout(limit).and_then(|()| stream.set_nodelay(true));
        set.map_err(|error| error.to_string())?;
        Ok(Client { reader: BufReader::new(stream) })
    }

    pub fn send(&mut self, request: &Request) -> Result<Answer, String> {
        self.exchange(request).map_err(|error| format!("{} {}: {error}", request.method, request.path))
    }

    fn exchange(&mut self, request: &Request) -> std::io::Result<Answer> {
        let mut text = format!("{} {} HTTP/1.1\r\nHost: bench\r\n", request.method, request.path);
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if request.method != "GET" {
            text.push_str(&format!("Content-Length: {}\r\n", request.body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&request.body);
        self.reader.get_mut().write_all(text.as_bytes())?;
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.ok_or_else(|| std::io::Error::other(format!("no status in {first:?}")))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_owned(), value.to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        if matches!(status, 204 | 304) {
            return Ok(answer);
        }
        let length = answer.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        answer.body.resize(length, 0);
        self.reader.read_exact(&mut answer.body)?;
        Ok(answer)
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(std::io::Error::other("the connection was closed"));
        }
        Ok(line.trim_end().to_owned())
    }
}
