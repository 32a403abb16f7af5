//! Checks the raw bytes of a request head, before hyper sees them.
//!
//! hyper is lenient where two servers in a row could disagree about where a message ends: it drops
//! `Content-Length` when `Transfer-Encoding` is there too, it merges repeated lengths, it takes a bare line
//! feed for a line end. Once hyper has parsed a head, these faults can no longer be seen, so they are looked
//! for here. Whatever passes is also a head that hyper accepts, which means that every refusal is ours to word.
//! Source: RFC 9112 §2.2, §3.2, §5, §6.3.

use http::StatusCode;

/// How the body of a message is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    Sized(u64),
    Chunked,
}

/// Why a head is refused, and what little is known of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeadFault {
    pub(crate) status: StatusCode,
    /// The path asked for, without its query, so that the refusal can wear the shape of its surface.
    pub(crate) path: Option<String>,
}

impl HeadFault {
    /// A fault in a head of which only `part` is known. A path may be cut off where `part` ends.
    pub(crate) fn of(status: StatusCode, part: &[u8]) -> HeadFault {
        let part = part.strip_prefix(b"\r\n").unwrap_or(part);
        let start = part.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        HeadFault { status, path: path_of(start) }
    }
}

/// Reads a whole head, from the request line to the empty line, and tells how its body is framed.
///
/// Pure; one pass over the bytes. `fields_max` is the most header fields a request may carry.
pub(crate) fn check_head(head: &[u8], fields_max: usize) -> Result<Framing, HeadFault> {
    // One empty line before the request line is allowed (RFC 9112 §2.2).
    let head = head.strip_prefix(b"\r\n").unwrap_or(head);
    let head = head.strip_suffix(b"\r\n\r\n").ok_or_else(|| HeadFault::of(StatusCode::BAD_REQUEST, head))?;
    let mut lines = lines(head);
    let start = lines.next().unwrap_or_default();
    let check = || {
        let line = RequestLine::parse(start)?;
        let mut fields = Fields::default();
        let mut count = 0_usize;
        for text in lines {
            count = count.saturating_add(1);
            if count > fields_max {
                return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
            }
            fields.note(text)?;
        }
        fields.conclude(&line)
    };
    check().map_err(|status| HeadFault { status, path: path_of(start) })
}

/// The lines of a head, without their ends.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut begin = 0_usize;
    memchr::memchr_iter(b'\n', head).chain([head.len()]).map(move |end| {
        let line = head.get(begin..end).unwrap_or_default();
        begin = end.saturating_add(1);
        line.strip_suffix(b"\r").unwrap_or(line)
    })
}

/// The path of a request line that may be broken elsewhere; `None` unless it is plain visible ASCII.
fn path_of(start: &[u8]) -> Option<String> {
    let target = start.split(|byte| *byte == b' ').nth(1)?;
    let path = target.split(|byte| matches!(byte, b'?' | b'#')).next()?;
    let plain = path.first() == Some(&b'/') && path.iter().all(u8::is_ascii_graphic);
    plain.then(|| String::from_utf8_lossy(path).into_owned())
}

#[derive(Debug)]
struct RequestLine<'a> {
    is_http_11: bool,
    /// The authority of an absolute-form target.
    authority: Option<&'a [u8]>,
}

impl<'a> RequestLine<'a> {
    fn parse(line: &'a [u8]) -> Result<RequestLine<'a>, StatusCode> {
        let mut words = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(StatusCode::BAD_REQUEST);
        };
        let is_http_11 = match version {
            b"HTTP/1.1" => true,
            b"HTTP/1.0" => false,
            other if other.starts_with(b"HTTP/") => return Err(StatusCode::HTTP_VERSION_NOT_SUPPORTED),
            _ => return Err(StatusCode::BAD_REQUEST),
        };
        // A tunnel is nothing this server offers.
        if !is_token(method) || method == b"CONNECT" {
            return Err(StatusCode::BAD_REQUEST);
        }
        let authority = match target {
            [b'/', ..] => None,
            b"*" if method == b"OPTIONS" => None,
            other => Some(authority_of(other).ok_or(StatusCode::BAD_REQUEST)?),
        };
        // hyper parses the target with the same function and would answer for itself.
        if !USUAL_IN_TARGET.has_all(target) && http::Uri::try_from(target).is_err() {
            return Err(StatusCode::BAD_REQUEST);
        }
        Ok(RequestLine { is_http_11, authority })
    }
}

/// The authority of `http://authority/path`.
fn authority_of(target: &[u8]) -> Option<&[u8]> {
    let split = target.iter().position(|byte| *byte == b':')?;
    let (scheme, rest) = target.split_at_checked(split)?;
    if !scheme.eq_ignore_ascii_case(b"http") && !scheme.eq_ignore_ascii_case(b"https") {
        return None;
    }
    let rest = rest.strip_prefix(b"://")?;
    rest.split(|byte| matches!(byte, b'/' | b'?' | b'#')).next().filter(|authority| is_host(authority))
}

/// What the header fields say about framing and address.
#[derive(Debug, Default)]
struct Fields<'a> {
    length: Option<u64>,
    is_chunked: bool,
    host: Option<&'a [u8]>,
    has_authorization: bool,
}

