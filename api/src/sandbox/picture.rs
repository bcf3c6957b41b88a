//! The picture of a mini-program code. WeChat's own are round and only its app reads them; these are QR codes that anything reads, of
//! `page?scene=…`.

use std::io::Cursor;

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat, Luma, Rgba, RgbaImage};

/// White modules around the code without which scanners miss it. Source: ISO/IEC 18004.
const QUIET_MODULES: usize = 4;
const JPEG_QUALITY: u8 = 92;

/// PNG where the ground is to be transparent, JPEG otherwise. None where it would not fit.
pub(super) fn of(page: &str, scene: &str, width: u32, is_transparent: bool) -> Option<Vec<u8>> {
    let code = QRBuilder::new(format!("{page}?scene={scene}")).ecl(ECL::M).build().ok()?;
    let modules: Vec<Vec<bool>> =
        code.data.chunks(code.size).take(code.size).map(|row| row.iter().map(|module| module.value()).collect()).collect();
    let pixels = usize::try_from(width).ok()?;
    let scale = pixels.checked_div(code.size + 2 * QUIET_MODULES).filter(|scale| *scale > 0)?;
    let margin = (pixels - code.size * scale) / 2;
    let is_dark = |x: u32, y: u32| {
        let module = |at: u32| usize::try_from(at).ok()?.checked_sub(margin).map(|at| at / scale);
        let dark = module(y).and_then(|row| modules.get(row)).zip(module(x)).and_then(|(row, column)| row.get(column));
        dark.copied().unwrap_or_default()
    };
    if is_transparent { png(width, is_dark) } else { jpeg(width, is_dark) }
}

fn png(width: u32, is_dark: impl Fn(u32, u32) -> bool) -> Option<Vec<u8>> {
    let pixel = |x, y| if is_dark(x, y) { Rgba([0, 0, 0, 255]) } else { Rgba([255, 255, 255, 0]) };
    let mut bytes = Cursor::new(Vec::new());
    RgbaImage::from_fn(width, width, pixel).write_to(&mut bytes, ImageFormat::Png).ok()?;
    Some(bytes.into_inner())
}

fn jpeg(width: u32, is_dark: impl Fn(u32, u32) -> bool) -> Option<Vec<u8>> {
    let pixel = |x, y| if is_dark(x, y) { Luma([0_u8]) } else { Luma([255]) };
    let picture = image::GrayImage::from_fn(width, width, pixel);
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode(picture.as_raw(), width, width, ExtendedColorType::L8).ok()?;
    Some(bytes)
}
