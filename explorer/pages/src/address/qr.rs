//! The QR code of an address, as one path of an SVG drawing.
use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code; the standard asks for four.
const QUIET: usize = 4;

/// A code's modules as SVG.
pub(super) struct Drawing {
    /// Width and height in modules.
    pub(super) size: usize,
    /// The dark modules: one rectangle for each run in a row.
    pub(super) path: String,
}

/// Returns the drawing of `text`, or `None` if it is too long for a code.
///
/// A bech32 address is written in capitals, which a code holds in fewer modules and wallets read alike.
pub(super) fn draw(text: &str) -> Option<Drawing> {
    let lower = text.to_lowercase();
    let content = if lower == text && !text.contains(char::is_whitespace) {
        text.to_uppercase()
    } else {
        text.to_owned()
    };
    let code = QrCode::with_error_correction_level(content, EcLevel::M).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET)
                    .expect("a String takes everything");
            }
            x += run.len();
        }
    }
    Some(Drawing {
        size: width + 2 * QUIET,
        path,
    })
}
