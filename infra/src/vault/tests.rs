use proptest::prelude::*;

use super::cipher::Cipher;
use super::segments::SEGMENT_LEN;
use super::*;
use std::sync::Arc;

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex.replace(' ', "")).unwrap()
}

/// McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test cases 13 to 16: all with a key of 256 bits and a nonce of 96.
#[test]
fn aes_256_gcm_gives_the_specifications_values() {
    let (zeros, key) = ("00".repeat(32), "feffe9928665731c6d6a8f9467308308".repeat(2));
    let text = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
    let sealed = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                  8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
    let (no_nonce, nonce) = ("000000000000000000000000", "cafebabefacedbaddecaf888");
    let aad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    // Key, nonce, what is authenticated beside the text, text, ciphertext, tag. The last case's text lacks four bytes.
    let cases = [
        [&zeros, no_nonce, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"],
        [&zeros, no_nonce, "", &zeros[..32], "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"],
        [&key, nonce, "", text, sealed, "b094dac5d93471bdec1a502270e3cc6c"],
        [&key, nonce, aad, &text[..120], &sealed[..120], "76fc6ece0f4e1768cddf8853bb2d551b"],
    ];
    for [key, nonce, aad, text, sealed, tag] in cases {
        let cipher = Cipher::new(Algorithm::Aes256Gcm, &bytes(key)).unwrap();
        let (nonce, aad, sealed) = (bytes(nonce).try_into().unwrap(), bytes(aad), bytes(&format!("{sealed}{tag}")));
        assert_eq!(cipher.seal(nonce, &aad, &bytes(text)).unwrap(), sealed);
        assert_eq!(cipher.open(nonce, &aad, &sealed).unwrap(), bytes(text));
    }
}

/// RFC 8998, appendix A.1.
#[test]
fn sm4_gcm_gives_the_rfcs_values() {
    let key = bytes("0123456789ABCDEFFEDCBA9876543210");
    let text = bytes(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB CCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD \
         EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFF EEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
    );
    let aad = bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
    let sealed = bytes(
        "17F399F08C67D5EE19D0DC9969C4BB7D 5FD46FD3756489069157B282BB200735 \
         D82710CA5C22F0CCFA7CBF93D496AC15 A56834CBCF98C397B4024A2691233B8D 83DE3541E4C2B58177E065A9BF7B62EC",
    );
    let nonce = bytes("00001234567800000000ABCD").try_into().unwrap();
    let cipher = Cipher::new(Algorithm::Sm4Gcm, &key).unwrap();
    assert_eq!(cipher.seal(nonce, &aad, &text).unwrap(), sealed);
    assert_eq!(cipher.open(nonce, &aad, &sealed).unwrap(), text);
}

/// GB/T 32907-2016, appendix A: one encryption (A.1), and a million of them one after the other (A.2).
#[test]
fn sm4_gives_the_standards_values() {
    use sm4::cipher::{BlockCipherEncrypt, KeyInit};
    let block: [u8; 16] = bytes("0123456789abcdeffedcba9876543210").try_into().unwrap();
    let (cipher, mut sealed) = (sm4::Sm4::new(&block.into()), block.into());
    cipher.encrypt_block(&mut sealed);
    assert_eq!(sealed.as_slice(), bytes("681edf34d206965e86b3e94f536e4246"));
    for _ in 1..1_000_000 {
        cipher.encrypt_block(&mut sealed);
    }
    assert_eq!(sealed.as_slice(), bytes("595298c7c6fd271f0402f804c33d3f66"));
}

/// RFC 4231, test case 2: the index hashes with this.
#[test]
fn hmac_sha256_gives_the_rfcs_value() {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"Jefe").unwrap();
    mac.update(b"what do ya want for nothing?");
    let expected = bytes("5bdcc146bf60754e6a042426089575c7 5a003f089d2739839dec58b964ec3843");
    assert_eq!(mac.finalize().into_bytes().as_slice(), expected);
}

const PHONE: Column = Column::new("persons", "phone");
const ADDRESS: Column = Column::new("persons", "address");

fn district() -> domain::ids::DistrictCode {
    "511499".parse().unwrap()
}

fn key(id: u32, purpose: Purpose, algorithm: Algorithm) -> Arc<DataKey> {
    Arc::new(DataKey::generate(KeyId(id), purpose, algorithm, "2026-09-14T01:00:00Z".parse().unwrap()).unwrap())
}

