//! Uploading an image: the multipart body, the type by its bytes, the size in pixels.
//! Source: contracts.md §1.4 (P7), native-api.md §5.

use std::convert::Infallible;

use bytes::Bytes;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::text;
use multer::{Constraints, Field, Multipart, SizeLimit};

use crate::http::call::Payload;
use crate::http::{Call, Refusal};

/// Most bytes of a form besides its file: boundaries, part headers, `alt`.
pub const FORM_OVERHEAD: usize = 64 * 1024;
/// Most pixels of one side.
const SIDE_MAX: i64 = 20_000;
/// Longest description of an image. Unit: characters.
const ALT_MAX: usize = 500;
/// Most parts of a form; what is not `file` or `alt` is passed over.
const PARTS_MAX: usize = 20;

/// An image that was looked at and found in order.
#[derive(Debug, Clone)]
pub struct Upload {
    /// By its first bytes, whatever the client called it.
    pub mime_type: &'static str,
    pub width: i64,
    pub height: i64,
    pub alt: Option<String>,
    pub bytes: Bytes,
}

/// Reads the parts `file` and `alt` of a multipart call.
///
/// # Errors
/// Issues at `file` or `alt`; too large → 413.
pub async fn read(call: &Call) -> Result<Upload, Refusal> {
    let Payload::Raw { content_type, bytes } = &call.body else {
        return Err(Refusal::UnsupportedMediaType { expected: "multipart/form-data" });
    };
    read_form(content_type, bytes.clone(), call.app.settings.media_max_bytes).await
}

/// The texts of a form that may hold files, by name; files are passed over. For a page's form, whose token travels
/// with its image.
///
/// # Errors
/// A form that is torn or has too many parts.
pub async fn texts(content_type: &str, form: Bytes) -> Result<Vec<(String, String)>, Refusal> {
    let boundary = multer::parse_boundary(content_type).map_err(|_| {
        Issue::header("Content-Type", IssueCode::InvalidFormat, "must be multipart/form-data with a boundary")
    })?;
    let body = futures_util::stream::once(std::future::ready(Ok::<Bytes, Infallible>(form)));
    let mut form = Multipart::new(body, boundary);
    let refused = |error: multer::Error| broken(&error, FORM_OVERHEAD);
    let mut texts = Vec::new();
    for _ in 0..PARTS_MAX {
        let Some(part) = form.next_field().await.map_err(refused)? else { return Ok(texts) };
        let name = part.name().filter(|_| part.file_name().is_none()).map(str::to_owned);
        if let Some(name) = name {
            texts.push((name, text_of(part).await.map_err(refused)?));
        }
    }
    Err(Issue::body("", IssueCode::TooBig, format!("must have at most {PARTS_MAX} parts")).into())
}

/// As [`read`], of a form that is at hand.
///
/// # Errors
/// As for [`read`].
pub async fn read_form(content_type: &str, form: Bytes, file_max: usize) -> Result<Upload, Refusal> {
    let (file, alt) = parts(content_type, form, file_max).await?;
    let mut issues = Issues::new();
    let alt = alt.filter(|text| !text.trim().is_empty());
    let alt = alt.and_then(|said| issues.keep("alt", IssueCode::InvalidValue, text::line(&said, ALT_MAX)));
    let image = match file {
        Some(bytes) => {
            issues.keep("file", IssueCode::InvalidFormat, look_at(&bytes)).map(|image| (image, bytes))
        }
        None => {
            issues.push(Issue::body(
                "file",
                IssueCode::Required,
                "is required: a part with the image's bytes",
            ));
            None
        }
    };
    match image {
        Some((Image { mime_type, width, height }, bytes)) if issues.is_empty() => {
            Ok(Upload { mime_type, width, height, alt, bytes })
        }
        _ => Err(issues.into()),
    }
}

/// The bytes of `file` and the text of `alt`, each as sent.
async fn parts(
    content_type: &str,
    form: Bytes,
    file_max: usize,
) -> Result<(Option<Bytes>, Option<String>), Refusal> {
    let boundary = multer::parse_boundary(content_type).map_err(|_| {
        Issue::header("Content-Type", IssueCode::InvalidFormat, "must be multipart/form-data with a boundary")
    })?;
    let body = futures_util::stream::once(std::future::ready(Ok::<Bytes, Infallible>(form)));
    let file_limit = u64::try_from(file_max).unwrap_or(u64::MAX);
    let limits = SizeLimit::new().for_field("file", file_limit);
    let mut form = Multipart::with_constraints(body, boundary, Constraints::new().size_limit(limits));
    let (mut file, mut alt) = (None, None);
    let refused = |error: multer::Error| broken(&error, file_max);
    for _ in 0..PARTS_MAX {
        let Some(part) = form.next_field().await.map_err(refused)? else { return Ok((file, alt)) };
        match part.name() {
            Some("file") => once(&mut file, "file", part.bytes().await.map_err(refused)?)?,
            Some("alt") => once(&mut alt, "alt", text_of(part).await.map_err(refused)?)?,
            Some(_) | None => {}
        }
    }
    Err(Issue::body("", IssueCode::TooBig, format!("must have at most {PARTS_MAX} parts")).into())
}

