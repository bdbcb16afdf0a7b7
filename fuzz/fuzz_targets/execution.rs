//! One execution: bytes to a reader, or two files to the comparison, with what must hold of the answer.
//!
//! The target is named by the variable `GOLDEN_FUZZ_TARGET`, so that one program serves all of them; see README.md.

#![no_main]

mod memory;

use std::sync::OnceLock;

use drift::assess::assess;
use drift::change::{Content, FileChange, FileSide};
use drift::delta::Class;
use drift::format::{Format, read};
use drift::limits::Limits;
use drift::mask::Masker;
use drift::rules::{RuleSource, Rules};
use drift::settings::{Settings, Tier};

/// The bound of design: 64 MiB and fifty times the input.
const MEMORY: usize = 64 << 20;
const MEMORY_PER_BYTE: usize = 50;
/// What parts the sides of a comparison; it is in no UTF-8 text.
const BETWEEN: u8 = 0xFF;

enum Target {
    /// One reader.
    Reader(Format),
    /// The comparison, of files of the format that the first byte names.
    Compare,
}

struct Fuzz {
    target: Target,
    rules: Rules,
    masker: Masker,
}

static FUZZ: OnceLock<Fuzz> = OnceLock::new();

libfuzzer_sys::fuzz_target!(init: { FUZZ.get_or_init(Fuzz::new); }, |bytes: &[u8]| {
    FUZZ.get_or_init(Fuzz::new).run(bytes);
});

/// A file that has this format.
const fn path(format: Format) -> &'static str {
    match format {
        Format::Yaml => "a.yaml",
        Format::Json => "a.json",
        Format::Properties => "a.properties",
        Format::Toml => "a.toml",
        Format::Ini => "a.ini",
        Format::Dotenv => ".env",
        Format::Xml => "a.xml",
        Format::Dockerfile => "Dockerfile",
        Format::Requirements => "requirements.txt",
        Format::GoMod => "go.mod",
        Format::Hcl => "a.tf",
        Format::Gradle => "build.gradle",
        Format::Jenkinsfile => "Jenkinsfile",
        Format::Text => "a.txt",
    }
}

impl Fuzz {
    fn new() -> Self {
        let name = std::env::var("GOLDEN_FUZZ_TARGET").expect("GOLDEN_FUZZ_TARGET names a format, or compare");
        let target = match name.as_str() {
            "compare" => Target::Compare,
            format => Target::Reader(format.parse().expect("GOLDEN_FUZZ_TARGET names a format, or compare")),
        };
        let source = RuleSource {
            service: "shop".to_owned(),
            environment: "production".to_owned(),
            aliases: Vec::new(),
            settings: Settings::for_tier(Tier::Production),
            policy: None,
            risk: None,
        };
        let rules = Rules::compile(source).expect("the shipped rules compile");
        let masker = Masker::new(Some(b"0123456789abcdef"), &Limits::default());
        let fuzz = Self { target, rules, masker };
        // What is made once, on first use, is no part of what one execution needs.
        for format in Format::ALL {
            fuzz.compare(path(*format), b"password: ghp_a\n", b"password: https://u:p@h.example\n");
        }
        fuzz
    }

    fn run(&self, bytes: &[u8]) {
        let peak = memory::peak_of(|| match self.target {
            Target::Reader(format) => read_one(path(format), bytes),
            Target::Compare => {
                let Some((first, rest)) = bytes.split_first() else { return };
                let format = Format::ALL[usize::from(*first) % Format::ALL.len()];
                let (old, new) = rest.iter().position(|byte| *byte == BETWEEN).map_or((rest, rest), |at| {
                    (&rest[..at], &rest[at + 1..])
                });
                self.compare(path(format), old, new);
            }
        });
        let most = MEMORY + MEMORY_PER_BYTE * bytes.len();
        assert!(peak <= most, "{peak} bytes held at once for {} bytes of input", bytes.len());
    }

    /// A file compared with itself has no delta; of two, each delta has a place.
    fn compare(&self, path: &str, old: &[u8], new: &[u8]) {
        for delta in &self.assess(path, old, new) {
            assert!(delta.line >= 1 && delta.column >= 1 && !delta.id.is_empty());
        }
        let unreadable = |class| class == Class::Unreadable;
        assert!(self.assess(path, new, new).iter().all(|delta| unreadable(delta.class)), "differs from itself");
    }

    fn assess(&self, path: &str, old: &[u8], new: &[u8]) -> Vec<drift::delta::Delta> {
        let side = |bytes: &[u8]| Some(FileSide { content: Content::Bytes(bytes.to_vec()), executable: false });
        let (old, new) = (side(old), side(new));
        let change = FileChange { path: path.to_owned(), renamed_from: None, old, new, profile: false };
        assess(&change, &self.rules, &self.masker).deltas
    }
}

/// Every answer has a place, and the same bytes give the same answer.
fn read_one(path: &str, bytes: &[u8]) {
    match read(path, bytes, &Limits::default()) {
        Ok(document) => {
            for finding in &document.findings {
                assert!(finding.at.line >= 1 && finding.at.column >= 1 && !finding.message.is_empty());
            }
        }
        Err(error) => assert!(error.at.line >= 1 && error.at.column >= 1 && !error.reason.is_empty()),
    }
}
