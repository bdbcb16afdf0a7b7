//! One changed file from bytes to classified, judged and masked deltas. Files do not depend on each other.

mod effect;
mod evidence;
mod judge;
mod text;
mod tree;
mod whole;

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::both::both;
use crate::cascade::Base;
use crate::change::{Content, FileChange, FileSide};
use crate::decision::Decision;
use crate::delta::{Class, Delta, Kind};
use crate::difference::Origin;
use crate::document::{Document, Position, Value};
use crate::finding::{FileFinding, Finding, FindingCode};
use crate::format::{self, Unreadable};
use crate::mask::{Masker, hex};
use crate::outcome::Violation;
use crate::policy;
use crate::risk_table;
use crate::rules::Rules;

/// What one changed file comes to.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    /// The file.
    pub file: String,
    /// Where it was, when it was renamed.
    pub renamed_from: Option<String>,
    /// Its deltas in order.
    pub deltas: Vec<Delta>,
    /// Its findings in order.
    pub findings: Vec<Finding>,
    /// Its policy violations, in the order of the deltas.
    pub violations: Vec<Violation>,
    /// Demands of rules that no score can lift, with their reasons.
    pub demands: Vec<(Decision, String)>,
    /// What its deltas touch, when it is the base file of a cascade.
    pub(crate) base: Option<Base>,
}

/// Assesses one changed file. Total: whatever cannot be read ends as one finding and one unreadable delta.
pub fn assess(change: &FileChange, rules: &Rules, masker: &Masker) -> Assessment {
    let file = change.path.as_str();
    let assessing = Assessing { change, rules, policy: rules.policy.in_file(file), table: OnceLock::new(), masker };
    let mut result = Assessment {
        file: change.path.clone(),
        renamed_from: change.renamed_from.as_ref().map(|from| from.path.clone()),
        ..Assessment::default()
    };
    let (old, new) = assessing.read_both();
    let mut drafts = Vec::new();
    match (&old, &new) {
        (Err(failure), _) | (_, Err(failure)) => {
            drafts.push(whole::unreadable(change, failure));
            // Both sides may fail for reasons of their own; a reader of the report must see each.
            let failures = [old.as_ref().err(), new.as_ref().err()].into_iter().flatten();
            result.findings.extend(failures.map(|failure| failure.finding(&change.path)));
        }
        (Ok(old), Ok(new)) => {
            // What a golden document has too is no news, and what only the golden one had is gone.
            let gone = Some(old).filter(|_| !matches!(new, Read::Document(_)));
            result.findings.extend(gone.into_iter().chain([new]).flat_map(|side| side.findings(&change.path)));
            drafts.extend(assessing.compare(old, new));
        }
    }
    result.findings.dedup();
    result.base = effect::base(&change.path, &drafts, old.as_ref().ok(), new.as_ref().ok());
    for draft in drafts {
        assessing.conclude(draft, &mut result);
    }
    number(&mut result);
    result
}

struct Assessing<'a> {
    change: &'a FileChange,
    rules: &'a Rules,
    /// What of the policy may apply in this file: asked once, not for each leaf.
    policy: policy::InFile<'a>,
    /// The same of the risk table; not before there is a difference, since the shipped one may still be read beside.
    table: OnceLock<risk_table::InFile<'a>>,
    masker: &'a Masker,
}

/// A side as read.
enum Read<'a> {
    /// The file is not there.
    Absent,
    /// A regular file.
    Document(Box<Document>),
    /// A symbolic link.
    Symlink(&'a [u8]),
    /// A submodule.
    Submodule(&'a str),
}

/// Why a side cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Failure {
    code: FindingCode,
    at: Position,
    reason: String,
}

impl Failure {
    fn finding(&self, path: &str) -> Finding {
        Finding::new(path, FileFinding { code: self.code, at: self.at, message: self.reason.clone() })
    }
}

impl From<Unreadable> for Failure {
    fn from(error: Unreadable) -> Self {
        Self { code: error.code, at: error.at, reason: error.reason }
    }
}

impl Read<'_> {
    fn findings(&self, path: &str) -> Vec<Finding> {
        match self {
            Self::Document(document) => {
                document.findings.iter().cloned().map(|finding| Finding::new(path, finding)).collect()
            }
            Self::Symlink(_) => {
                let message = "a symbolic link; its target is compared as text and not followed".to_owned();
                vec![Finding::new(path, FileFinding { code: FindingCode::Symlink, at: Position::START, message })]
            }
            Self::Absent | Self::Submodule(_) => Vec::new(),
        }
    }
}

