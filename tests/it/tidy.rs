//! The rules of the house that no compiler checks.

mod architecture;
mod directions;
mod sources;

use std::path::{Path, PathBuf};

/// A text file of the repository.
struct Source {
    /// Relative to the root, with slashes.
    path: String,
    text: String,
}

/// Every file with one of these extensions that is ours: no build output, no repository data.
fn files(extensions: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                if !["target", ".git", "config_data"].contains(&name) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
                found.push(source(root, path));
            }
        }
    }
    assert!(!found.is_empty(), "nothing with {extensions:?}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn source(root: &Path, path: PathBuf) -> Source {
    let text = std::fs::read_to_string(&path).unwrap();
    Source { path: path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"), text }
}

/// Fails with every fault at once.
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
