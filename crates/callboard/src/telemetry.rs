//! What the server tells about itself: log lines and metrics.
//!
//! Labels are closed sets: no path, key, name or address ever becomes one.

mod tally;

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::{LogFormat, Settings};
use tally::{Answers, Durations};

/// Upper bounds in seconds: from a cached read to what clients give up on.
const DURATIONS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// Upper bounds of the writes that share one commit.
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Starts the log as the settings say, on standard error.
///
/// # Errors
/// One line, if the filter cannot be understood or a log was started before.
pub fn start_log(settings: &Settings) -> Result<(), String> {
    let filter = EnvFilter::try_new(&settings.log).map_err(|error| {
        format!(
            "setting `log` is `{}`: it must be a level such as `info`, or levels by module: {error}",
            settings.log
        )
    })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.log_format {
        LogFormat::Human => lines.finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
    };
    started.map_err(|error| format!("cannot start the log: {error}"))
}

/// Which part of the server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Surface {
    Channel,
    Venue,
    Developer,
    BoxOffice,
    Native,
    Dashboard,
    Pages,
    Docs,
    Feeds,
    Mcp,
    Health,
    Other,
}

impl Surface {
    const ALL: [Surface; 12] = [
        Surface::Channel,
        Surface::Venue,
        Surface::Developer,
        Surface::BoxOffice,
        Surface::Native,
        Surface::Dashboard,
        Surface::Pages,
        Surface::Docs,
        Surface::Feeds,
        Surface::Mcp,
        Surface::Health,
        Surface::Other,
    ];
}

/// The method of a request; unknown ones share a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Other,
}

impl Method {
    const ALL: [Method; 8] = [
        Method::Get,
        Method::Head,
        Method::Post,
        Method::Put,
        Method::Patch,
        Method::Delete,
        Method::Options,
        Method::Other,
    ];
}

impl From<&http::Method> for Method {
    fn from(method: &http::Method) -> Method {
        match method.as_str() {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            "OPTIONS" => Method::Options,
            _ => Method::Other,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Class {
    Success,
    Redirection,
    ClientError,
    ServerError,
}

impl Class {
    const ALL: [Class; 4] = [Class::Success, Class::Redirection, Class::ClientError, Class::ServerError];
}

impl From<http::StatusCode> for Class {
    fn from(status: http::StatusCode) -> Class {
        match status.as_u16() {
            500.. => Class::ServerError,
            400.. => Class::ClientError,
            300.. => Class::Redirection,
            _ => Class::Success,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    surface: Surface,
    method: Method,
    class: Class,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BySurface {
    surface: Surface,
}

/// The counters of the process. Clones count together.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    answers: Answers,
    durations: Durations,
    rate_limited: Family<BySurface, Counter>,
    connections: Gauge,
    panics: Counter,
    write_batch: Histogram,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}

impl Metrics {
    /// All at nought.
    pub fn new() -> Metrics {
        let (answers, durations) = (Answers::default(), Durations::default());
        let rate_limited = Family::default();
        let (connections, panics, write_batch) =
            (Gauge::default(), Counter::default(), Histogram::new(BATCHES));
        let mut registry = Registry::with_prefix("callboard");
        registry.register("requests", "Requests answered", Answers::clone(&answers));
        registry.register(
            "request_duration_seconds",
            "From request head to answer",
            Durations::clone(&durations),
        );
        registry.register("rate_limited", "Requests refused for their rate", Family::clone(&rate_limited));
        registry.register("connections", "Open connections", Gauge::clone(&connections));
        registry.register("panics", "Requests that ended in a panic", Counter::clone(&panics));
        registry.register("write_batch", "Writes that shared one commit", Histogram::clone(&write_batch));
        let registry = Arc::new(registry);
        Metrics { registry, answers, durations, rate_limited, connections, panics, write_batch }
    }

    /// Counts one answer.
    pub fn answered(
        &self,
        surface: Surface,
        method: &http::Method,
        status: http::StatusCode,
        took: Duration,
    ) {
        self.answers.count(surface, method.into(), status.into());
        self.durations.observe(surface, took);
    }

    /// Counts one request refused for its rate.
    pub fn rate_limited(&self, surface: Surface) {
        self.rate_limited.get_or_create(&BySurface { surface }).inc();
    }

    /// Counts one panic: each is worth an alarm.
    pub fn panicked(&self) {
        self.panics.inc();
    }

    /// Counts one commit that `writes` shared.
    pub fn committed(&self, writes: usize) {
        self.write_batch.observe(writes as f64);
    }

    /// The gauge for the front door.
    pub fn connections(&self) -> Gauge {
        self.connections.clone()
    }

    /// All of it in the OpenMetrics text format (`application/openmetrics-text; version=1.0.0; charset=utf-8`).
    pub fn render(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_surface_method_and_class() {
        let metrics = Metrics::new();
        metrics.answered(
            Surface::BoxOffice,
            &http::Method::POST,
            http::StatusCode::CREATED,
            Duration::from_millis(2),
        );
        metrics.rate_limited(Surface::Native);
        metrics.panicked();
        metrics.committed(3);
        metrics.connections().inc();
        let text = metrics.render();
        for line in [
            "callboard_requests_total{surface=\"BoxOffice\",method=\"Post\",class=\"Success\"} 1",
            "callboard_request_duration_seconds_bucket{le=\"0.0025\",surface=\"BoxOffice\"} 1",
            "callboard_rate_limited_total{surface=\"Native\"} 1",
            "callboard_connections 1",
            "callboard_panics_total 1",
            "callboard_write_batch_bucket{le=\"4.0\"} 1",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