/// A delta before judgement: what it is, where it stands, and what rules look at.
struct Draft<'a> {
    kind: Kind,
    class: Class,
    path: String,
    key_path: String,
    document: u32,
    document_label: String,
    from_file: Option<String>,
    /// Where a moved or renamed node was in the same file.
    from: Option<Origin>,
    similarity: Option<u8>,
    at: Position,
    old: serde_json::Value,
    new: serde_json::Value,
    secret: bool,
    /// True when the file as a whole is meant, not a node or hunk of it.
    whole_file: bool,
    /// The golden value and the candidate's where the difference has one on each side or on one; None for texts.
    values: (Option<&'a Value>, Option<&'a Value>),
    evidence: evidence::Evidence<'a>,
}

impl Draft<'_> {
    /// A difference at the root of a file.
    fn whole(kind: Kind, class: Class, old: serde_json::Value, new: serde_json::Value) -> Self {
        Self {
            kind,
            class,
            path: String::new(),
            key_path: String::new(),
            document: 0,
            document_label: "0".to_owned(),
            from_file: None,
            from: None,
            similarity: None,
            at: Position::START,
            old,
            new,
            secret: false,
            whole_file: true,
            values: (None, None),
            evidence: evidence::Evidence::default(),
        }
    }
}

/// From so many bytes on, the sides of a file are read on two threads: fewer are read in the time that one takes to start.
const TWO_THREADS: usize = 256 * 1024;

impl<'a> Assessing<'a> {
    fn table(&self) -> &risk_table::InFile<'a> {
        self.table.get_or_init(|| self.rules.risk_table().in_file(&self.change.path))
    }

    /// Both sides, which do not depend on each other.
    fn read_both(&self) -> (Result<Read<'a>, Failure>, Result<Read<'a>, Failure>) {
        let (old, new) = (self.change.old.as_ref(), self.change.new.as_ref());
        let is_large = |side: Option<&FileSide>| {
            side.is_some_and(|side| matches!(&side.content, Content::Bytes(bytes) if bytes.len() >= TWO_THREADS))
        };
        if !is_large(old) || !is_large(new) {
            return (self.read(old), self.read(new));
        }
        both(|| self.read(old), || self.read(new))
    }

    fn read(&self, side: Option<&'a FileSide>) -> Result<Read<'a>, Failure> {
        let Some(side) = side else { return Ok(Read::Absent) };
        let limits = &self.rules.settings().limits;
        match &side.content {
            Content::Bytes(bytes) => Ok(Read::Document(Box::new(format::read(&self.change.path, bytes, limits)?))),
            Content::Symlink(target) => Ok(Read::Symlink(target)),
            Content::Submodule(commit) => Ok(Read::Submodule(commit)),
            Content::TooLarge(bytes) => Err(Failure {
                code: FindingCode::TooLarge,
                at: Position::START,
                reason: format!("{bytes} bytes are more than limits.file_bytes ({}) of golden.toml", limits.file_bytes),
            }),
            Content::Unreadable(reason) => {
                Err(Failure { code: FindingCode::Unreadable, at: Position::START, reason: reason.clone() })
            }
        }
    }

    fn compare<'d>(&'d self, old: &'d Read<'a>, new: &'d Read<'a>) -> Vec<Draft<'d>> {
        let mut drafts = Vec::new();
        match (old, new) {
            (Read::Document(old), Read::Document(new)) => {
                drafts.extend(whole::rename(self.change));
                drafts.extend(whole::mode(self.change));
                if old.binary || new.binary {
                    drafts.extend(whole::binary(self, old, new));
                } else {
                    drafts.extend(tree::drafts(self, old, new));
                    drafts.extend(text::drafts(self, &old.lines, &new.lines));
                }
            }
            _ => drafts.push(whole::replaced(self, old, new)),
        }
        drafts
    }
}

/// Gives each delta its id: a digest of what and where, never of a value, with a number behind equal ones.
fn number(result: &mut Assessment) {
    let mut seen = std::collections::HashMap::new();
    let mut renumbered = std::collections::HashMap::new();
    for (position, delta) in result.deltas.iter_mut().enumerate() {
        let parts = [
            delta.file.as_str(),
            delta.from_file.as_deref().unwrap_or_default(),
            &delta.document.to_string(),
            delta.kind.as_str(),
            delta.class.as_str(),
            &delta.path,
            &delta.key_path,
        ];
        let place = parts.join("\0");
        let ordinal = seen.entry(place.clone()).and_modify(|ordinal| *ordinal += 1).or_insert(0_u32);
        let digest =
            Sha256::new().chain_update(place).chain_update(b"\0").chain_update(ordinal.to_le_bytes()).finalize();
        delta.id = hex(digest.get(..8).unwrap_or_default());
        renumbered.insert(position.to_string(), delta.id.clone());
    }
    for violation in &mut result.violations {
        if let Some(id) = renumbered.get(&violation.delta) {
            violation.delta.clone_from(id);
        }
    }
}

/// The fingerprint of a key: 32 hexadecimal digits of service, environment, file, document and key path.
pub fn fingerprint(place: [&str; 5]) -> String {
    hex(Sha256::digest(place.join("\0")).get(..16).unwrap_or_default())
}
