//! The public page of an event, `/e/NUMBER/SLUG`: the number decides, a wrong slug redirects.
//! Source: contracts.md §6.8.

use crate::http::{Reply, Request};
use crate::server::Server;

/// Answers a path below `/e/`; `None` if it is no event's.
pub(super) async fn answer(_server: &Server, _request: &Request) -> Option<Reply> {
    None
}
