//! Readers: which format a file has, and from its bytes to a [`Document`].

mod branch;
mod compose;
mod dockerfile;
mod dotenv;
mod encoding;
mod go_module;
mod gradle;
mod groovy;
mod hcl;
mod ini;
mod jenkinsfile;
mod json;
mod keys;
mod lfs;
mod logical;
mod place;
mod properties;
mod requirements;
mod tally;
mod text;
mod toml;
mod xml;
mod yaml;

use std::collections::BTreeMap;

use crate::document::{Document, Position};
use crate::file_name::name_of;
use crate::finding::{FileFinding, FindingCode};
use crate::limits::Limits;
use crate::words::words;

pub use lfs::is_lfs_pointer;

words! {
    /// The formats that have a reader.
    pub enum Format {
        /// YAML 1.2 with the readings of 1.1 where common readers use them; several documents in a file.
        Yaml = "yaml",
        /// JSON, JSON with comments, JSON5.
        Json = "json",
        /// Java properties.
        Properties = "properties",
        /// TOML.
        Toml = "toml",
        /// INI, cfg and sectioned conf files.
        Ini = "ini",
        /// dotenv files.
        Dotenv = "dotenv",
        /// XML.
        Xml = "xml",
        /// Dockerfiles and Containerfiles.
        Dockerfile = "dockerfile",
        /// pip requirements.
        Requirements = "requirements",
        /// Go modules.
        GoMod = "go_mod",
        /// HCL: Terraform, tfvars and the like.
        Hcl = "hcl",
        /// Gradle build scripts, Groovy and Kotlin.
        Gradle = "gradle",
        /// Jenkins pipelines.
        Jenkinsfile = "jenkinsfile",
        /// Anything else that is text.
        Text = "text",
    }
}

/// How much a spelling means in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// The format has types: a number is a number however it is written.
    Typed,
    /// Text alone, and each reader takes it as it stands.
    Text,
    /// Text alone that readers turn into numbers and booleans: `1` and `1.0`, `TRUE` and `true`.
    Loose,
    /// The same, and `yes` and `on` are true, `no` and `off` false.
    Words,
}

/// Why a file cannot be read. Never quotes content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} (line {}, column {})", at.line, at.column)]
pub struct Unreadable {
    /// Where reading stopped.
    pub at: Position,
    /// One clause in lower case.
    pub reason: String,
    /// The finding that the file becomes.
    pub code: FindingCode,
}

impl Unreadable {
    /// An unreadable file with its place and reason; its finding is `unreadable`.
    pub fn new(at: Position, reason: impl Into<String>) -> Self {
        Self { at, reason: reason.into(), code: FindingCode::Unreadable }
    }

    /// The same with another finding.
    pub fn with_code(self, code: FindingCode) -> Self {
        Self { code, ..self }
    }
}

