//! What the program can do, in core words: each use case takes proof of the right to it.

pub mod accounts;
pub mod authenticate;
pub mod feed;
pub mod key_uses;
pub mod mint;
pub mod qr;
pub mod request_log;
pub mod series;
pub mod session_uses;
pub mod shared_time;
pub mod sign_in;
pub mod sweep;
pub mod upload;