fn ring(algorithm: Algorithm) -> Ring {
    Ring::new((1..).zip(Purpose::ALL).map(|(id, purpose)| key(id, purpose, algorithm)))
}

const BOTH: [Algorithm; 2] = [Algorithm::Aes256Gcm, Algorithm::Sm4Gcm];

#[test]
fn a_value_opens_in_its_own_cell_alone() {
    for ring in BOTH.map(ring) {
        let (here, one, two) = (district(), RowId::new(["1"]), RowId::new(["2"]));
        let cell = |column, row| Cell { district: &here, column, row };
        let sealed = ring.seal(cell(PHONE, &one), "13812345678".as_bytes()).unwrap();
        assert_eq!(ring.open(cell(PHONE, &one), &sealed).unwrap().as_slice(), b"13812345678");
        let elsewhere: domain::ids::DistrictCode = "511498".parse().unwrap();
        let others = [cell(PHONE, &two), cell(ADDRESS, &one), Cell { district: &elsewhere, ..cell(PHONE, &one) }];
        for other in others {
            assert_eq!(ring.open(other, &sealed).unwrap_err(), VaultError::Forged);
        }
    }
}

#[test]
fn the_parts_of_a_rows_key_cannot_be_shifted() {
    let here = district();
    let place = |row: &RowId| Cell { district: &here, column: PHONE, row }.bytes();
    assert_ne!(place(&RowId::new(["a", "bc"])), place(&RowId::new(["ab", "c"])));
    assert_ne!(place(&RowId::new(["a"])), place(&RowId::new(["a", ""])));
}

