//! A ticket's code as a picture. Source: native-api.md §7.

use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;

/// An SVG that says the text and nothing else; `None` for one that is longer than a QR code can be.
pub fn svg(text: &str) -> Option<String> {
    let drawn = QRBuilder::new(text).build().ok()?;
    Some(SvgBuilder::default().to_str(&drawn))
}
