//! The declaration of an operation: route, document, scope, parameters, body, answers and handler in one value.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use callboard_core::account::Capability;
use callboard_store::Depends;
use http::{Method, StatusCode};
use jsonschema::Validator;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};

use super::grant::{Granted, Needs};
use super::query::{Kind, Param};
use super::{Call, Refusal, Reply, schema};

/// What a caller must show. Every operation has one; there is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: the operation is open to everybody.
    Public,
    /// A credential with this capability.
    Needs(Capability),
    /// Any valid credential of the surface.
    Any,
}

/// Which kind of credential an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// The surface's keys (and sessions, where the surface knows them).
    Usual,
    /// A session only; a key may not do this.
    Session,
}

/// Which of a surface's limits an operation counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateClass {
    Read,
    Create,
    Media,
}

pub type Answer = Pin<Box<dyn Future<Output = Result<Reply, Refusal>> + Send>>;
type Handler = Box<dyn Fn(Call) -> Answer + Send + Sync>;

/// One operation of one surface.
pub struct Operation {
    pub method: Method,
    /// The full path, placeholders in braces.
    pub path: &'static str,
    pub id: &'static str,
    pub tag: &'static str,
    pub summary: &'static str,
    pub description: &'static str,
    pub access: Access,
    pub credential: Credential,
    pub rate: RateClass,
    /// Documentation of the path's placeholders: `(name, what it is)`.
    pub placeholders: Vec<(&'static str, &'static str)>,
    pub params: &'static [Param],
    pub body: Option<BodySpec>,
    pub takes_multipart: bool,
    /// Most bytes of a body, an uploaded file not counted. Default 1 MiB.
    pub body_max: usize,
    pub takes_idempotency_key: bool,
    pub takes_if_match: bool,
    /// `dryRun=true` is honoured.
    pub is_rehearsable: bool,
    /// What its answers depend on, if they may be kept; else every request renders its own.
    pub depends: Option<Depends>,
    pub replies: Vec<ReplySpec>,
    /// Refusals that can happen, besides those that follow from the other members.
    pub refusals: Vec<StatusCode>,
    handler: Option<Handler>,
}

/// Default limit of a body. Source: native-api.md §1, contracts.md §1.4.
pub const BODY_MAX: usize = 1024 * 1024;

/// A JSON body: its schema and an example.
#[derive(Debug)]
pub struct BodySpec {
    pub shape: Shape,
    pub is_required: bool,
    pub example: Value,
    validator: OnceLock<Validator>,
}

/// An answer: its status, schema and an example.
#[derive(Debug)]
pub struct ReplySpec {
    pub status: StatusCode,
    pub description: &'static str,
    pub content_type: &'static str,
    pub schema: Option<Shape>,
    pub example: Option<Value>,
}

/// A wire type, whose schemas are gathered when somebody asks: kept for all operations they would be most of the memory
/// of an idle server.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub name: fn() -> Cow<'static, str>,
    pub gather: fn() -> Gathered,
}

impl Shape {
    fn of<T: utoipa::ToSchema>() -> Shape {
        Shape { name: T::name, gather: gather::<T> }
    }
}

/// A wire type's name and all schemas that it needs, its own included.
pub type Gathered = (String, Vec<(String, RefOr<Schema>)>);

/// Gathers the schemas of a wire type.
pub fn gather<T: utoipa::ToSchema>() -> Gathered {
    let name = T::name().into_owned();
    let mut schemas = vec![(name.clone(), T::schema())];
    T::schemas(&mut schemas);
    (name, schemas)
}

impl BodySpec {
    /// Validates a body by the published schema.
    ///
    /// # Errors
    /// All faults.
    pub fn check(&self, body: &Value) -> Result<(), Refusal> {
        let validator = self.validator.get_or_init(|| {
            let (own, schemas) = (self.shape.gather)();
            let components: serde_json::Map<String, Value> = schemas
                .into_iter()
                .map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default()))
                .collect();
            let reference = format!("#/components/schemas/{own}");
            schema::compile(&json!({ "$ref": reference, "components": { "schemas": components } }))
        });
        Ok(schema::check(validator, body)?)
    }
}

impl Operation {
    fn new(method: Method, path: &'static str, id: &'static str) -> Operation {
        let rate = if method == Method::GET { RateClass::Read } else { RateClass::Create };
        Operation {
            method,
            path,
            id,
            tag: "",
            summary: "",
            description: "",
            access: Access::Any,
            credential: Credential::Usual,
            rate,
            placeholders: Vec::new(),
            params: &[],
            body: None,
            takes_multipart: false,
            body_max: BODY_MAX,
            takes_idempotency_key: false,
            takes_if_match: false,
            is_rehearsable: false,
            depends: None,
            replies: Vec::new(),
            refusals: Vec::new(),
            handler: None,
        }
    }
    pub fn get(path: &'static str, id: &'static str) -> Operation {
        Operation::new(Method::GET, path, id)
    }
    pub fn post(path: &'static str, id: &'static str) -> Operation {
        Operation::new(Method::POST, path, id)
    }
    pub fn patch(path: &'static str, id: &'static str) -> Operation {
        Operation::new(Method::PATCH, path, id)
    }
    pub fn put(path: &'static str, id: &'static str) -> Operation {
        Operation::new(Method::PUT, path, id)
    }
    pub fn delete(path: &'static str, id: &'static str) -> Operation {
        Operation::new(Method::DELETE, path, id)
    }

