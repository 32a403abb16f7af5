//! Wire types that many resources share: warnings, written resources, instants.

use std::borrow::Cow;

use callboard_core::issue::{Issue, IssueCode, Warning};
use callboard_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Ref, Schema};
use utoipa::{PartialSchema, ToSchema};

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

/// A resource after a write, with what was adjusted on the way: the resource's members and `warnings`, which is
/// empty where the write was taken as it was sent.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Written<T: ToSchema> {
    #[serde(flatten)]
    pub resource: T,
    pub warnings: Vec<WarningBody>,
}

impl<T: ToSchema> PartialSchema for Written<T> {
    fn schema() -> RefOr<Schema> {
        with_member(T::schema(), "warnings", warnings_schema())
    }
}

impl<T: ToSchema> ToSchema for Written<T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Written{}", T::name()))
    }
    fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(all);
        all.push((WarningBody::name().into_owned(), WarningBody::schema()));
    }
}

/// A list of warnings; its entries are the schema `Warning`.
pub(super) fn warnings_schema() -> RefOr<Schema> {
    let entry = RefOr::Ref(Ref::from_schema_name(WarningBody::name()));
    ArrayBuilder::new()
        .items(entry)
        .description(Some("Empty where the write was taken as it was sent."))
        .into()
}

/// An object's schema with one more member, flat, as clients' generators like it.
pub(super) fn with_member(mut schema: RefOr<Schema>, name: &str, member: RefOr<Schema>) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.properties.insert(name.to_owned(), member);
        object.required.push(name.to_owned());
    }
    schema
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
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Empty {}

// Derived, the schema of a struct without members would allow all members.
impl PartialSchema for Empty {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
            .into()
    }
}

impl ToSchema for Empty {}

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
