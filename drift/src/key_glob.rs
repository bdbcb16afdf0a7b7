//! Globs on key paths, shared by policy rules, the risk table and `[[list]]`.
//!
//! A glob is written like the key path that it matches: it starts with `/`, its segments are separated by `/`,
//! list elements are named as key paths name them (`name=web`, or a number for a place), `~1` stands for a `/`
//! and `~0` for a `~` inside a key. `*` alone is any one segment, `*` within a segment any run of characters,
//! `**` any number of segments, also none. Letter case counts.

/// A compiled glob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyGlob {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Many,
    One(Vec<char>),
}

impl KeyGlob {
    /// Reads a glob; the error says in a clause what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let rest = text.strip_prefix('/').ok_or("a key-path glob starts with \"/\"")?;
        let parts = rest.split('/').map(part).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { parts })
    }

    /// True when the glob matches the whole key path. The empty key path, a whole file, has no segment.
    pub fn matches(&self, key_path: &str) -> bool {
        let segments: Vec<&str> = key_path.strip_prefix('/').map_or_else(Vec::new, |rest| rest.split('/').collect());
        wild(
            &self.parts,
            &segments,
            |part| *part == Part::Many,
            |part, segment| match part {
                Part::Many => false,
                Part::One(pattern) => {
                    let chars: Vec<char> = segment.chars().collect();
                    wild(pattern, &chars, |character| *character == '*', |left, right| left == right)
                }
            },
        )
    }
}

fn part(segment: &str) -> Result<Part, &'static str> {
    if segment.is_empty() {
        return Err("a key-path glob has no empty segment");
    }
    if segment == "**" {
        return Ok(Part::Many);
    }
    if segment.contains("**") {
        return Err("\"**\" stands for whole segments and must stand alone between \"/\"");
    }
    if segment.split('~').skip(1).any(|after| !after.starts_with(['0', '1'])) {
        return Err("\"~\" in a key-path glob is written \"~0\", and \"/\" inside a key \"~1\"");
    }
    Ok(Part::One(segment.chars().collect()))
}

/// Matches a pattern in which some items stand for any run. Going back to the last such item is enough,
/// so the work is at most the product of both lengths.
fn wild<P, T>(pattern: &[P], text: &[T], is_run: impl Fn(&P) -> bool, equal: impl Fn(&P, &T) -> bool) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut last_run: Option<(usize, usize)> = None;
    while let Some(item) = text.get(seen) {
        match pattern.get(at) {
            Some(part) if is_run(part) => {
                last_run = Some((at + 1, seen));
                at += 1;
            }
            Some(part) if equal(part, item) => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((after, taken)) = last_run else { return false };
                last_run = Some((after, taken + 1));
                (at, seen) = (after, taken + 1);
            }
        }
    }
    pattern.iter().skip(at).all(is_run)
}

#[cfg(test)]
mod tests {
    use super::KeyGlob;

    #[test]
    fn globs_follow_the_grammar() {
        let cases = [
            ("/a/b", "/a/b", true),
            ("/a/b", "/a/b/c", false),
            ("/a/b", "/A/b", false),
            ("/a/*", "/a/b", true),
            ("/a/*", "/a", false),
            ("/a/*", "/a/b/c", false),
            ("/a/**", "/a", true),
            ("/a/**", "/a/b/c", true),
            ("/a/**", "/ab", false),
            ("/**/port", "/port", true),
            ("/**/port", "/a/b/port", true),
            ("/**/port", "/a/port/b", false),
            ("/**/a/**/b", "/a/x/a/y/z/b", true),
            ("/**/a/*/b", "/a/x/a/y/z/b", false),
            ("/**", "", true),
            ("/*", "", false),
            ("/c/name=web/image", "/c/name=web/image", true),
            ("/c/name=*/image", "/c/name=web/image", true),
            ("/c/name=*/image", "/c/id=web/image", false),
            ("/c/*-*-url", "/c/db-main-url", true),
            ("/c/*-*-url", "/c/db-url", false),
            ("/a~1b", "/a~1b", true),
            ("/a~1b", "/a/b", false),
        ];
        for (glob, path, expected) in cases {
            assert_eq!(KeyGlob::parse(glob).unwrap().matches(path), expected, "{glob} on {path}");
        }
    }

    #[test]
    fn bad_globs_say_why() {
        assert_eq!(KeyGlob::parse("a/b"), Err("a key-path glob starts with \"/\""));
        assert_eq!(KeyGlob::parse("/a//b"), Err("a key-path glob has no empty segment"));
        assert_eq!(KeyGlob::parse("/a**"), Err("\"**\" stands for whole segments and must stand alone between \"/\""));
        assert!(KeyGlob::parse("/a~2b").is_err() && KeyGlob::parse("/a~").is_err());
    }
}