impl<'a> Fields<'a> {
    fn note(&mut self, line: &'a [u8]) -> Result<(), StatusCode> {
        // A line that begins with white space (a folded field) has no token before its colon, and fails here.
        let colon = memchr::memchr(b':', line).ok_or(StatusCode::BAD_REQUEST)?;
        let (name, value) = line.split_at_checked(colon).ok_or(StatusCode::BAD_REQUEST)?;
        let value = value.strip_prefix(b":").unwrap_or(value);
        // Before it is trimmed: a lone carriage return is white space, too.
        if !is_token(name) || !is_field_value(value) {
            return Err(StatusCode::BAD_REQUEST);
        }
        let value = value.trim_ascii();
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => {
                once(self.host.replace(value).is_some())?;
                if is_host(value) { Ok(()) } else { Err(StatusCode::BAD_REQUEST) }
            }
            6 if name.eq_ignore_ascii_case(b"expect") && !value.eq_ignore_ascii_case(b"100-continue") => {
                Err(StatusCode::EXPECTATION_FAILED)
            }
            13 if name.eq_ignore_ascii_case(b"authorization") => {
                once(std::mem::replace(&mut self.has_authorization, true))
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                once(self.length.replace(parse_length(value)?).is_some())
            }
            16 if name.eq_ignore_ascii_case(b"content-encoding")
                && !value.eq_ignore_ascii_case(b"identity") =>
            {
                Err(StatusCode::UNSUPPORTED_MEDIA_TYPE)
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                once(std::mem::replace(&mut self.is_chunked, true))?;
                once(!value.eq_ignore_ascii_case(b"chunked"))
            }
            _ => Ok(()),
        }
    }

    fn conclude(&self, line: &RequestLine<'_>) -> Result<Framing, StatusCode> {
        let host_is_missing = line.is_http_11 && self.host.is_none();
        let host_is_foreign = match (line.authority, self.host) {
            (Some(authority), Some(host)) => !authority.eq_ignore_ascii_case(host),
            _ => false,
        };
        let is_ambiguous = self.is_chunked && (self.length.is_some() || !line.is_http_11);
        if host_is_missing || host_is_foreign || is_ambiguous {
            return Err(StatusCode::BAD_REQUEST);
        }
        Ok(if self.is_chunked { Framing::Chunked } else { Framing::Sized(self.length.unwrap_or(0)) })
    }
}

/// A field that may appear once appeared again.
fn once(again: bool) -> Result<(), StatusCode> {
    if again { Err(StatusCode::BAD_REQUEST) } else { Ok(()) }
}

fn parse_length(value: &[u8]) -> Result<u64, StatusCode> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(StatusCode::BAD_REQUEST);
    }
    // Digits only, so what fails to parse is too large; hyper keeps the two topmost values for itself.
    let length = std::str::from_utf8(value).ok().and_then(|text| text.parse::<u64>().ok());
    length.filter(|length| *length < u64::MAX / 2).ok_or(StatusCode::PAYLOAD_TOO_LARGE)
}

/// A host and optional port: no user part, no path, no list. RFC 9110 §7.2.
fn is_host(value: &[u8]) -> bool {
    !value.is_empty() && IN_HOST.has_all(value)
}

/// RFC 9110 §5.6.2.
fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && IN_TOKEN.has_all(text)
}

/// Whether all bytes may be in a field value: visible, blank, tab, or above ASCII. RFC 9110 §5.5.
fn is_field_value(text: &[u8]) -> bool {
    // No early end: many bytes are looked at in one step.
    text.iter().fold(true, |good, byte| good & matches!(byte, b'\t' | 0x20..=0x7e | 0x80..=0xff))
}

static IN_HOST: Set = Set::with(b"-._~%[]:!$&'()*+;=");
static IN_TOKEN: Set = Set::with(b"!#$%&'*+-.^_`|~");
/// Bytes that are valid anywhere in a path and query; other targets take the slower full parse.
static USUAL_IN_TARGET: Set = Set::with(b"/-_.~%?&=+,;@!*$'()");

/// Letters, digits and some more; a place for each byte, since every byte of every head is looked up.
struct Set([bool; 256]);

impl Set {
    const fn with(more: &[u8]) -> Set {
        let mut has = [false; 256];
        let mut byte = 0_u8;
        let mut rest: &mut [bool] = &mut has;
        while let [place, others @ ..] = rest {
            *place = byte.is_ascii_alphanumeric() || is_in(byte, more);
            byte = byte.wrapping_add(1);
            rest = others;
        }
        Set(has)
    }

    /// Whether all bytes belong to it. No early end, so that nothing waits for the byte before.
    fn has_all(&self, text: &[u8]) -> bool {
        text.iter().fold(true, |good, byte| good & self.0.get(usize::from(*byte)).copied().unwrap_or(false))
    }
}

const fn is_in(byte: u8, mut list: &[u8]) -> bool {
    while let [first, others @ ..] = list {
        if *first == byte {
            return true;
        }
        list = others;
    }
    false
}

#[cfg(test)]
#[path = "head_tests.rs"]
mod tests;