    #[must_use]
    pub fn tag(mut self, tag: &'static str) -> Self {
        self.tag = tag;
        self
    }
    /// One line, then what a reader must know.
    #[must_use]
    pub fn says(mut self, summary: &'static str, description: &'static str) -> Self {
        (self.summary, self.description) = (summary, description);
        self
    }
    /// Documents a placeholder of the path.
    #[must_use]
    pub fn placeholder(mut self, name: &'static str, doc: &'static str) -> Self {
        self.placeholders.push((name, doc));
        self
    }
    #[must_use]
    pub fn query(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }
    #[must_use]
    pub fn rate(mut self, class: RateClass) -> Self {
        self.rate = class;
        self
    }
    /// The JSON body that it takes, with an example that the tests replay.
    #[must_use]
    pub fn takes<T: utoipa::ToSchema>(mut self, example: Value) -> Self {
        let shape = Shape::of::<T>();
        self.body = Some(BodySpec { shape, is_required: true, example, validator: OnceLock::new() });
        self
    }
    /// As [`Operation::takes`], but the body may be left out.
    #[must_use]
    pub fn may_take<T: utoipa::ToSchema>(self, example: Value) -> Self {
        let mut operation = self.takes::<T>(example);
        if let Some(body) = &mut operation.body {
            body.is_required = false;
        }
        operation
    }
    /// A form with a file; `overhead` is what it may have besides the file, whose size is a setting. Unit: bytes.
    #[must_use]
    pub fn takes_multipart(mut self, overhead: usize) -> Self {
        (self.takes_multipart, self.body_max) = (true, overhead);
        self
    }
    /// An `Idempotency-Key` is honoured here.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.takes_idempotency_key = true;
        self
    }
    /// `If-Match` is honoured here.
    #[must_use]
    pub fn if_match(mut self) -> Self {
        self.takes_if_match = true;
        self
    }
    /// `dryRun=true` is honoured here, if it writes.
    #[must_use]
    pub fn rehearsable(mut self) -> Self {
        self.is_rehearsable = self.method != Method::GET;
        self
    }
    /// Its answers are kept and given again while what they depend on stands. They must follow from the tenant's
    /// reach, the path and the query alone: nothing of the single caller, no other header.
    #[must_use]
    pub fn kept(mut self, depends: Depends) -> Self {
        self.depends = Some(depends);
        self
    }
    #[must_use]
    pub fn sessions_only(mut self) -> Self {
        self.credential = Credential::Session;
        self
    }
    /// A JSON answer with its example.
    #[must_use]
    pub fn answers<T: utoipa::ToSchema>(
        mut self,
        status: StatusCode,
        description: &'static str,
        example: Value,
    ) -> Self {
        let spec = ReplySpec {
            status,
            description,
            content_type: "application/json",
            schema: Some(Shape::of::<T>()),
            example: Some(example),
        };
        self.replies.push(spec);
        self
    }
    /// An answer without a JSON body.
    #[must_use]
    pub fn answers_plain(
        mut self,
        status: StatusCode,
        description: &'static str,
        content_type: &'static str,
    ) -> Self {
        self.replies.push(ReplySpec { status, description, content_type, schema: None, example: None });
        self
    }
    #[must_use]
    pub fn refuses(mut self, statuses: &[StatusCode]) -> Self {
        self.refusals.extend_from_slice(statuses);
        self
    }

    /// The handler of an operation that needs a capability; it gets the proof.
    #[must_use]
    pub fn granted<C: Needs, F, R>(mut self, handler: F) -> Self
    where
        F: Fn(Call, Granted<C>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply, Refusal>> + Send + 'static,
    {
        self.access = Access::Needs(C::CAPABILITY);
        self.handler = Some(Box::new(move |call| match call.caller.tenant().cloned() {
            Some(tenant) => Box::pin(handler(call, Granted::new(tenant))),
            None => Box::pin(std::future::ready(Err(Refusal::Unauthenticated))),
        }));
        self
    }
    /// The handler of an operation that any valid credential opens.
    #[must_use]
    pub fn any<F, R>(mut self, handler: F) -> Self
    where
        F: Fn(Call) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply, Refusal>> + Send + 'static,
    {
        self.access = Access::Any;
        self.handler = Some(Box::new(move |call| Box::pin(handler(call))));
        self
    }
    /// The handler of an operation that is open to everybody.
    #[must_use]
    pub fn open<F, R>(self, handler: F) -> Self
    where
        F: Fn(Call) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply, Refusal>> + Send + 'static,
    {
        Operation { access: Access::Public, ..self.any(handler) }
    }

    pub(in crate::http) fn run(&self, call: Call) -> Answer {
        match &self.handler {
            Some(handler) => handler(call),
            None => Box::pin(std::future::ready(Err(Refusal::Internal))),
        }
    }

    /// All query parameters that it takes.
    pub fn known_params(&self) -> Cow<'static, [Param]> {
        if !self.is_rehearsable || self.params.iter().any(|param| param.name == Self::DRY_RUN.name) {
            return Cow::Borrowed(self.params);
        }
        let mut params = self.params.to_vec();
        params.push(Self::DRY_RUN);
        Cow::Owned(params)
    }

    /// The parameter that every write of the native surface has.
    pub const DRY_RUN: Param =
        Param { name: "dryRun", kind: Kind::Flag, doc: "Check and answer as if done, but store nothing." };
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.method, self.path, self.id)
    }
}
