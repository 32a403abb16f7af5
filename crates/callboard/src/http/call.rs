//! One call of an operation: what the pipeline has checked and parsed, on its way to the handler.

use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use callboard_core::account::Capability;
use callboard_core::issue::{Issue, IssueCode};
use callboard_core::time::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::query::Args;
use super::{Caller, Operation, Refusal, Request, pipeline};
use crate::app::App;
use crate::surfaces::Surface;

/// A request whose credential, rate, scope and query are in order.
#[derive(Debug)]
pub struct Call {
    pub app: Arc<App>,
    pub surface: &'static Surface,
    pub operation: &'static Operation,
    pub caller: Caller,
    pub request: Box<Request>,
    pub path: PathParams,
    pub args: Args,
    pub body: Payload,
    pub now: Timestamp,
}

/// The body as read by what the operation takes.
#[derive(Debug, Default)]
pub enum Payload {
    #[default]
    None,
    Json(Value),
    /// Unparsed, with its content type (multipart uploads).
    Raw {
        content_type: String,
        bytes: Bytes,
    },
}

/// The values of a route's placeholders.
#[derive(Debug, Clone, Default)]
pub struct PathParams(pub Vec<(&'static str, String)>);

impl PathParams {
    /// The names of a route's placeholders, in their order.
    pub fn names(route: &'static str) -> Vec<&'static str> {
        let inner = route.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        inner.map(|name| name.trim_start_matches('*')).collect()
    }

    /// The values that a path has in these places, decoded.
    pub fn of(names: &[&'static str], matched: &matchit::Params<'_, '_>) -> PathParams {
        let decoded = |text: &str| match text.contains('%') {
            true => percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned(),
            false => text.to_owned(),
        };
        let values = matched.iter().map(|(_, value)| decoded(value));
        PathParams(names.iter().copied().zip(values).collect())
    }

    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }

    /// A placeholder as an id (or number); `None` where it is not one: nothing can be found under it.
    pub fn id<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }
}

impl Call {
    /// The JSON body, validated by the operation's published schema and read into its type.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with all faults.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let empty = Value::Object(serde_json::Map::new());
        let value = match &self.body {
            Payload::Json(value) => value,
            Payload::None | Payload::Raw { .. } => &empty,
        };
        self.parse(value)
    }

    /// As [`Call::body`], for a body that the surface tidied before it is validated.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with all faults.
    pub fn parse<T: DeserializeOwned>(&self, value: &Value) -> Result<T, Refusal> {
        if let Some(spec) = &self.operation.body {
            spec.check(value)?;
        }
        T::deserialize(value).map_err(|error| {
            // The schema said yes and the type says no: the document is wrong. Say so, do not fail.
            tracing::error!(operation = self.operation.id, "schema and type differ: {error}");
            Refusal::from(Issue::body("", IssueCode::InvalidValue, error.to_string()))
        })
    }

    /// Refuses a caller who lacks a further capability, which what the body asks for needs.
    ///
    /// # Errors
    /// 403.
    pub fn require(&self, capability: Capability) -> Result<(), Refusal> {
        pipeline::require(self.surface, &self.caller, capability)
    }

    pub fn json(&self) -> Option<&Value> {
        match &self.body {
            Payload::Json(value) => Some(value),
            Payload::None | Payload::Raw { .. } => None,
        }
    }

    /// Whether the caller asked for a rehearsal (`dryRun=true`).
    pub fn is_rehearsal(&self) -> bool {
        self.args.flag("dryRun") == Some(true)
    }
}
