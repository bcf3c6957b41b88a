use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::*;

const POINTS_MAX: u64 = 1_000_000;
/// 104.06° east.
const GPS: &[u8] = b"\x00\x00\x00\x68";

fn clean(file: &[u8]) -> Result<Bytes, Unfit> {
    cleaned(Bytes::copy_from_slice(file), POINTS_MAX)
}

/// Red on the left, blue on the right.
fn flag() -> DynamicImage {
    let colour = |x| if x < 32 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
    DynamicImage::ImageRgb8(RgbImage::from_fn(64, 32, |x, _| colour(x)))
}

fn jpeg() -> Vec<u8> {
    let mut file = Vec::new();
    flag().write_with_encoder(JpegEncoder::new_with_quality(&mut file, 95)).unwrap();
    file
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// An EXIF block (TIFF, big endian) that says how the camera was held, who made it, and where it was.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend(b"\0\x01\0\x04\0\x05\0\0\0\x01\0\0\0\x38\0\0\0\0GPSLONGITUDE");
    tiff.extend(GPS);
    tiff
}

/// The JPEG with an EXIF segment behind its start.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let block = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &block, &jpeg[2..]].concat()
}

fn holds(file: &[u8], part: &[u8]) -> bool {
    file.windows(part.len()).any(|window| window == part)
}

fn colour_at(file: &[u8], x: u32, y: u32) -> &'static str {
    let point = image::load_from_memory(file).unwrap().into_rgb8().get_pixel(x, y).0;
    if point[0] > point[2] { "red" } else { "blue" }
}

#[test]
fn a_photo_comes_out_without_where_it_was_taken() {
    let sent = with_exif(&jpeg(), 1);
    assert!(holds(&sent, b"Exif") && holds(&sent, b"GPSLONGITUDE"));
    let kept = clean(&sent).unwrap();
    assert!(!holds(&kept, b"Exif") && !holds(&kept, b"GPSLONGITUDE"));
    assert_eq!((colour_at(&kept, 5, 16), colour_at(&kept, 58, 16)), ("red", "blue"));
}

#[test]
fn a_photo_stands_upright_without_saying_how_the_camera_was_held() {
    // 6: the first row is at the right of the scene.
    let kept = clean(&with_exif(&jpeg(), 6)).unwrap();
    let upright = image::load_from_memory(&kept).unwrap();
    assert_eq!((upright.width(), upright.height()), (32, 64));
    assert_eq!((colour_at(&kept, 16, 5), colour_at(&kept, 16, 58)), ("red", "blue"));
}

#[test]
fn what_is_written_between_the_chunks_of_a_png_or_behind_it_is_dropped() {
    let file = png(&flag());
    let (head, rest) = file.split_at(33);
    let text = [b"\0\0\0\x08".as_slice(), b"tEXtno\0where", b"\x6b\x5c\x1e\x0f"].concat();
    let sent = [head, &text, rest, b"a hidden archive"].concat();
    let kept = clean(&sent).unwrap();
    assert!(!holds(&kept, b"tEXt") && !holds(&kept, b"archive"));
    assert_eq!(image::load_from_memory(&kept).unwrap(), flag());
}

#[test]
fn cleaning_what_was_cleaned_changes_nothing_of_a_png() {
    let once = clean(&png(&flag())).unwrap();
    assert_eq!(clean(&once).unwrap(), once);
}

#[test]
fn a_grey_scan_and_a_transparent_drawing_stay_what_they_are() {
    let grey = DynamicImage::ImageLuma8(flag().into_luma8());
    assert_eq!(image::load_from_memory(&clean(&png(&grey)).unwrap()).unwrap(), grey);
    let clear = DynamicImage::ImageRgba8(flag().into_rgba8());
    assert_eq!(image::load_from_memory(&clean(&png(&clear)).unwrap()).unwrap(), clear);
}

/// A PNG of which nothing but the head is there.
fn head_of_png(width: u32, height: u32) -> Vec<u8> {
    let mut file = png(&DynamicImage::new_luma8(1, 1));
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&file[12..29]).to_be_bytes();
    file[29..33].copy_from_slice(&crc);
    file
}

/// RFC 2083, annex 15.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn a_picture_that_says_it_is_vast_is_refused_by_its_head() {
    assert!(matches!(clean(&head_of_png(30_000, 30_000)), Err(Unfit::TooManyPoints { points_max: POINTS_MAX })));
    assert!(matches!(clean(&head_of_png(u32::MAX >> 1, u32::MAX >> 1)), Err(Unfit::TooManyPoints { .. } | Unfit::Broken(_))));
    let mut vast = jpeg();
    let frame = vast.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    vast[frame + 5..frame + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    assert!(matches!(clean(&vast), Err(Unfit::TooManyPoints { .. })));
}

