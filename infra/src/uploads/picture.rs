//! Pictures, decoded and encoded anew: turned as their metadata say, without the metadata. Colours are kept as numbers; a profile that
//! says how a screen should show them is dropped with the rest.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::Unfit;

/// At which small print stays readable and a photo doesn't grow.
const JPEG_QUALITY: u8 = 88;
/// Of a point in memory while it is decoded: four channels of eight bits.
const BYTES_A_POINT_MAX: u64 = 4;

/// The picture in the format that it came in.
pub(super) fn encoded_anew(file: &[u8], points_max: u64) -> Result<Vec<u8>, Unfit> {
    let format = match image::guess_format(file) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png)) => format,
        Ok(_) | Err(_) => return Err(Unfit::UnknownType),
    };
    let picture = decoded(file, format, points_max)?;
    encoded(picture, format).map_err(Unfit::Broken)
}

fn decoded(file: &[u8], format: ImageFormat, points_max: u64) -> Result<DynamicImage, Unfit> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(points_max.saturating_mul(BYTES_A_POINT_MAX));
    reader.limits(limits);
    let unfit = |error| match error {
        ImageError::Limits(_) => Unfit::TooManyPoints { points_max },
        other => Unfit::Broken(other),
    };
    // So far the head has been read, and nothing decoded.
    let mut decoder = reader.into_decoder().map_err(unfit)?;
    let (width, height) = decoder.dimensions();
    let too_many = u64::from(width) * u64::from(height) > points_max;
    if too_many || decoder.total_bytes() > points_max.saturating_mul(BYTES_A_POINT_MAX) {
        return Err(Unfit::TooManyPoints { points_max });
    }
    // The decoder would fill up with grey what is missing of a JPEG.
    if format == ImageFormat::Jpeg && !jpeg_is_whole(file) {
        return Err(Unfit::BrokenOff);
    }
    let orientation = decoder.orientation().map_err(unfit)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unfit)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn encoded(picture: DynamicImage, format: ImageFormat) -> Result<Vec<u8>, ImageError> {
    let mut file = Cursor::new(Vec::new());
    let is_grey = !picture.color().has_color();
    match format {
        ImageFormat::Jpeg => {
            let flat = if is_grey { DynamicImage::ImageLuma8(picture.into_luma8()) } else { DynamicImage::ImageRgb8(picture.into_rgb8()) };
            flat.write_with_encoder(JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY))?;
        }
        _png => picture.write_to(&mut file, ImageFormat::Png)?,
    }
    Ok(file.into_inner())
}

/// Whether the end of the picture is reached. The markers are walked, since a picture may hold a smaller one with an end of its own.
/// Source: ITU-T T.81, annex B.
fn jpeg_is_whole(file: &[u8]) -> bool {
    const END: u8 = 0xd9;
    let mut rest = file.get(2..).unwrap_or_default();
    while let Some((marker, after)) = next_marker(rest) {
        if marker == END {
            return true;
        }
        let length = after.first_chunk().map(|length| usize::from(u16::from_be_bytes(*length)));
        let Some(behind) = length.and_then(|length| after.get(length.max(2)..)) else { return false };
        rest = behind;
    }
    false
}

/// The next marker that opens a segment or ends the picture; stuffed bytes and restarts are part of what is drawn.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let found = bytes.windows(2).position(|pair| matches!(pair, [0xff, code] if !matches!(code, 0x00 | 0x01 | 0xd0..=0xd7 | 0xff)))?;
    Some((*bytes.get(found + 1)?, bytes.get(found + 2..)?))
}
