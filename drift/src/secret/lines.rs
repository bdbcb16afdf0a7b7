//! Secrets in a text of many lines: key blocks, here-documents, lists and blocks below a telling key, names beside values.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{MASK, is_reference, key, pattern, redact_line};

/// `key: rest`, `- key = rest`, `export KEY=rest`: what a line says at its start.
static KEYED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"^(?P<head>(?P<indent>\s*)(?:-\s+)*(?:(?:export|set|def|var|let|const|val)\s+)?"#,
        r#"["']?(?P<key>[A-Za-z_][A-Za-z0-9_.-]*)["']?\s*(?:=>|:=|[:=])\s*)(?P<rest>.*)$"#
    ))
    .ok()
});

/// What the lines before say of the next one.
#[derive(Clone, PartialEq, Eq)]
enum Inside {
    /// Nothing.
    Plain,
    /// A private key, up to its end.
    KeyBlock,
    /// A here-document, up to this word.
    Here(String),
    /// A list or block in brackets, up to the closing one.
    Brackets,
    /// Lines that are indented deeper than this.
    Below(usize),
    /// The line before ends with a backslash.
    Continued,
    /// The line before says `name: SOME_PASSWORD`.
    Named,
}

/// A line with every secret masked, and whether something was masked.
pub(crate) type Shown<'l> = (Cow<'l, str>, bool);

/// Lines with every secret masked.
pub(crate) fn redact_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(String, bool)> {
    let mut text = Text::new(lines.collect());
    std::iter::from_fn(|| text.line()).map(|(line, masked)| (line.into_owned(), masked)).collect()
}

/// What two texts show in each run of lines that differs, runs in order. Lines that both have in front of a run are read
/// once where nothing before them tells the texts apart, and those behind the last run not at all.
pub(crate) fn redact_runs<'a>(
    old: Vec<&'a str>,
    new: Vec<&'a str>,
    runs: impl Iterator<Item = [Range<usize>; 2]>,
) -> Vec<[Vec<Shown<'a>>; 2]> {
    let (mut old, mut new) = (Text::new(old), Text::new(new));
    runs.map(|[went, came]| {
        while old.at < went.start && new.at < came.start {
            old.enter();
            new.enter();
            if old.reader == new.reader {
                new.line();
                old.follow(&new);
            } else {
                old.line();
                new.line();
            }
        }
        [(&mut old, went), (&mut new, came)].map(|(text, run)| {
            while text.at < run.start {
                text.line();
            }
            run.map_while(|_| text.line()).collect()
        })
    })
    .collect()
}

/// A text that is read line by line. What a line says to the next ends with its document.
struct Text<'a> {
    lines: Vec<&'a str>,
    /// Where each document ends, and whether it is a Kubernetes Secret.
    documents: VecDeque<(usize, bool)>,
    at: usize,
    reader: Reader,
}

impl<'a> Text<'a> {
    fn new(lines: Vec<&'a str>) -> Self {
        let mut documents = VecDeque::new();
        let mut of_secret = false;
        for (at, line) in lines.iter().enumerate() {
            of_secret |= is_kind_secret(line);
            if line.starts_with("---") && line.trim_end() == "---" {
                documents.push_back((at + 1, of_secret));
                of_secret = false;
            }
        }
        documents.push_back((lines.len(), of_secret));
        let of_secret = documents.front().is_some_and(|(_, of_secret)| *of_secret);
        Self { lines, documents, at: 0, reader: Reader { inside: Inside::Plain, of_secret } }
    }

    /// Goes on to the next document when this one has ended.
    fn enter(&mut self) {
        while self.documents.front().is_some_and(|(end, _)| *end <= self.at) {
            self.documents.pop_front();
            let of_secret = self.documents.front().is_some_and(|(_, of_secret)| *of_secret);
            self.reader = Reader { inside: Inside::Plain, of_secret };
        }
    }

    fn line(&mut self) -> Option<Shown<'a>> {
        self.enter();
        let line = self.lines.get(self.at)?;
        self.at += 1;
        Some(self.reader.line(line))
    }

    /// Passes a line that another text has just read from the same state.
    fn follow(&mut self, other: &Self) {
        self.at += 1;
        self.reader.inside.clone_from(&other.reader.inside);
    }
}

fn is_kind_secret(line: &str) -> bool {
    if !line.trim_start().starts_with("kind") {
        return false;
    }
    let words = line.split_once(':').map(|(key, value)| (key.trim(), value.trim().trim_matches(['"', '\''])));
    words == Some(("kind", "Secret"))
}