#[test]
fn a_picture_that_breaks_off_is_refused_even_if_it_holds_a_whole_small_one() {
    let (jpeg, png) = (jpeg(), png(&flag()));
    for file in
        [&jpeg[..jpeg.len() - 40], &jpeg[..jpeg.len() / 2], &jpeg[..20], &png[..png.len() / 2], &png[..20], b"\xff\xd8\xff\xe0 a photo"]
    {
        assert!(matches!(clean(file), Err(Unfit::Broken(_) | Unfit::BrokenOff)), "{} bytes", file.len());
    }
    let thumbnail = [b"Exif\0\0".as_slice(), &jpeg].concat();
    let length = u16::try_from(thumbnail.len() + 2).unwrap().to_be_bytes();
    let whole = [&jpeg[..2], &[0xff, 0xe1], &length, &thumbnail, &jpeg[2..]].concat();
    assert!(clean(&whole).is_ok());
    assert!(matches!(clean(&whole[..whole.len() - 40]), Err(Unfit::BrokenOff)));
}

#[test]
fn what_cannot_be_decoded_here_is_not_taken() {
    for file in [b"RIFF\x24\0\0\0WEBPVP8 ".as_slice(), b"\0\0\0\x18ftypheic\0\0\0\0", b"GIF89a", b"<svg>", b""] {
        assert!(matches!(clean(file), Err(Unfit::UnknownType)));
    }
}

fn pdf(object: &str) -> Vec<u8> {
    format!("%PDF-1.7\n1 0 obj<</Type/Catalog{object}>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").into_bytes()
}

#[test]
fn a_plain_pdf_is_kept_as_it_is() {
    for object in ["", "/OpenAction[2 0 R/Fit]", "/Lang(zh)/JSON 1", "/Title(stream\n)"] {
        assert_eq!(clean(&pdf(object)).unwrap(), pdf(object));
    }
    // What is drawn isn't read for names.
    let drawn = b"%PDF-1.4\n2 0 obj<</Length 9>>\nstream\n/JS  /JS \nendstream endobj\n";
    assert!(clean(drawn).is_ok());
}

#[test]
fn an_encrypted_pdf_is_refused() {
    let file = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R/Encrypt 5 0 R>>";
    assert!(matches!(clean(file), Err(Unfit::EncryptedPdf)));
}

#[test]
fn a_pdf_that_runs_something_or_carries_files_is_refused_however_the_name_is_written() {
    let objects = ["/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>", "/AA<</O<</S/Launch/F(x)>>>>", "/Names<</EmbeddedFiles 3 0 R>>"];
    let escaped = ["/S/J#61vaScript", "/S/#4c#61unch", "/J#53 3 0 R"];
    for object in objects.iter().chain(&escaped) {
        assert!(matches!(clean(&pdf(object)), Err(Unfit::ActivePdf)), "{object}");
    }
}

fn with_object_stream(content: &[u8]) -> Vec<u8> {
    let head = b"%PDF-1.7\n4 0 obj<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode>>\nstream\r\n".as_slice();
    [head, content, b"\nendstream\nendobj\n"].concat()
}

#[test]
fn object_streams_are_looked_through_and_those_that_cannot_be_are_refused() {
    let packed = |content: &[u8]| with_object_stream(&miniz_oxide::deflate::compress_to_vec_zlib(content, 6));
    assert!(clean(&packed(b"5 0 <</Type/Page>>")).is_ok());
    assert!(matches!(clean(&packed(b"5 0 <</S/JavaScript/JS(1)>>")), Err(Unfit::ActivePdf)));
    assert!(matches!(clean(&with_object_stream(b"not deflated")), Err(Unfit::OpaquePdf)));
    assert!(matches!(clean(&packed(&vec![b' '; 17 * 1024 * 1024])), Err(Unfit::OpaquePdf)), "a bomb");
}

#[tokio::test]
async fn pictures_wait_for_a_place_and_all_are_cleaned() {
    let cleaner = Cleaner::new(CleaningSettings { points_max: POINTS_MAX, concurrency: 1 });
    let waiting: Vec<_> = (0..4).map(|_| cleaner.clean(jpeg().into())).collect();
    for cleaned in futures_util::future::join_all(waiting).await {
        assert!(cleaned.is_ok());
    }
}
