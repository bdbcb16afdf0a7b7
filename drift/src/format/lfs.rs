//! Git LFS pointers: the small text that stands in a tree in place of a large file.

use crate::document::Position;
use crate::finding::FindingCode;
use crate::format::Unreadable;

const OPENING: &[u8] = b"version https://git-lfs.github.com/spec/";

/// True when the bytes open like a Git LFS pointer (the first line that its specification requires).
pub fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(OPENING)
}

/// Why a pointer cannot be compared: what it stands for is not in the tree.
pub(super) fn unreadable() -> Unreadable {
    Unreadable::new(Position::START, "git lfs pointer stands where content is expected")
        .with_code(FindingCode::LfsPointer)
}