#[test]
fn whichever_byte_of_a_value_is_flipped_it_does_not_open() {
    let (here, row, ring) = (district(), RowId::new(["1"]), ring(Algorithm::Aes256Gcm));
    let cell = Cell { district: &here, column: PHONE, row: &row };
    let sealed = ring.seal(cell, b"13812345678").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(ring.open(cell, &changed).is_err(), "byte {at}");
    }
    for length in 0..sealed.len() {
        assert!(ring.open(cell, &sealed[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn after_a_rotation_to_the_other_algorithm_the_new_key_seals_and_both_open() {
    let (old, new) = (key(1, Purpose::Column, Algorithm::Aes256Gcm), key(2, Purpose::Column, Algorithm::Sm4Gcm));
    let (before, after) = (Ring::new([Arc::clone(&old)]), Ring::new([old, new]));
    let (here, row) = (district(), RowId::new(["1"]));
    let cell = Cell { district: &here, column: PHONE, row: &row };
    let (first, second) = (before.seal(cell, b"1").unwrap(), after.seal(cell, b"2").unwrap());
    assert_eq!((sealed_under(&first), sealed_under(&second)), (Ok(KeyId(1)), Ok(KeyId(2))));
    assert_eq!((after.open(cell, &first).unwrap().as_slice(), after.open(cell, &second).unwrap().as_slice()), (&b"1"[..], &b"2"[..]));
    assert_eq!(before.open(cell, &second).unwrap_err(), VaultError::UnknownKey(KeyId(2)));
}

#[test]
fn an_index_is_the_same_for_the_same_value_of_the_same_column_alone() {
    let ring = ring(Algorithm::Aes256Gcm);
    let index = |column, value| ring.index(column, value).unwrap();
    assert_eq!(index(PHONE, "13812345678"), index(PHONE, "13812345678"));
    assert_ne!(index(PHONE, "13812345678"), index(PHONE, "13812345679"));
    assert_ne!(index(PHONE, "13812345678"), index(ADDRESS, "13812345678"));
    assert_ne!(index(PHONE, "13812345678"), super::tests::ring(Algorithm::Aes256Gcm).index(PHONE, "13812345678").unwrap());
}

#[test]
fn a_data_key_unwraps_under_its_master_key_with_nothing_changed() {
    let (master, other, key) = (MasterKey::generate(), MasterKey::generate(), key(1, Purpose::Column, Algorithm::Sm4Gcm));
    let wrapped = master.wrap(&district(), &key).unwrap();
    assert_eq!(master.unwrap(&district(), &wrapped).unwrap().secret, key.secret);
    let changed = [
        other.unwrap(&district(), &wrapped),
        master.unwrap(&"511498".parse().unwrap(), &wrapped),
        master.unwrap(&district(), &Wrapped { purpose: Purpose::Object, ..wrapped.clone() }),
        master.unwrap(&district(), &Wrapped { id: KeyId(2), ..wrapped.clone() }),
    ];
    assert!(changed.into_iter().all(|unwrapped| matches!(unwrapped, Err(VaultError::Forged))));
}

#[test]
fn a_master_key_is_64_hexadecimal_digits_and_is_never_shown() {
    let master = MasterKey::generate();
    let text = format!("{}\n", master.to_hex().as_str());
    assert_eq!(text.parse::<MasterKey>().unwrap().fingerprint(), master.fingerprint());
    for text in ["", "00", "zz", &"0".repeat(63), &"0".repeat(66)] {
        assert!(matches!(text.parse::<MasterKey>(), Err(BadMasterKey)), "{text:?}");
    }
    let shown = format!("{master:?} {:?}", key(1, Purpose::Column, Algorithm::Aes256Gcm));
    assert!(!shown.contains(master.to_hex().as_str()) && shown.contains("***"), "{shown}");
}

/// The file as it lies in the store, its plain text coming in pieces.
fn sealed_file(ring: &Ring, object: &str, plain: &[u8], piece: usize) -> Vec<u8> {
    let (mut sealing, header) = SealingFile::begin(ring, object).unwrap();
    let mut file = header.to_vec();
    for piece in plain.chunks(piece) {
        sealing.push(piece).unwrap().iter().for_each(|segment| file.extend_from_slice(segment));
    }
    file.extend_from_slice(&sealing.finish().unwrap());
    file
}

fn opened_file(ring: &Ring, object: &str, file: &[u8], piece: usize) -> Result<Vec<u8>, VaultError> {
    let (header, rest) = file.split_first_chunk().ok_or(VaultError::Short)?;
    let mut opening = OpeningFile::begin(ring, object, &FileHeader::parse(header)?)?;
    let mut plain = Vec::new();
    for piece in rest.chunks(piece) {
        opening.push(piece)?.iter().for_each(|segment| plain.extend_from_slice(segment));
    }
    plain.extend_from_slice(&opening.finish()?);
    Ok(plain)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_file_of_any_size_in_any_pieces_comes_back(
        around in prop::sample::select(vec![0, SEGMENT_LEN, 2 * SEGMENT_LEN]), more in 0_usize..3, less in 0_usize..2,
        pieces in (1_usize..100_000, 1_usize..100_000), algorithm in prop::sample::select(BOTH.to_vec()),
    ) {
        let plain: Vec<u8> = (0..(around + more).saturating_sub(less)).map(|at| (at % 251) as u8).collect();
        let ring = ring(algorithm);
        let file = sealed_file(&ring, "511499/uploads/one", &plain, pieces.0);
        prop_assert_eq!(plain_size(file.len() as u64), Ok(plain.len() as u64));
        prop_assert!(opened_file(&ring, "511499/uploads/one", &file, pieces.1).unwrap() == plain);
    }
}

#[test]
fn a_file_that_was_cut_changed_moved_or_reordered_does_not_open() {
    let ring = ring(Algorithm::Aes256Gcm);
    let plain = vec![7; 2 * SEGMENT_LEN + 100];
    let file = sealed_file(&ring, "a/1", &plain, 1000);
    let segment = SEGMENT_LEN + 16;
    let open = |file: &[u8]| opened_file(&ring, "a/1", file, 9999).map(|_| ());
    assert_eq!(open(&file), Ok(()));
    assert_eq!(open(&file[..HEADER_LEN + segment]), Err(VaultError::Truncated));
    assert_eq!(open(&file[..HEADER_LEN + segment + 5]), Err(VaultError::Forged));
    assert_eq!(open(&file[..HEADER_LEN]), Err(VaultError::Forged));
    for at in [0, 5, 20, HEADER_LEN, HEADER_LEN + segment, file.len() - 1] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(open(&changed).is_err(), "byte {at}");
    }
    let mut reordered = file.clone();
    reordered[HEADER_LEN..HEADER_LEN + 2 * segment].rotate_left(segment);
    assert_eq!(open(&reordered), Err(VaultError::Forged));
    assert_eq!(opened_file(&ring, "a/2", &file, 9999), Err(VaultError::Forged));
}
