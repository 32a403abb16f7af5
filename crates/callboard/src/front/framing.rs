//! Follows the messages of one connection through its bytes.
//!
//! The machine tells which bytes belong to complete, checked heads and to their bodies, so that hyper is only
//! ever handed those. Its reading of chunked bodies is stricter than hyper's; the two can therefore never
//! disagree about where a message ends. Pure: no I/O, no clock.

use http::StatusCode;

use super::head::{Framing, HeadFault, check_head};

/// Longest chunk-size line, extensions included. Nobody sends extensions; the limit stops their abuse.
const CHUNK_LINE_MAX: usize = 256;
/// Longest trailer section in bytes. No contract of ours reads trailers.
const TRAILERS_MAX: usize = 4096;

/// What can be wrong with the bytes of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WireFault {
    /// Before a request exists: answered by a refusal.
    Head(HeadFault),
    /// Inside a body that a handler is reading: that handler answers.
    Body,
}

/// Follows one connection from its first byte to its last.
#[derive(Debug)]
pub(crate) struct Wire {
    stage: Stage,
    head_max: usize,
    fields_max: usize,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Head(HeadScan),
    Sized(u64),
    ChunkSize { value: u64, digits: u8, length: usize, last: u8 },
    ChunkData(u64),
    ChunkEnd { cr: bool },
    Trailers { length: usize, line: usize, last: u8 },
}

/// How far a head has been looked through, so that a byte sent alone costs one step and not a new search.
#[derive(Debug, Clone, Copy, Default)]
struct HeadScan {
    seen: usize,
    lines: usize,
    line: usize,
    last: u8,
}

impl Wire {
    pub(crate) fn new(head_max: usize, fields_max: usize) -> Wire {
        Wire { stage: Stage::Head(HeadScan::default()), head_max, fields_max }
    }

    /// Whether the next byte belongs to a head.
    pub(crate) fn is_at_head(&self) -> bool {
        matches!(self.stage, Stage::Head(_))
    }

    /// How many of `bytes` may be handed on. The rest is an unfinished head: present it again, grown.
    ///
    /// A fault behind good bytes is reported by the next call, when the good ones are gone.
    pub(crate) fn advance(&mut self, bytes: &[u8]) -> Result<usize, WireFault> {
        let mut good = 0_usize;
        while let Some(rest) = bytes.get(good..).filter(|rest| !rest.is_empty()) {
            match self.step(rest) {
                Ok(0) => break,
                Ok(taken) => good = good.saturating_add(taken),
                Err(fault) if good == 0 => return Err(fault),
                Err(_) => break,
            }
        }
        Ok(good)
    }

    fn step(&mut self, rest: &[u8]) -> Result<usize, WireFault> {
        match self.stage {
            Stage::Head(scan) => self.step_head(scan, rest),
            Stage::Sized(left) => Ok(self.step_data(left, rest, Stage::Sized, next_head())),
            Stage::ChunkData(left) => {
                Ok(self.step_data(left, rest, Stage::ChunkData, Stage::ChunkEnd { cr: false }))
            }
            Stage::ChunkSize { .. } | Stage::ChunkEnd { .. } | Stage::Trailers { .. } => {
                let byte = rest.first().copied().unwrap_or_default();
                self.stage = step_chunk(self.stage, byte).ok_or(WireFault::Body)?;
                Ok(1)
            }
        }
    }

    fn step_data(&mut self, left: u64, rest: &[u8], more: fn(u64) -> Stage, done: Stage) -> usize {
        let taken = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
        let left = left.saturating_sub(taken as u64);
        self.stage = if left == 0 { done } else { more(left) };
        taken
    }

    fn step_head(&mut self, scan: HeadScan, rest: &[u8]) -> Result<usize, WireFault> {
        if scan.seen == 0
            && let Some(head) = whole_head(rest, self.head_max)
        {
            self.take_head(head)?;
            return Ok(head.len());
        }
        self.scan_head(scan, rest)
    }

