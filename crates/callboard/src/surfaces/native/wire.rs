//! Wire types that many resources share: warnings, written resources, instants.

use callboard_core::issue::{Issue, IssueCode, Warning};
use callboard_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An adjustment with which a write was understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Warning)]
pub(super) struct WarningBody {
    /// A stable word for programs.
    pub code: &'static str,
    /// A JSON Pointer into the body, or `query:NAME`.
    pub pointer: String,
    /// What was adjusted, for people.
    pub message: String,
}

/// A resource after a write, with what was adjusted on the way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Written<T: ToSchema> {
    #[serde(flatten)]
    pub resource: T,
    /// Empty where the write was taken as it was sent.
    pub warnings: Vec<WarningBody>,
}

impl<T: ToSchema> Written<T> {
    pub(super) fn plain(resource: T) -> Written<T> {
        Written { resource, warnings: Vec::new() }
    }

    /// With the warnings of the command that wrote it.
    #[allow(dead_code, reason = "events are the resources that warn")]
    pub(super) fn warned(resource: T, warnings: &[Warning]) -> Written<T> {
        Written { resource, warnings: warnings.iter().map(WarningBody::from).collect() }
    }
}

impl From<&Warning> for WarningBody {
    fn from(warning: &Warning) -> WarningBody {
        WarningBody { code: warning.code, pointer: warning.place.pointer(), message: warning.message.clone() }
    }
}

/// A body that says nothing; it may be left out.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Empty {}

/// Reads an instant of a body; the schema has checked its format.
pub(super) fn instant(path: &str, text: &str) -> Result<Timestamp, Issue> {
    Timestamp::parse(text).map_err(|error| Issue::body(path, IssueCode::InvalidFormat, error.to_string()))
}

/// The example of a resource as the example of a write's reply.
pub(super) fn written_example(mut example: Value) -> Value {
    if let Some(members) = example.as_object_mut() {
        members.insert("warnings".to_owned(), Value::Array(Vec::new()));
    }
    example
}
