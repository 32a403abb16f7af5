//! Uploaded images, `/media/NUMBER`.

use crate::http::{Reply, Request};
use crate::server::Server;

/// Answers a path below `/media/`; `None` if there is no such image.
pub(super) async fn answer(_server: &Server, _request: &Request) -> Option<Reply> {
    None
}