    /// Follows a head that comes in pieces, or is at fault, byte by byte.
    fn scan_head(&mut self, mut scan: HeadScan, rest: &[u8]) -> Result<usize, WireFault> {
        for byte in rest.get(scan.seen..).unwrap_or_default() {
            scan.seen = scan.seen.saturating_add(1);
            // A bare line feed, or a carriage return without one.
            if (*byte == b'\n') != (scan.last == b'\r') {
                return Err(fault(StatusCode::BAD_REQUEST, rest));
            }
            if scan.seen > self.head_max {
                let status = match scan.lines {
                    0 => StatusCode::URI_TOO_LONG,
                    _ => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                };
                return Err(fault(status, rest));
            }
            scan.last = *byte;
            match byte {
                b'\n' if scan.line == 1 && scan.lines > 0 => {
                    self.take_head(rest.get(..scan.seen).unwrap_or_default())?;
                    return Ok(scan.seen);
                }
                // The one empty line that may precede a request line.
                b'\n' if scan.line == 1 && scan.seen > 2 => return Err(fault(StatusCode::BAD_REQUEST, rest)),
                b'\n' => {
                    scan.lines = scan.lines.saturating_add(usize::from(scan.line > 1));
                    scan.line = 0;
                }
                _ => scan.line = scan.line.saturating_add(1),
            }
        }
        self.stage = Stage::Head(scan);
        Ok(0)
    }

    fn take_head(&mut self, head: &[u8]) -> Result<(), WireFault> {
        self.stage = match check_head(head, self.fields_max).map_err(WireFault::Head)? {
            Framing::Sized(0) => next_head(),
            Framing::Sized(length) => Stage::Sized(length),
            Framing::Chunked => chunk_size(),
        };
        Ok(())
    }
}

/// The usual case: a head that is all there, in lines that end as they should. Of anything else nothing is said.
fn whole_head(bytes: &[u8], head_max: usize) -> Option<&[u8]> {
    let bytes = bytes.get(..head_max).unwrap_or(bytes);
    let mut length = 0_usize;
    loop {
        let rest = bytes.get(length..)?;
        let end = memchr::memchr(b'\n', rest)?;
        let line = rest.get(..end)?.strip_suffix(b"\r")?;
        let is_first = length == 0;
        length = length.saturating_add(end).saturating_add(1);
        match (line, is_first) {
            // The empty line that may precede a request line is unusual.
            ([], true) => return None,
            ([], false) => return bytes.get(..length),
            (_, _) => {}
        }
    }
}

fn next_head() -> Stage {
    Stage::Head(HeadScan::default())
}

fn chunk_size() -> Stage {
    Stage::ChunkSize { value: 0, digits: 0, length: 0, last: 0 }
}

fn fault(status: StatusCode, head: &[u8]) -> WireFault {
    WireFault::Head(HeadFault::of(status, head))
}

/// One byte of chunk framing; `None` where the body is broken. Source: RFC 9112 §7.1.
fn step_chunk(stage: Stage, byte: u8) -> Option<Stage> {
    match stage {
        Stage::ChunkSize { value, digits, length, last } => {
            let length = length.saturating_add(1);
            match byte {
                _ if length > CHUNK_LINE_MAX => None,
                b'\n' if last == b'\r' && digits > 0 => Some(match value {
                    0 => Stage::Trailers { length: 0, line: 0, last: 0 },
                    _ => Stage::ChunkData(value),
                }),
                _ if last == b'\r' || byte == b'\n' => None,
                b'\r' => Some(Stage::ChunkSize { value, digits, length, last: b'\r' }),
                b';' if digits > 0 => Some(Stage::ChunkSize { value, digits, length, last: b';' }),
                _ if last == b';' => {
                    let visible = matches!(byte, b'\t' | 0x20..=0x7e);
                    visible.then_some(Stage::ChunkSize { value, digits, length, last: b';' })
                }
                _ => {
                    let digit = u64::from(char::from(byte).to_digit(16)?);
                    let value = value.checked_mul(16)?.checked_add(digit)?;
                    Some(Stage::ChunkSize { value, digits: digits.checked_add(1)?, length, last: byte })
                }
            }
        }
        Stage::ChunkEnd { cr: false } => (byte == b'\r').then_some(Stage::ChunkEnd { cr: true }),
        Stage::ChunkEnd { cr: true } => (byte == b'\n').then(chunk_size),
        Stage::Trailers { length, line, last } => {
            let length = length.saturating_add(1);
            if length > TRAILERS_MAX || (byte == b'\n') != (last == b'\r') {
                return None;
            }
            Some(match byte {
                b'\n' if line == 1 => next_head(),
                b'\n' => Stage::Trailers { length, line: 0, last: byte },
                _ => Stage::Trailers { length, line: line.saturating_add(1), last: byte },
            })
        }
        other @ (Stage::Head(_) | Stage::Sized(_) | Stage::ChunkData(_)) => Some(other),
    }
}

#[cfg(test)]
#[path = "framing_tests.rs"]
mod tests;