#[derive(PartialEq, Eq)]
struct Reader {
    inside: Inside,
    /// True in a Kubernetes Secret.
    of_secret: bool,
}

/// A line that says a key.
struct Keyed<'a> {
    head: &'a str,
    indent: usize,
    key: &'a str,
    rest: &'a str,
}

fn keyed(line: &str) -> Option<Keyed<'_>> {
    let found = KEYED.as_ref()?.captures(line)?;
    let group = |name| found.name(name).map_or("", |group| group.as_str());
    Some(Keyed { head: group("head"), indent: group("indent").len(), key: group("key"), rest: group("rest").trim() })
}

impl Reader {
    fn line<'l>(&mut self, line: &'l str) -> Shown<'l> {
        let inside = std::mem::replace(&mut self.inside, Inside::Plain);
        let trimmed = line.trim();
        let hidden = match &inside {
            Inside::Plain => None,
            Inside::KeyBlock => {
                let ends = line.contains("-----END ");
                // The end may stand behind the last of the key, on one line with it.
                if ends && !trimmed.starts_with("-----END ") {
                    return (Cow::Borrowed(MASK), true);
                }
                (!ends).then(|| MASK.to_owned())
            }
            Inside::Here(word) => (trimmed != word).then(|| whole(line)),
            Inside::Brackets => (!trimmed.starts_with([']', '}', ')'])).then(|| value_of(line)),
            Inside::Below(indent) => {
                let deeper = trimmed.is_empty() || line.len() - line.trim_start().len() > *indent;
                deeper.then(|| value_of(line))
            }
            Inside::Continued => {
                if trimmed.ends_with('\\') {
                    self.inside = Inside::Continued;
                }
                return masked(line, whole(line));
            }
            Inside::Named => {
                if trimmed.is_empty() {
                    self.inside = Inside::Named;
                }
                let value = keyed(line).is_some_and(|line| matches!(line.key, "value" | "Value" | "default"));
                return if value { masked(line, value_of(line)) } else { self.plain(line) };
            }
        };
        match hidden {
            Some(hidden) => {
                self.inside = inside;
                masked(line, hidden)
            }
            None => self.plain(line),
        }
    }

    fn plain<'l>(&mut self, line: &'l str) -> Shown<'l> {
        // Most lines open nothing and hold nothing: those that neither name a secret nor stand in one.
        if !self.of_secret && !pattern::is_suspicious(line) {
            self.inside = Inside::Plain;
            return (Cow::Borrowed(line), false);
        }
        self.inside = self.opened(line);
        match redact_line(line).or_else(|| pattern::mask_telling_line(line)) {
            Some(redacted) => (Cow::Owned(redacted), true),
            None => (Cow::Borrowed(line), false),
        }
    }

    /// What this line opens for those behind it.
    fn opened(&self, line: &str) -> Inside {
        if line.contains("-----BEGIN ") && line.contains("PRIVATE KEY") && !line.contains("-----END ") {
            return Inside::KeyBlock;
        }
        let Some(Keyed { indent, key, rest, head }) = keyed(line) else { return Inside::Plain };
        let block = rest.is_empty() || rest.starts_with('#') || is_block_indicator(rest);
        if self.of_secret && matches!(key, "data" | "stringData") && block {
            return Inside::Below(indent);
        }
        if matches!(key, "name" | "Name" | "key") && key::names_secret(rest.trim_matches(['"', '\'', ','])) {
            return Inside::Named;
        }
        if !key::names_secret(key) {
            return Inside::Plain;
        }
        if let Some(word) = rest.strip_prefix("<<") {
            let word = word.trim_start_matches(['-', '~']).trim_matches(['"', '\'']);
            return Inside::Here(word.to_owned());
        }
        if rest.ends_with(['[', '{', '(']) {
            Inside::Brackets
        } else if rest.ends_with('\\') {
            Inside::Continued
        } else if block && head.trim_end().ends_with(':') {
            Inside::Below(indent)
        } else {
            Inside::Plain
        }
    }
}

/// `|`, `>` and their modifiers: a YAML block scalar follows.
fn is_block_indicator(rest: &str) -> bool {
    rest.starts_with(['|', '>']) && rest.chars().skip(1).all(|letter| matches!(letter, '+' | '-' | '0'..='9'))
}