async fn text_of(part: Field<'_>) -> Result<String, multer::Error> {
    let bytes = part.bytes().await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn once<T>(slot: &mut Option<T>, name: &str, value: T) -> Result<(), Refusal> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Issue::body(name, IssueCode::DuplicateMember, "must be given once").into()),
    }
}

fn broken(error: &multer::Error, file_max: usize) -> Refusal {
    match error {
        multer::Error::FieldSizeExceeded { .. } => Refusal::BodyTooLarge { limit: file_max },
        _ => Issue::body("", IssueCode::InvalidFormat, "is not a whole multipart/form-data body").into(),
    }
}

/// What an image's first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Image {
    mime_type: &'static str,
    width: i64,
    height: i64,
}

fn look_at(bytes: &[u8]) -> Result<Image, String> {
    let mime_type = sniff(bytes).ok_or("must be a JPEG, PNG, WebP or GIF image")?;
    let size = imagesize::blob_size(bytes).map_err(|_| "is damaged: its size in pixels cannot be read")?;
    let side = |pixels: usize| i64::try_from(pixels).ok().filter(|side| (1..=SIDE_MAX).contains(side));
    match (side(size.width), side(size.height)) {
        (Some(width), Some(height)) => Ok(Image { mime_type, width, height }),
        _ => Err(format!("must have 1 to {SIDE_MAX} pixels a side")),
    }
}

fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=cut";

    fn gif(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"GIF89a".to_vec();
        bytes.extend(width.to_le_bytes());
        bytes.extend(height.to_le_bytes());
        bytes.extend([0; 16]);
        bytes
    }

    fn form(parts: &[(&str, &[u8])]) -> Bytes {
        let mut body = Vec::new();
        for (name, value) in parts {
            let head = format!(
                "--cut\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x.png\"\r\nContent-Type: text/html\r\n\r\n"
            );
            body.extend(head.as_bytes());
            body.extend(*value);
            body.extend(b"\r\n");
        }
        body.extend(b"--cut--\r\n");
        body.into()
    }

    async fn read(parts: &[(&str, &[u8])]) -> Result<Upload, Refusal> {
        read_form(TYPE, form(parts), 1_000).await
    }

    fn fields(refusal: Refusal) -> Vec<String> {
        let Refusal::Invalid(issues) = refusal else { panic!("{refusal:?}") };
        issues.0.iter().map(|issue| issue.place.dotted()).collect()
    }

    #[tokio::test]
    async fn the_bytes_decide_the_type_whatever_the_part_says() {
        let read = read(&[("x", b"?"), ("file", &gif(800, 600)), ("alt", b" A pier ")]).await.unwrap();
        assert_eq!((read.mime_type, read.width, read.height), ("image/gif", 800, 600));
        assert_eq!(read.alt.as_deref(), Some("A pier"));
        assert_eq!(read.bytes, gif(800, 600));
    }

    #[tokio::test]
    async fn what_is_no_image_of_a_bearable_size_is_refused() {
        let long = "x".repeat(ALT_MAX + 1);
        for (file, alt, at) in [
            (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "", &["file"][..]),
            (b"GIF89a", "", &["file"]),
            (b"", "", &["file"]),
            (&gif(0, 600), "", &["file"]),
            (&gif(20_001, 1), &long, &["alt", "file"]),
            (&gif(1, 1), "a\u{202E}b", &["alt"]),
        ] {
            assert_eq!(fields(read(&[("file", file), ("alt", alt.as_bytes())]).await.unwrap_err()), at);
        }
        assert_eq!(fields(read(&[("alt", b"x")]).await.unwrap_err()), ["file"]);
        assert_eq!(fields(read(&[("file", &gif(1, 1)), ("file", &gif(1, 1))]).await.unwrap_err()), ["file"]);
    }

    #[tokio::test]
    async fn a_file_beyond_the_limit_is_too_large_and_a_torn_form_is_refused() {
        let mut large = gif(1, 1);
        large.resize(1_001, 0);
        assert!(matches!(read(&[("file", &large)]).await, Err(Refusal::BodyTooLarge { limit: 1_000 })));
        for (content_type, body) in [
            (TYPE, Bytes::from_static(b"--cut\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nGIF8")),
            (TYPE, Bytes::from_static(b"hello")),
            (TYPE, Bytes::new()),
            ("multipart/form-data", form(&[])),
        ] {
            assert!(matches!(read_form(content_type, body, 1_000).await, Err(Refusal::Invalid(_))));
        }
        let many = [("x", &b"1"[..]); 30];
        assert!(matches!(read(&many).await, Err(Refusal::Invalid(_))));
    }
}
