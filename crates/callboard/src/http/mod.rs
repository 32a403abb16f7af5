//! How an operation is declared, found, guarded and answered: the vocabulary that every surface uses.
//!
//! A surface lists its [`Operation`]s; each says its route, what it needs, what it takes, what it may
//! answer, and its handler. From that one declaration follow the router, the checks (credential, rate,
//! scope, parsing) in their order, the OpenAPI document and the authorisation table of the tests.

pub mod body;
pub mod call;
pub mod cursor;
pub mod etag;
pub mod grant;
pub mod json;
pub mod openapi;
pub mod operation;
pub mod patch;
pub mod pipeline;
pub mod query;
pub mod rates;
pub mod refusal;
pub mod rendered;
pub mod reply;
pub mod request;
pub mod router;
pub mod schema;
pub mod write;

pub use call::Call;
pub use grant::{Caller, Granted, Identity};
pub use operation::{Access, Operation, RateClass};
pub use query::{Args, Kind, Param};
pub use refusal::Refusal;
pub use reply::Reply;
pub use request::{Request, RequestId};
