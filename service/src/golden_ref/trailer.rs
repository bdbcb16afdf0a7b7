//! Commit messages in git's trailer syntax: one line for each fact, whatever its text holds.

use super::{Certified, Event, Name, Revoked};

const SERVICE: &str = "Golden-Service";
const ENVIRONMENT: &str = "Golden-Environment";
const RUN: &str = "Golden-Run";
const SOURCE_COMMIT: &str = "Golden-Source-Commit";
const CERTIFIED_BY: &str = "Certified-By";
const REASON: &str = "Golden-Reason";
const SCORE: &str = "Golden-Score";
const OVERRIDE_REASON: &str = "Golden-Override-Reason";
const REVOKES: &str = "Golden-Revokes";
const REVOKED_BY: &str = "Revoked-By";
const REACTIVATES: &str = "Golden-Reactivates";
/// Stands where a revocation leaves no golden branch active.
const NONE: &str = "none";

/// A key and its value.
pub(super) type Trailer = (&'static str, String);

pub(super) fn of_certified(name: Name<'_>, certified: &Certified) -> Vec<Trailer> {
    let mut trailers = named(name);
    trailers.extend(certified.run.clone().map(|run| (RUN, run)));
    trailers.extend(certified.source_commit.clone().map(|commit| (SOURCE_COMMIT, commit)));
    trailers.push((CERTIFIED_BY, certified.certified_by.clone()));
    trailers.push((REASON, certified.reason.clone()));
    trailers.extend(certified.score.map(|score| (SCORE, score.to_string())));
    trailers.extend(certified.override_reason.clone().map(|reason| (OVERRIDE_REASON, reason)));
    trailers
}

pub(super) fn of_revoked(name: Name<'_>, revoked: &Revoked) -> Vec<Trailer> {
    let mut trailers = named(name);
    trailers.push((REVOKES, revoked.revokes.clone()));
    trailers.push((REVOKED_BY, revoked.revoked_by.clone()));
    trailers.push((REASON, revoked.reason.clone()));
    trailers.push((REACTIVATES, revoked.reactivates.clone().unwrap_or_else(|| NONE.to_owned())));
    trailers
}

fn named(name: Name<'_>) -> Vec<Trailer> {
    vec![(SERVICE, name.service.to_owned()), (ENVIRONMENT, name.environment.to_owned())]
}

/// A subject and its trailers. Control characters and backslashes of a value are escaped, so that no value adds a line.
pub(super) fn message(subject: &str, trailers: &[Trailer]) -> String {
    let mut message = format!("{}\n\n", escape(subject));
    for (key, value) in trailers {
        message.push_str(&format!("{key}: {}\n", escape(value)));
    }
    message
}

/// Service, environment and what the trailers of a message state.
pub(super) fn parse(message: &str) -> Result<(String, String, Event), String> {
    let (_, block) = message.trim_end_matches('\n').rsplit_once("\n\n").ok_or("its message has no trailers")?;
    let mut trailers: Vec<(&str, String)> = Vec::new();
    for line in block.lines() {
        let (key, value) = line.split_once(": ").ok_or("its message ends with a line that is no trailer")?;
        if trailers.iter().any(|(known, _)| *known == key) {
            return Err(format!("trailer {key} stands twice"));
        }
        trailers.push((key, unescape(value).ok_or_else(|| format!("trailer {key} is not well formed"))?));
    }
    let find = |key: &str| trailers.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone());
    let get = |key: &str| find(key).ok_or_else(|| format!("it has no trailer {key}"));
    let event = match find(REVOKES) {
        Some(revokes) => Event::Revoked(Revoked {
            revokes,
            revoked_by: get(REVOKED_BY)?,
            reason: get(REASON)?,
            reactivates: Some(get(REACTIVATES)?).filter(|branch| branch != NONE),
        }),
        None => Event::Certified(Certified {
            run: find(RUN),
            source_commit: find(SOURCE_COMMIT),
            certified_by: get(CERTIFIED_BY)?,
            reason: get(REASON)?,
            score: find(SCORE)
                .map(|score| score.parse())
                .transpose()
                .map_err(|_| format!("trailer {SCORE} is no number"))?,
            override_reason: find(OVERRIDE_REASON),
        }),
    };
    Ok((get(SERVICE)?, get(ENVIRONMENT)?, event))
}

fn escape(value: &str) -> String {
    value.chars().fold(String::with_capacity(value.len()), |mut text, letter| {
        match letter {
            '\\' => text.push_str(r"\\"),
            '\n' => text.push_str(r"\n"),
            // Not only control characters break lines for those who read the log.
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
                text.push_str(&format!("\\u{{{:x}}}", u32::from(letter)));
            }
            letter => text.push(letter),
        }
        text
    })
}

fn unescape(value: &str) -> Option<String> {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        text.push_str(plain);
        rest = if let Some(after) = escaped.strip_prefix('\\') {
            text.push('\\');
            after
        } else if let Some(after) = escaped.strip_prefix('n') {
            text.push('\n');
            after
        } else {
            let (code, after) = escaped.strip_prefix("u{")?.split_once('}')?;
            text.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
            after
        };
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::{escape, message, unescape};

    #[test]
    fn escaping_is_undone_exactly() {
        for text in
            ["", "plain", "a\nb", "a\\nb", "tab\tcr\r\n", "\u{2028}\u{85}\u{1b}[31m", "\\u{41}", " edges ", "é\\"]
        {
            assert!(!escape(text).contains(|letter: char| letter.is_control()), "{text:?}");
            assert_eq!(unescape(&escape(text)).as_deref(), Some(text));
        }
        for broken in ["\\", "\\x", "\\u{", "\\u{d800}", "\\u{zz}"] {
            assert_eq!(unescape(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_value_adds_no_line() {
        assert_eq!(message("s\nx", &[("A", "1\nB: 2\r\n\nC: 3".to_owned())]), "s\\nx\n\nA: 1\\nB: 2\\u{d}\\n\\nC: 3\n");
    }
}
