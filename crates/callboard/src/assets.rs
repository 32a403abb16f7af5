//! Style sheets, scripts and pictures of the pages: compiled in, served under a name that holds their digest,
//! so that a browser keeps each for ever and fetches it anew when it changes.

use std::sync::LazyLock;

use bytes::Bytes;
use callboard_core::canonical::{hex, sha256};
use http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, StatusCode};

use crate::http::Reply;

/// Where they are.
pub const MOUNT: &str = "/assets/";
/// Hexadecimal digits of the digest that stand in a name.
const DIGITS: usize = 16;

/// One file.
#[derive(Debug)]
pub struct Asset {
    /// Its name in `assets/`.
    pub name: &'static str,
    /// Where it is served: `/assets/base-0123456789abcdef.css`.
    pub path: String,
    content_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! files {
    ($($name:literal as $content_type:literal),+ $(,)?) => {
        const FILES: &[(&str, &str, &[u8])] =
            &[$(($name, $content_type, include_bytes!(concat!("../assets/", $name)))),+];
    };
}
files!(
    "base.css" as "text/css; charset=utf-8",
    "docs.css" as "text/css; charset=utf-8",
    "dashboard.css" as "text/css; charset=utf-8",
    "office.css" as "text/css; charset=utf-8",
    "office.js" as "text/javascript; charset=utf-8",
    "door.js" as "text/javascript; charset=utf-8",
    "jsqr.js" as "text/javascript; charset=utf-8",
    "app.js" as "text/javascript; charset=utf-8",
    "icon.svg" as "image/svg+xml",
);

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |(name, content_type, bytes): &(&'static str, &'static str, &'static [u8])| {
        let digest = hex(&sha256(bytes));
        let digest = digest.get(..DIGITS).unwrap_or(&digest);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        Asset { name, path: format!("{MOUNT}{stem}-{digest}.{extension}"), content_type, bytes }
    };
    FILES.iter().map(asset).collect()
});

/// The address of a file by its name in `assets/`; a name that is not there is a fault that the tests see.
pub fn path(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.path.as_str())
}

/// Answers a path below [`MOUNT`]; `None` for one that is not, or no longer, there.
pub fn answer(path: &str) -> Option<Reply> {
    let asset = ASSETS.iter().find(|asset| asset.path == path)?;
    let content_type = HeaderValue::from_static(asset.content_type);
    let reply = Reply::new(StatusCode::OK, content_type, Bytes::from_static(asset.bytes));
    Some(
        reply
            .with(CACHE_CONTROL, "public, max-age=31536000, immutable")
            .with(X_CONTENT_TYPE_OPTIONS, "nosniff")
            .with(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_under_its_digest_and_no_other() {
        for asset in ASSETS.iter() {
            assert_eq!(path(asset.name), asset.path);
            assert_eq!(answer(&asset.path).unwrap().body, asset.bytes);
        }
        assert_eq!(path("nothing.css"), "");
        assert!(answer("/assets/base-0000000000000000.css").is_none());
        assert!(answer("/assets/../Cargo.toml").is_none());
    }
}
