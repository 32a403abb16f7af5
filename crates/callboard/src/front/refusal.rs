//! Answers written without hyper, and connections closed so that the last answer arrives.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use http::Response;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http_body_util::BodyExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout, timeout_at};

use super::ReplyBody;
use super::limits::{DRAIN_BYTES_MAX, LINGER};

/// How long the peer may take to accept a refusal of a few hundred bytes.
const WRITE: Duration = Duration::from_secs(2);

/// Writes `refusal` as the last answer of a connection.
pub(crate) async fn send<S: AsyncWrite + Unpin>(socket: &mut S, refusal: Response<ReplyBody>) {
    let bytes = render(refusal).await;
    let write = async {
        socket.write_all(&bytes).await?;
        socket.flush().await
    };
    // Whoever does not take the refusal goes without it.
    let _ = timeout(WRITE, write).await;
}

/// Closes the sending half, then throws away what still arrives, a little and for a moment: closing a socket
/// with unread bytes resets the connection, and the peer may lose the answer it has not read yet.
pub(crate) async fn linger<S: AsyncRead + AsyncWrite + Unpin>(mut socket: S) {
    let end = Instant::now() + LINGER;
    let mut waste = [0_u8; 4096];
    let mut left = DRAIN_BYTES_MAX;
    let drain = async {
        socket.shutdown().await?;
        while left > 0 {
            let length = socket.read(&mut waste).await?;
            if length == 0 {
                return Ok(());
            }
            left = left.saturating_sub(length as u64);
        }
        // Enough read. The peer still gets a moment to notice the answer.
        tokio::time::sleep_until(end).await;
        std::io::Result::Ok(())
    };
    let _ = timeout_at(end, drain).await;
}

async fn render(refusal: Response<ReplyBody>) -> Bytes {
    let (parts, body) = refusal.into_parts();
    let body = body.collect().await.map(|whole| whole.to_bytes()).unwrap_or_default();
    let mut text = String::new();
    let reason = parts.status.canonical_reason().unwrap_or("Refused");
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "HTTP/1.1 {} {reason}\r\nconnection: close\r\ncontent-length: {}\r\n",
        parts.status.as_u16(),
        body.len()
    );
    let mut bytes = BytesMut::from(text.as_str());
    for (name, value) in &parts.headers {
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name) {
            bytes.put_slice(name.as_str().as_bytes());
            bytes.put_slice(b": ");
            bytes.put_slice(value.as_bytes());
            bytes.put_slice(b"\r\n");
        }
    }
    bytes.put_slice(b"\r\n");
    bytes.put_slice(&body);
    bytes.freeze()
}

/// Closes a connection whose peer has nothing more to say.
pub(crate) async fn close<S: AsyncWrite + Unpin>(mut socket: S) {
    let _ = timeout(WRITE, socket.shutdown()).await;
}
