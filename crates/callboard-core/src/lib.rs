//! Callboard's rules, pure: what an event is, when it happens, what may be done with it.
//!
//! Nothing here performs I/O, reads the clock or draws randomness: time and random bytes are
//! arguments. The program and the store stand on these types; surfaces translate wire words into them.

pub mod account;
pub mod canonical;
pub mod event;
pub mod ids;
pub mod issue;
pub mod key;
pub mod money;
pub mod place;
pub mod rate;
pub mod rejection;
pub mod search;
pub mod series;
pub mod sign_in;
pub mod slug;
pub mod text;
pub mod ticket;
pub mod time;