/// The line with everything behind its key masked, or all of it; as it is when it only refers to a secret.
fn value_of(line: &str) -> String {
    let found = keyed(line);
    if found.as_ref().is_some_and(|line| key::harmless_below(line.key)) {
        return super::redacted(line).into_owned();
    }
    let (head, rest) = found.map_or(("", line.trim()), |line| (line.head, line.rest));
    let value = rest.trim_end_matches([',', ';']).trim_matches(['"', '\'']);
    let plain =
        value.is_empty() || is_reference(value) || is_block_indicator(value) || matches!(value, "[" | "{" | "(");
    if plain || value.contains(MASK) {
        line.to_owned()
    } else if head.is_empty() {
        whole(line)
    } else {
        format!("{head}{MASK}")
    }
}

/// The line masked as a whole, but for its indentation.
fn whole(line: &str) -> String {
    let text = line.trim_start();
    if text.is_empty() {
        line.to_owned()
    } else {
        format!("{}{MASK}", line.get(..line.len() - text.len()).unwrap_or_default())
    }
}

fn masked(line: &str, shown: String) -> Shown<'_> {
    let changed = shown != line;
    (Cow::Owned(shown), changed)
}

#[cfg(test)]
mod tests {
    use super::{redact_lines, redact_runs};

    fn shown(text: &str) -> String {
        redact_lines(text.lines()).into_iter().map(|(line, _)| line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn secrets_of_several_lines_are_followed() {
        let cases = [
            ("passwords = [\n  \"a\",\n  \"b\",\n]\nport = 1", "passwords = [\n  ••••\n  ••••\n]\nport = 1"),
            ("key = 1\nprivate_key = <<EOT\nabc\nEOT\nx = 1", "key = 1\nprivate_key = ••••\n••••\nEOT\nx = 1"),
            ("password: |\n  abc\n  def\nport: 1", "password: |\n  ••••\n  ••••\nport: 1"),
            (
                "- name: API_TOKEN\n  value: abc\n- name: MODE\n  value: b",
                "- name: API_TOKEN\n  value: ••••\n- name: MODE\n  value: b",
            ),
            (
                "data:\n  a: YWJj\nkind: Secret\n---\ndata:\n  a: b",
                "data:\n  a: ••••\nkind: Secret\n---\ndata:\n  a: b",
            ),
            ("token = \\\n  abc\nport = 1", "token = \\\n  ••••\nport = 1"),
        ];
        for (text, masked) in cases {
            assert_eq!(shown(text), masked);
        }
    }

    /// Whatever stands in front of a run, it shows what it shows when all of its text is read.
    #[test]
    fn runs_show_what_whole_texts_show() {
        let parts = [
            "passwords = [",
            "  \"a\",",
            "]",
            "port = 1",
            "password: |",
            "  abc",
            "kind: Secret",
            "---",
            "data:",
            "  a: YWJj",
            "- name: API_TOKEN",
            "  value: abc",
            "token = \\\\",
            "-----BEGIN RSA PRIVATE KEY-----",
            "-----END RSA PRIVATE KEY-----",
        ];
        let mut state = 7_u64;
        let mut next = |most: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % most
        };
        for _ in 0..2_000 {
            let old: Vec<&str> = (0..12).map(|_| parts[next(parts.len())]).collect();
            let mut new = old.clone();
            new.splice(4..5, [parts[next(parts.len())], parts[next(parts.len())]]);
            new[10] = parts[next(parts.len())];
            let runs = [[4..5, 4..6], [9..10, 10..11]];
            let whole = [&old, &new].map(|lines| redact_lines(lines.iter().copied()));
            let found = redact_runs(old.clone(), new.clone(), runs.iter().cloned());
            for (run, found) in runs.iter().zip(found) {
                for ((side, whole), found) in run.iter().zip(&whole).zip(found) {
                    let found: Vec<(String, bool)> =
                        found.into_iter().map(|(line, masked)| (line.into_owned(), masked)).collect();
                    assert_eq!(found, whole[side.clone()], "{old:#?} {new:#?}");
                }
            }
        }
    }

    #[test]
    fn what_is_only_about_a_secret_stays() {
        for text in [
            "token:\n  ttl: 60\n  issuer: https://auth.example",
            "password: |\n  {{ .Values.password }}\nport: 1",
            "- name: DB_PASSWORD\n  valueFrom: x\n  value: ${DB_PASSWORD}",
            "secrets:\nport: 1",
        ] {
            assert_eq!(shown(text), text);
        }
    }
}
