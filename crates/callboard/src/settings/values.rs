//! One parser per type of setting. Each says what it wants when it does not get it.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::front::TrustedProxies;

/// Longest time a setting may ask for: ten years, far below what a clock can add.
const SECONDS_MAX: f64 = 315_360_000.0;
/// Longest beginning of a key.
const PREFIX_MAX: usize = 32;

/// A type that settings have.
pub(super) trait Value: Sized {
    /// Reads the value, or says what would be right.
    fn parse(text: &str) -> Result<Self, String>;
}

/// An empty text means "not set".
impl<V: Value> Value for Option<V> {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { V::parse(text).map(Some) }
    }
}

macro_rules! from_str {
    ($($kind:ty: $wanted:literal),+ $(,)?) => {
        $(impl Value for $kind {
            fn parse(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| $wanted.to_owned())
            }
        })+
    };
}

from_str! {
    SocketAddr: "an address and a port such as `127.0.0.1:8080` or `[::]:8080`",
    bool: "`true` or `false`",
    u32: "a whole number from 0 to 4294967295",
    u64: "a whole number of 0 or more",
    usize: "a whole number of 0 or more",
}

impl Value for String {
    fn parse(text: &str) -> Result<Self, String> {
        let is_line = !text.chars().any(char::is_control);
        if is_line { Ok(text.to_owned()) } else { Err("one line of text".to_owned()) }
    }
}

impl Value for PathBuf {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("a path".to_owned()) } else { Ok(PathBuf::from(text)) }
    }
}

impl Value for Duration {
    fn parse(text: &str) -> Result<Self, String> {
        let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=SECONDS_MAX).contains(seconds));
        let parsed = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        parsed.ok_or_else(|| "a number of seconds such as `30` or `0.5`".to_owned())
    }
}

impl Value for TrustedProxies {
    fn parse(text: &str) -> Result<Self, String> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items
            .map(|item| item.parse().map_err(|wanted| format!("a list in which each entry is {wanted}")))
            .collect::<Result<_, String>>()
            .map(TrustedProxies)
    }
}

/// Who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// The first account only.
    First,
    /// Everyone.
    Open,
    /// Nobody.
    Closed,
}

impl Value for Registration {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "first" => Ok(Registration::First),
            "open" => Ok(Registration::Open),
            "closed" => Ok(Registration::Closed),
            _ => Err("`first`, `open` or `closed`".to_owned()),
        }
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For eyes.
    Human,
    /// One JSON object per line.
    Json,
}

impl Value for LogFormat {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "human" => Ok(LogFormat::Human),
            "json" => Ok(LogFormat::Json),
            _ => Err("`human` or `json`".to_owned()),
        }
    }
}

/// Where the data is. Shows no password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file, relative to the data directory.
    Sqlite(PathBuf),
    /// The whole URL, password included: for the driver only.
    Postgres(String),
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            DatabaseUrl::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl Value for DatabaseUrl {
    fn parse(text: &str) -> Result<Self, String> {
        let is_postgres = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        match text.strip_prefix("sqlite://") {
            Some(path) if !path.is_empty() => Ok(DatabaseUrl::Sqlite(PathBuf::from(path))),
            _ if is_postgres => Ok(DatabaseUrl::Postgres(text.to_owned())),
            _ => Err("`sqlite://FILE` or `postgres://user:password@host/name`".to_owned()),
        }
    }
}

/// A database URL fit to be shown: nothing between the scheme and the host.
pub(super) fn without_password(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((_, host)) => format!("{scheme}://…@{}", host.split('?').next().unwrap_or_default()),
            None => format!("{scheme}://{}", rest.split('?').next().unwrap_or_default()),
        },
        // Not a URL, but perhaps a password pasted into the wrong place.
        None => "…".to_owned(),
    }
}

/// The address that people use: scheme, host and perhaps a port or path; no slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for PublicUrl {
    fn parse(text: &str) -> Result<Self, String> {
        let wanted = || "a URL such as `https://events.example.org`, without a query".to_owned();
        let text = text.trim_end_matches('/');
        let rest =
            text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or_else(wanted)?;
        let is_plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@\"<>\\".contains(&byte));
        let is_url =
            is_plain && !rest.is_empty() && !rest.starts_with('/') && text.parse::<http::Uri>().is_ok();
        if is_url { Ok(PublicUrl(text.to_owned())) } else { Err(wanted()) }
    }
}

/// The beginning of a family of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    /// The prefix as text; ends with `_`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for KeyPrefix {
    fn parse(text: &str) -> Result<Self, String> {
        let is_plain =
            text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if is_plain && (3..=PREFIX_MAX).contains(&text.len()) && text.ends_with('_') && !text.starts_with('_')
        {
            return Ok(KeyPrefix(text.to_owned()));
        }
        Err(format!("3 to {PREFIX_MAX} of a-z, 0-9 and `_`, with `_` at the end"))
    }
}
