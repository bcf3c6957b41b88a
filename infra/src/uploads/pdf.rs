//! What is looked for in a PDF, by its names: encryption, JavaScript, programs to launch, embedded files and rich media. Names are read
//! outside of streams, and within object streams (`ObjStm`), which are inflated for it. What isn't looked at: the content of the pages,
//! and files made to be read differently by different readers. So this turns away the ordinary dangerous file, and is no proof that a file
//! is harmless. Source: ISO 32000-1, 7.3.5 (names), 7.5.7 (object streams), 7.6 (encryption), 12.6.4 (actions).

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::Unfit;

/// What all object streams of one file may hold together, inflated: some ten thousand objects.
const INFLATED_BYTES_MAX: usize = 16 * 1024 * 1024;
const ENCRYPTION: &[&[u8]] = &[b"Encrypt"];
const ACTIVE: &[&[u8]] = &[b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"SubmitForm", b"ImportData"];

pub(super) fn is_pdf(file: &[u8]) -> bool {
    file.starts_with(b"%PDF-")
}

pub(super) fn check(file: &[u8]) -> Result<(), Unfit> {
    let (mut rest, mut room) = (file, INFLATED_BYTES_MAX);
    while let Some((objects, stream, after)) = up_to_stream(rest) {
        check_names(objects)?;
        if of_last_object(objects).windows(7).any(|name| name == b"/ObjStm") {
            let inflated = decompress_to_vec_zlib_with_limit(stream, room).map_err(|_| Unfit::OpaquePdf)?;
            room -= inflated.len();
            check_names(&inflated)?;
        }
        rest = after;
    }
    check_names(rest)
}

/// The part before the next stream, the stream, and the part behind it. A stream ends no later than its object does.
fn up_to_stream(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let start = (0..bytes.len()).find(|at| begins_stream(bytes, *at))?;
    let (objects, rest) = bytes.split_at(start);
    let content = rest.get(b"stream".len()..)?;
    let content = content.strip_prefix(b"\r\n").or_else(|| content.strip_prefix(b"\n")).unwrap_or(content);
    let end = (0..content.len()).find(|at| content[*at..].starts_with(b"endstream") || content[*at..].starts_with(b"endobj"));
    let (stream, after) = content.split_at(end.unwrap_or(content.len()));
    Some((objects, stream, after.strip_prefix(b"endstream").unwrap_or(after)))
}

/// The word behind a dictionary: elsewhere it is text.
fn begins_stream(bytes: &[u8], at: usize) -> bool {
    let Some(rest) = bytes.get(at..) else { return false };
    (rest.starts_with(b"stream\n") || rest.starts_with(b"stream\r"))
        && bytes.get(..at).unwrap_or_default().trim_ascii_end().ends_with(b">>")
}

fn of_last_object(bytes: &[u8]) -> &[u8] {
    let start = bytes.windows(6).rposition(|word| word == b"endobj").unwrap_or_default();
    bytes.get(start..).unwrap_or_default()
}

fn check_names(bytes: &[u8]) -> Result<(), Unfit> {
    for name in bytes.split(|byte| *byte == b'/').skip(1).map(name_of) {
        if ENCRYPTION.contains(&name.as_slice()) {
            return Err(Unfit::EncryptedPdf);
        }
        if ACTIVE.contains(&name.as_slice()) {
            return Err(Unfit::ActivePdf);
        }
    }
    Ok(())
}

/// The name at the start of `bytes`, as far as one of ours could go, its `#xx` undone.
fn name_of(bytes: &[u8]) -> Vec<u8> {
    const LONGEST: usize = 16;
    let mut name = Vec::with_capacity(LONGEST);
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        if name.len() == LONGEST || !is_regular(*first) {
            break;
        }
        let escaped = if *first == b'#' { after.split_at_checked(2).and_then(|(hex, after)| Some((hex_byte(hex)?, after))) } else { None };
        let (byte, after) = escaped.unwrap_or((*first, after));
        name.push(byte);
        rest = after;
    }
    name
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Neither white space nor a delimiter.
fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && byte != 0 && !b"()<>[]{}/%".contains(&byte)
}
