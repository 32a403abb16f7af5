//! The native surface, `/v1`: the API in which everything works. Source: native-api.md §1.
//!
//! `auth` knows its callers, `error` and `codes` say no, `contract` holds its constants and scopes;
//! each resource has a folder with one file per operation.

mod audit;
mod auth;
mod changes;
mod codes;
mod contract;
mod error;
mod events;
mod headers;
mod identity;
mod keys;
mod list;
mod media;
mod places;
mod project;
mod sales;
mod series;
mod ticket_types;
mod wire;

pub use codes::Code;
pub use project::project;

use super::{Name, Surface};
use crate::http::query::QueryRules;
use crate::http::{Operation, operation};

pub static SURFACE: Surface = Surface {
    name: Name::Native,
    title: "Callboard API",
    description: contract::DESCRIPTION,
    server: "/",
    query_rules: QueryRules { refuses_unknown: true, refuses_empty: true },
    scopes: contract::SCOPES,
    unscoped: &[],
    tags_replies: true,
    keeps_refusals: true,
    limits_addresses: true,
    error: || operation::gather::<error::Problem>(),
    error_type: error::CONTENT_TYPE,
    errors: codes::words,
    security: auth::schemes,
    operations,
    show: events::sight,
    authenticate: |app, request, _, now| Box::pin(auth::authenticate(app, request, now)),
    refuse: error::refuse,
    finish: headers::finish,
    limit: |settings, _| Some(settings.rate_limit_native),
    counts_apart: false,
    idempotency_ttl_s: |settings| i64::try_from(settings.idempotency_ttl.as_secs()).unwrap_or(i64::MAX),
};

/// Every operation; all writes can be rehearsed.
fn operations() -> Vec<Operation> {
    let all = [
        identity::operations(),
        places::operations(),
        keys::operations(),
        events::operations(),
        ticket_types::operations(),
        series::operations(),
        sales::operations(),
        media::operations(),
        changes::operations(),
        audit::operations(),
    ];
    all.into_iter().flatten().map(Operation::rehearsable).collect()
}
