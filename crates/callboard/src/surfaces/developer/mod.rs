//! The developer surface.

use super::{Name, Surface};
use crate::http::Reply;
use crate::http::query::QueryRules;

pub static SURFACE: Surface = Surface {
    name: Name::Developer,
    title: "Callboard",
    description: "",
    server: "/",
    query_rules: QueryRules { refuses_unknown: false, refuses_empty: false },
    scopes: &[],
    unscoped: &[],
    tags_replies: true,
    keeps_refusals: false,
    limits_addresses: false,
    error: || (String::new(), Vec::new()),
    error_type: "application/json",
    security: Vec::new,
    operations: Vec::new,
    authenticate: |_, _, _, _| Box::pin(std::future::ready(Err(crate::http::Refusal::Unauthenticated))),
    refuse: |_, _, _| Reply::no_content(),
    finish: |_, _, _| (),
    limit: |_, _| None,
    counts_apart: false,
    idempotency_ttl_s: |settings| i64::try_from(settings.idempotency_ttl.as_secs()).unwrap_or(i64::MAX),
};
