use super::*;
use crate::vault::Algorithm;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and what follows";
const LIMIT: u64 = 20 * 1024 * 1024;

fn keys() -> Keys {
    Keys::of_memory(Algorithm::Aes256Gcm, &"511499".parse().unwrap(), "2026-09-14T01:00:00Z".parse().unwrap())
}

struct Folder {
    dir: tempfile::TempDir,
    objects: Objects,
}

fn folder() -> Folder {
    let dir = tempfile::tempdir().unwrap();
    let objects = Objects::local(&dir.path().join("objects"), keys()).unwrap();
    Folder { dir, objects }
}

impl Folder {
    /// Every file that lies in the store, part of an upload or whole.
    fn files(&self) -> usize {
        fn count(dir: &Path) -> usize {
            let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
        }
        count(self.dir.path())
    }
}

fn key() -> ObjectKey {
    "511499/uploads/one".parse().unwrap()
}

/// `bytes` as a client sends them: in pieces of `size`.
fn pieces(bytes: &[u8], size: usize) -> impl Stream<Item = Result<Bytes, Cause>> + use<> {
    let pieces: Vec<_> = bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

async fn read(objects: &Objects, key: &ObjectKey) -> Vec<u8> {
    let content = objects.get_stream(key).await.unwrap();
    content
        .bytes
        .try_fold(Vec::new(), |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_sent_in_small_pieces_is_kept_whole_with_its_size_digest_and_type() {
    let folder = folder();
    let stored = folder.objects.put_stream(&key(), pieces(PNG, 3), LIMIT).await.unwrap();
    assert_eq!(stored, Stored { size: 25, sha256: hex::encode(Sha256::digest(PNG)), media: MediaType::Png });
    assert_eq!(read(&folder.objects, &key()).await, PNG);
}

#[tokio::test]
async fn a_file_of_several_parts_arrives_in_order() {
    let folder = folder();
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.extend((0..11 * 1024 * 1024_u32).map(|i| u8::try_from(i % 251).unwrap()));
    let stored = folder.objects.put_stream(&key(), pieces(&pdf, 64 * 1024), LIMIT).await.unwrap();
    assert_eq!((stored.size, stored.media), (pdf.len() as u64, MediaType::Pdf));
    assert_eq!(stored.sha256, hex::encode(Sha256::digest(read(&folder.objects, &key()).await)));
}

#[tokio::test]
async fn a_file_over_the_limit_leaves_nothing_behind() {
    let folder = folder();
    let refused = folder.objects.put_stream(&key(), pieces(PNG, 8), 24).await;
    assert!(matches!(refused, Err(PutError::TooLarge { limit: 24 })));
    assert_eq!(folder.files(), 0);
    assert!(folder.objects.put_stream(&key(), pieces(PNG, 8), 25).await.is_ok(), "the limit itself is allowed");
}

#[tokio::test]
async fn a_sender_that_breaks_off_leaves_nothing_behind() {
    let folder = folder();
    let broken = pieces(PNG, 16).chain(stream::once(async { Err::<Bytes, Cause>("connection lost".into()) }));
    assert!(matches!(folder.objects.put_stream(&key(), broken, LIMIT).await, Err(PutError::Sender(_))));
    assert_eq!(folder.files(), 0);
}

#[tokio::test]
async fn the_type_comes_from_the_first_bytes_and_others_are_refused() {
    let folder = folder();
    let heads: [(&[u8], MediaType); 5] = [
        (b"%PDF-1.4", MediaType::Pdf),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", MediaType::Jpeg),
        (PNG, MediaType::Png),
        (b"RIFF\x24\0\0\0WEBPVP8 ", MediaType::Webp),
        (b"\0\0\0\x18ftypheic\0\0\0\0", MediaType::Heic),
    ];
    for (head, media) in heads {
        assert_eq!(folder.objects.put_bytes(&key(), Bytes::from_static(head)).await.unwrap().media, media);
        assert_eq!(media.as_str().parse(), Ok(media));
    }
    for other in ["", "<html>", "MZ\u{90}", "RIFF....AVI ", "....ftypmp42"] {
        let refused = folder.objects.put_stream(&"a/b".parse().unwrap(), pieces(other.as_bytes(), 5), LIMIT).await;
        assert!(matches!(refused, Err(PutError::UnknownType)), "{other}");
    }
}

fn path_of(folder: &Folder, key: &ObjectKey) -> PathBuf {
    folder.dir.path().join("objects").join(key.to_string())
}

#[tokio::test]
async fn nothing_of_a_file_can_be_read_where_it_lies() {
    let folder = folder();
    folder.objects.put_bytes(&key(), Bytes::from_static(PNG)).await.unwrap();
    let lies = std::fs::read(path_of(&folder, &key())).unwrap();
    assert!(!lies.windows(8).any(|window| PNG.windows(8).any(|part| part == window)));
    assert_eq!(folder.objects.get_stream(&key()).await.unwrap().size, PNG.len() as u64);
}

#[tokio::test]
async fn a_file_that_was_changed_cut_or_put_in_anothers_place_is_refused_and_named() {
    let folder = folder();
    let other: ObjectKey = "511499/uploads/other".parse().unwrap();
    for key in [key(), other.clone()] {
        folder.objects.put_bytes(&key, Bytes::from_static(PNG)).await.unwrap();
    }
    let whole = std::fs::read(path_of(&folder, &key())).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for damaged in [flipped, whole[..whole.len() - 1].to_vec(), whole[..10].to_vec(), std::fs::read(path_of(&folder, &other)).unwrap()] {
        std::fs::write(path_of(&folder, &key()), damaged).unwrap();
        let error = folder.objects.get_bytes(&key()).await.unwrap_err();
        assert!(matches!(&error, ObjectError::Damaged { key, .. } if key == "511499/uploads/one"), "{error:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_sealed_anew_is_the_same_file() {
    let folder = folder();
    let pdf = [b"%PDF-1.7\n".as_slice(), &vec![7; 200_000]].concat();
    folder.objects.put_bytes(&key(), pdf.clone().into()).await.unwrap();
    let before = std::fs::read(path_of(&folder, &key())).unwrap();
    folder.objects.reseal(&key()).await.unwrap();
    assert_ne!(std::fs::read(path_of(&folder, &key())).unwrap(), before);
    assert_eq!((read(&folder.objects, &key()).await, folder.files()), (pdf, 1));
}

#[tokio::test]
async fn a_deleted_object_is_gone_and_deleting_it_again_is_no_fault() {
    let folder = folder();
    folder.objects.put_bytes(&key(), Bytes::from_static(PNG)).await.unwrap();
    assert_eq!(folder.objects.get_bytes(&key()).await.unwrap(), PNG);
    folder.objects.delete(&key()).await.unwrap();
    folder.objects.delete(&key()).await.unwrap();
    assert!(matches!(folder.objects.get_stream(&key()).await, Err(ObjectError::NotFound)));
    assert_eq!(folder.files(), 0);
}
