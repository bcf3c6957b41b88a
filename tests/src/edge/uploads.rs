//! What is kept of a file that somebody sends.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::support::client::{Answer, Api};
use crate::support::people::Role;
use crate::support::stand::Stand;

const UPLOADS: &str = "/api/v1/uploads";
/// What a phone calls itself, in the metadata of its photos.
const PHONE: &[u8] = b"HUAWEI P60 of Wang";

/// Red on the left, blue on the right, as a phone held upright sees it.
fn scene() -> DynamicImage {
    let colour = |x| if x < 48 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
    DynamicImage::ImageRgb8(RgbImage::from_fn(96, 64, |x, _| colour(x)))
}

fn jpeg(picture: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut file, 95)).unwrap();
    file
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// The photo of a phone that was turned to its side: the picture lies, and its EXIF block says how to stand it up (6: turn it clockwise),
/// which phone took it and where.
fn photo_with_place() -> Vec<u8> {
    let lying = jpeg(&scene().rotate270());
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    tiff.extend([0x01, 0x10, 0, 2, 0, 0, 0, u8::try_from(PHONE.len()).unwrap(), 0, 0, 0, 68]);
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 50]);
    tiff.extend([0, 0, 0, 0]);
    // One entry of the GPS block: the reference of the latitude, N.
    tiff.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0");
    tiff.extend(PHONE);
    let block = [b"Exif\0\0".as_slice(), &tiff].concat();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    [&lying[..2], &[0xff, 0xe1], &length, &block, &lying[2..]].concat()
}

fn holds(file: &[u8], part: &[u8]) -> bool {
    file.windows(part.len()).any(|window| window == part)
}

async fn upload(who: &Api, file: Vec<u8>) -> Answer {
    who.upload(UPLOADS, "photo", "image/jpeg", file).await
}

async fn back(who: &Api, taken: &Answer) -> Vec<u8> {
    let id = taken.value()["id"].as_str().unwrap().to_owned();
    who.get(&format!("{UPLOADS}/{id}")).await.expect(200).bytes().to_vec()
}

#[tokio::test]
async fn a_photo_comes_back_upright_and_without_where_and_with_what_it_was_taken() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let sent = photo_with_place();
    assert!(holds(&sent, PHONE) && holds(&sent, b"Exif"));
    let taken = upload(&villager, sent).await.expect(201);
    let kept = back(&villager, &taken).await;
    assert!(!holds(&kept, PHONE) && !holds(&kept, b"Exif"));
    assert_eq!((taken.value()["media_type"].as_str(), taken.value()["size"].as_u64()), (Some("image/jpeg"), Some(kept.len() as u64)));
    let seen = image::load_from_memory(&kept).unwrap().into_rgb8();
    assert_eq!(seen.dimensions(), (96, 64));
    let (left, right) = (seen.get_pixel(8, 32).0, seen.get_pixel(88, 32).0);
    assert!(left[0] > 180 && left[2] < 80, "red on the left: {left:?}");
    assert!(right[2] > 180 && right[0] < 80, "blue on the right: {right:?}");
}

#[tokio::test]
async fn size_and_digest_are_those_of_what_is_kept_and_the_same_photo_is_kept_alike() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let (first, second) =
        (upload(&villager, photo_with_place()).await.expect(201), upload(&villager, photo_with_place()).await.expect(201));
    assert_eq!(first.value()["sha256"], second.value()["sha256"]);
    let kept = back(&villager, &first).await;
    let again = upload(&villager, png(&image::load_from_memory(&kept).unwrap())).await.expect(201);
    assert_eq!(again.value()["media_type"], "image/png");
}

#[tokio::test]
async fn a_picture_that_would_fill_the_memory_is_refused_by_its_head() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let mut bomb = png(&DynamicImage::new_luma8(1, 1));
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let check = crc32(&bomb[12..29]).to_be_bytes();
    bomb[29..33].copy_from_slice(&check);
    upload(&villager, bomb).await.problem(413, "picture_too_large");
}

/// RFC 2083, annex 15.
fn crc32(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)))
}

#[tokio::test]
async fn a_picture_that_breaks_off_and_a_format_that_is_not_decoded_are_refused_in_clear_words() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let (photo, drawing) = (photo_with_place(), png(&scene()));
    for broken in [&photo[..photo.len() / 2], &photo[..photo.len() - 60], &drawing[..drawing.len() / 2], b"\xff\xd8\xff\xe0 a photo"] {
        let problem = upload(&villager, broken.to_vec()).await.problem(422, "picture_broken");
        assert!(problem.detail.contains("重新拍照"), "{}", problem.detail);
    }
    for other in [b"RIFF\x24\0\0\0WEBPVP8 ".as_slice(), b"\0\0\0\x18ftypheic\0\0\0\0"] {
        upload(&villager, other.to_vec()).await.problem(415, "file_type_unknown");
    }
}

#[tokio::test]
async fn a_pdf_is_kept_as_it_is_unless_it_is_encrypted_or_runs_something() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let pdf = |catalog: &str, trailer: &str| {
        let text = format!("%PDF-1.4\n1 0 obj<</Type/Catalog{catalog}>>endobj\ntrailer<</Root 1 0 R{trailer}>>\n%%EOF\n");
        text.into_bytes()
    };
    let plain = upload(&villager, pdf("", "")).await.expect(201);
    assert_eq!(back(&villager, &plain).await, pdf("", ""));
    upload(&villager, pdf("", "/Encrypt 2 0 R")).await.problem(422, "pdf_encrypted");
    upload(&villager, pdf("/OpenAction<</S/JavaScript/JS(1)>>", "")).await.problem(422, "pdf_active");
    upload(&villager, pdf("/AA<</O<</S/L#61unch/F(x)>>>>", "")).await.problem(422, "pdf_active");
    upload(&villager, pdf("/Names<</EmbeddedFiles 3 0 R>>", "")).await.problem(422, "pdf_active");
}
