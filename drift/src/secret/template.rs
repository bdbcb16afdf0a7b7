//! Templates between `{{` and `}}`: whether one only says where a value is kept, or holds a text of its own.

/// Functions whose first argument in quotes names what they read.
const READS_FIRST: [&str; 25] = [
    "credentials",
    "datasource",
    "ds",
    "env",
    "env_var",
    "environmentVariable",
    "file",
    "findProperty",
    "fromSecret",
    "get_secret",
    "getSecret",
    "getenv",
    "getv",
    "gradleProperty",
    "hashi_vault",
    "include",
    "index",
    "key",
    "lookup",
    "query",
    "required",
    "secret",
    "secrets",
    "var",
    "vault",
];

/// Commands of which every argument in quotes names what is read: `lookup "v1" "Secret" "ns" "db"`.
const COMMANDS: [&str; 5] = ["datasource", "ds", "get", "index", "lookup"];

/// Calls with parentheses of which every argument in quotes does: `lookup('env', 'DB_PASSWORD')`.
const CALLS: [&str; 2] = ["lookup", "query"];

/// What stands between two parentheses or pipes, texts in quotes left out.
#[derive(Default)]
struct Part {
    /// The name in front of the parenthesis that opens it; empty where none stands there.
    call: String,
    text: String,
}

/// True for a template that is a number or text itself, or may come to one: `{{ .Values.password | default "hunter2" }}`,
/// `{{ or .Values.password "hunter2" }}`. A text in quotes is none where it is an index or names what is looked up.
pub(super) fn has_literal(inner: &str) -> bool {
    let inner = inner.trim_matches(|letter: char| letter == '-' || letter.is_whitespace());
    let (mut part, mut around) = (Part::default(), Vec::new());
    let mut rest = inner;
    while let Some(letter) = rest.chars().next() {
        let mut taken = letter.len_utf8();
        match letter {
            '"' | '\'' | '`' => {
                if !part.looks_up() {
                    return true;
                }
                part.text.push('"');
                taken = text_length(rest, letter);
            }
            '(' => {
                let call = part.last_name();
                around.push(std::mem::replace(&mut part, Part { call, text: String::new() }));
            }
            ')' => {
                part = around.pop().unwrap_or_default();
                part.text.push(')');
            }
            '|' => part = Part::default(),
            _ => part.text.push(letter),
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    inner.starts_with(|first: char| first.is_ascii_digit())
}

/// The length of the text in quotes at the start; all of it when it is not closed.
fn text_length(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if quote != '`' => is_escaped = true,
            _ if letter == quote => return at + letter.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

impl Part {
    /// True where a text in quotes is an index, or an argument that names what is looked up.
    fn looks_up(&self) -> bool {
        let before = self.text.trim_end();
        if let Some(owner) = before.strip_suffix('[') {
            return owner.ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ']' | ')'));
        }
        if !self.call.is_empty() {
            let is_first = before.is_empty() && READS_FIRST.contains(&self.call.as_str());
            return is_first || (CALLS.contains(&self.call.as_str()) && before.ends_with(',') && is_plain(before));
        }
        let mut words = before.split_whitespace();
        let Some(command) = words.next() else { return false };
        let is_first = words.next().is_none() && READS_FIRST.contains(&command);
        is_first || (COMMANDS.contains(&command) && is_plain(before))
    }

    /// The last part of the name that the text ends with.
    fn last_name(&self) -> String {
        let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
        let start = self.text.trim_end_matches(is_name).len();
        self.text.get(start..).unwrap_or_default().to_owned()
    }
}

/// True for names and texts alone: no word or sign chooses between them, joins them or names one of them.
fn is_plain(arguments: &str) -> bool {
    const CHOICES: [&str; 6] = ["or", "and", "if", "else", "not", "default"];
    !arguments.contains(['=', '+', '~', '?', '%']) && !arguments.split_whitespace().any(|word| CHOICES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::has_literal;

    #[test]
    fn what_is_looked_up_is_no_literal() {
        for text in [
            ".Values.secret",
            "- .Values.secret -",
            "secrets['db']",
            "vault[\"a\"]['b']",
            "include \"app.secret\" .",
            "include \"app.secret\" . | b64enc | quote",
            "(lookup \"v1\" \"Secret\" .Release.Namespace \"db\").data.password",
            "index (lookup \"v1\" \"Secret\" \"ns\" \"db\").data \"pass|word\"",
            "lookup('env', 'DB_PASSWORD')",
            "os.environ.getenv('DB')",
            "env_var('DB_PASSWORD')",
            "required \"a password is needed\" .Values.password",
            ".Values.password | default (env \"DB_PASSWORD\")",
            "get .Values \"password\"",
        ] {
            assert!(!has_literal(text), "{text}");
        }
    }

    #[test]
    fn what_falls_back_to_a_text_is_one() {
        for text in [
            "\"hunter2\"",
            "12345678",
            "or .Values.password \"hunter2\"",
            "coalesce .Values.p \"hunter2\"",
            "db_password or 'hunter2'",
            "db_password if x else 'hunter2'",
            ".Values.p | default \"hunter2\"",
            ".Values.p|default(\"hunter2\")",
            "env_var('DB', 'hunter2')",
            "lookup('env', 'DB', default='hunter2')",
            "lookup('env', 'DB') or 'hunter2'",
            "secret \"a\" or \"hunter2\"",
            "index .Values \"a\" | default \"hunter2\"",
            "ternary \"hunter2\" .Values.p .x",
            "printf \"hunter2%s\" .x",
            "include \"a\" . \"hunter2\"",
            "[\"hunter2\"] | first",
            "(\"hunter2\")",
            "`hunter2`",
            "'hunter2",
        ] {
            assert!(has_literal(text), "{text}");
        }
    }
}
