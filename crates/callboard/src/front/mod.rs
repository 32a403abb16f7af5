//! The front door: accepts connections and turns bytes into requests.
//!
//! An accept loop of our own, because the usual ones keep silent and slow connections for ever. Every wait has
//! a deadline, every buffer a size, and every refusal the shape of the surface it is for. HTTP/1.1 only: HTTP/2
//! is a proxy's business.
//!
//! `listen` binds, `serve` accepts, `connection` attends one client, `gate` watches its bytes, `framing` and
//! `head` judge them, `body` reads what a handler asks for.

mod body;
mod connection;
mod framing;
mod gate;
mod head;
mod limits;
mod listen;
mod proxy;
mod refusal;
mod serve;
mod shutdown;
mod tls;

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use http::{Request, Response, StatusCode};

pub use body::{Body, BodyFault};
pub use limits::{DRAIN_BYTES_MAX, HEAD_BYTES_MAX, HEAD_FIELDS_MAX, Limits};
pub use listen::{CONTROL_SOCKET, Door, DoorError};
pub use proxy::{Network, TrustedProxies};
pub use serve::serve;
pub use shutdown::Shutdown;

/// The body of a request.
pub type Incoming = Body;
/// The body of an answer.
pub type ReplyBody = http_body_util::Full<bytes::Bytes>;

/// Who is on the other end of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The client's address; behind a trusted proxy, the one that the proxy names.
    pub ip: IpAddr,
    /// Encrypted on the way here: by this server, or as told by a trusted proxy.
    pub secure: bool,
    /// Came through the control socket, which only this server's own user can open.
    pub operator: bool,
}

/// What answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. Dropped halfway when the client hangs up.
    fn handle(
        self: Arc<Self>,
        request: Request<Body>,
        peer: Peer,
    ) -> impl Future<Output = Response<ReplyBody>> + Send;

    /// Words an answer to a fault met before there was a request: a bad head (400, 413, 414, 415, 417, 431, 505),
    /// a late one (408), a server that is full (503). `path` is what the client asked for, if that much is known.
    /// Framing fields (`Connection`, `Content-Length`) are added to it.
    fn refuse(&self, status: StatusCode, path: Option<&str>) -> Response<ReplyBody>;
}