impl Format {
    /// The format that a path names: by file name first, then by extension; `Text` when nothing fits.
    pub fn of(path: &str) -> Self {
        let name = name_of(path).to_ascii_lowercase();
        if let Some(format) = Self::by_name(&name) {
            return format;
        }
        match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "yml" | "yaml" => Self::Yaml,
            "json" | "json5" | "jsonc" => Self::Json,
            "properties" => Self::Properties,
            "toml" => Self::Toml,
            "ini" | "cfg" | "conf" => Self::Ini,
            "env" => Self::Dotenv,
            "xml" => Self::Xml,
            "dockerfile" | "containerfile" => Self::Dockerfile,
            "tf" | "tfvars" | "hcl" | "nomad" => Self::Hcl,
            "gradle" => Self::Gradle,
            "jenkinsfile" => Self::Jenkinsfile,
            _ => Self::Text,
        }
    }

    fn by_name(name: &str) -> Option<Self> {
        let stem_is =
            |stem: &str| name == stem || name.strip_prefix(stem).is_some_and(|rest| rest.starts_with(['.', '-', '_']));
        match name {
            ".env" => Some(Self::Dotenv),
            "go.mod" => Some(Self::GoMod),
            "cargo.lock" | "poetry.lock" | "uv.lock" => Some(Self::Toml),
            _ if name.starts_with(".env.") => Some(Self::Dotenv),
            _ if name.ends_with(".gradle.kts") => Some(Self::Gradle),
            _ if stem_is("jenkinsfile") => Some(Self::Jenkinsfile),
            _ if name.starts_with("requirements") && name.ends_with(".txt") => Some(Self::Requirements),
            _ if (stem_is("dockerfile") || stem_is("containerfile")) && !name.ends_with(".dockerignore") => {
                Some(Self::Dockerfile)
            }
            _ => None,
        }
    }

    /// How much a spelling means.
    pub(crate) const fn spelling(self) -> Spelling {
        match self {
            Self::Properties | Self::Dotenv | Self::Xml => Spelling::Loose,
            Self::Ini => Spelling::Words,
            _ if self.has_only_text() => Spelling::Text,
            _ => Spelling::Typed,
        }
    }

    /// True when every leaf is text, so that `true` and `8080` are spellings and not types.
    pub const fn has_only_text(self) -> bool {
        matches!(
            self,
            Self::Properties
                | Self::Ini
                | Self::Dotenv
                | Self::Xml
                | Self::Dockerfile
                | Self::Requirements
                | Self::GoMod
                | Self::Gradle
                | Self::Jenkinsfile
                | Self::Text
        )
    }
}

/// Reads one file. A file that is not valid in its format is an error with its place, never a panic;
/// a template that is not valid YAML is text with a finding.
pub fn read(path: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    if is_lfs_pointer(bytes) {
        return Err(lfs::unreadable());
    }
    let format = Format::of(path);
    let decoded = match encoding::decode(bytes, format)? {
        encoding::Decoded::Binary => return Ok(Document { binary: true, ..Document::default() }),
        encoding::Decoded::Text(decoded) => decoded,
    };
    let text = decoded.text.as_ref();
    let name = name_of(path).to_ascii_lowercase();
    let mut document = match format {
        Format::Yaml => yaml::read(text, limits)?,
        Format::Json => json::read(text, limits)?,
        Format::Properties => properties::read(&name, text, limits)?,
        Format::Toml => toml::read(text, limits)?,
        Format::Ini => ini::read(text, limits)?,
        Format::Dotenv => dotenv::read(text, limits)?,
        Format::Xml => xml::read(text, limits)?,
        Format::Dockerfile => dockerfile::read(text, limits)?,
        Format::Requirements => requirements::read(text, limits)?,
        Format::GoMod => go_module::read(text, limits)?,
        Format::Hcl => hcl::read(text, limits)?,
        Format::Gradle => gradle::read(text, limits)?,
        Format::Jenkinsfile => jenkinsfile::read(text, limits)?,
        Format::Text => text::read(text),
    };
    if format == Format::Yaml && compose::is_compose(&name) {
        let roots = std::mem::take(&mut document.roots);
        document.roots = roots.into_iter().map(|root| compose::normal(root, &mut document.findings)).collect();
    }
    document.findings.splice(0..0, decoded.findings);
    bound(&mut document.findings, limits.file_findings);
    Ok(document)
}

/// Keeps the first findings of each code; one more tells how many there are beside them and where they start.
fn bound(findings: &mut Vec<FileFinding>, most: u32) {
    let mut counts: BTreeMap<FindingCode, (u32, Position)> = BTreeMap::new();
    findings.retain(|finding| {
        let (count, at) = counts.entry(finding.code).or_insert((0, finding.at));
        *count = count.saturating_add(1);
        if *count == most.saturating_add(1) {
            *at = finding.at;
        }
        *count <= most
    });
    for (code, (count, at)) in counts {
        if let Some(more) = count.checked_sub(most).filter(|more| *more > 0) {
            let message =
                format!("{more} more findings of this kind from here on are not listed (limits.file_findings)");
            findings.push(FileFinding { code, at, message });
        }
    }
}
