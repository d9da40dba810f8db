//! Indexes of all versions, and broken ones.

use super::names as files;

/// The names of an index.
fn names(index: &[u8]) -> Vec<String> {
    files(index).into_iter().map(|(name, _)| name).collect()
}

/// An index entry of `mode` up to its flags.
fn entry(mode: u32, flags: u16) -> Vec<u8> {
    let mut out = vec![0; 24];
    out.extend(mode.to_be_bytes());
    out.resize(60, 7);
    out.extend(flags.to_be_bytes());
    out
}

fn index(version: u32, entries: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(entries.len()).expect("few");
    let head = [b"DIRC".to_vec(), version.to_be_bytes().to_vec(), count.to_be_bytes().to_vec()].concat();
    [head, entries.concat(), vec![0; 20]].concat()
}

/// An entry of version 2 or 3 with its name and padding.
fn padded(mut entry: Vec<u8>, name: &str) -> Vec<u8> {
    entry.extend(name.as_bytes());
    let length = (entry.len() / 8 + 1) * 8;
    entry.resize(length, 0);
    entry
}

#[test]
fn regular_files_are_listed() {
    let file = |name| padded(entry(0o100_644, 0), name);
    let link = padded(entry(0o120_000, 0), "link");
    let entries = [file(".env"), link, file("a/bb"), file("a/ccccc"), file("../outside")];
    assert_eq!(names(&index(2, &entries)), [".env", "a/bb", "a/ccccc"]);
}

#[test]
fn longer_flags_and_shared_beginnings_are_read() {
    let mut long = entry(0o100_644, 0x4000);
    long.extend([0, 0]);
    assert_eq!(names(&index(3, &[padded(long, "x/y")])), ["x/y"]);
    let shared = |cut: u8, rest: &str| [entry(0o100_755, 0), vec![cut], rest.as_bytes().to_vec(), vec![0]].concat();
    assert_eq!(names(&index(4, &[shared(0, "dir/one"), shared(3, "two")])), ["dir/one", "dir/two"]);
}

#[test]
fn a_mode_says_what_may_be_executed() {
    let entries = [padded(entry(0o100_644, 0), "a"), padded(entry(0o100_755, 0), "b")];
    assert_eq!(files(&index(2, &entries)), [("a".to_owned(), false), ("b".to_owned(), true)]);
}

#[test]
fn broken_indexes_give_what_they_can() {
    let whole = index(2, &[padded(entry(0o100_644, 0), "a"), padded(entry(0o100_644, 0), "b")]);
    for end in 0..whole.len() {
        assert!(names(&whole[..end]).len() <= 2);
    }
    assert!(names(b"DIRC\0\0\0\x02\xff\xff\xff\xff").is_empty());
    let cut = [entry(0o100_644, 0), vec![9], b"x\0".to_vec()].concat();
    assert!(names(&index(4, &[cut])).is_empty());
    assert!(names(&index(4, &[[entry(0o100_644, 0), vec![0xff; 40]].concat()])).is_empty());
}
