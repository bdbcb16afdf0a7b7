//! Expressions as a Postgres server spells them once they have been through a dump.
//!
//! The server tells an expression as it was parsed. `status in ('a', 'b')` over a varchar is told as an array that is cast,
//! and read again as an array of what is cast: the same condition, with another text from then on.

const OPENING: &str = "(ARRAY[";

/// Casts the elements of an array in place of the array.
pub(super) fn spelled(mut text: String) -> String {
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find(OPENING)).map(|found| from + found) {
        match text.get(start..).and_then(cast_array) {
            Some((length, array)) if !in_literal(&text, start) => text.replace_range(start..start + length, &array),
            _ => from = start + OPENING.len(),
        }
    }
    text
}

/// True when an odd number of quotes stands before; a doubled one counts twice.
fn in_literal(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.matches('\'').count() % 2 == 1)
}

/// The length of `(ARRAY[...])::type[]`, and how it is spelled otherwise.
fn cast_array(text: &str) -> Option<(usize, String)> {
    let (mut depth, mut quoted) = (0_usize, false);
    let (mut elements, mut start) = (Vec::new(), OPENING.len());
    let mut end = None;
    for (index, sign) in text.char_indices().skip(OPENING.len()) {
        match sign {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            ']' if depth == 0 => {
                elements.push(text.get(start..index)?);
                end = Some(index + 1);
                break;
            }
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                elements.push(text.get(start..index)?);
                start = index + 1;
            }
            _ => {}
        }
    }
    let cast = text.get(end?..)?.strip_prefix(")::")?;
    let kind = cast.get(..cast.find("[]")?)?;
    let is_name = |sign: char| sign.is_alphanumeric() || [' ', '_', '.', '"'].contains(&sign);
    if !kind.chars().all(is_name) {
        return None;
    }
    let elements =
        elements.iter().map(|element| format!("({})::{kind}", element.trim())).collect::<Vec<_>>().join(", ");
    Some((text.len() - cast.len() + kind.len() + "[]".len(), format!("ARRAY[{elements}]")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_that_is_cast_is_one_of_what_is_cast() {
        let told = "((status)::text = ANY ((ARRAY['a'::character varying, 'it''s, [b]'::character varying])::text[]))";
        let dumped =
            "((status)::text = ANY (ARRAY[('a'::character varying)::text, ('it''s, [b]'::character varying)::text]))";
        assert_eq!(spelled(told.to_owned()), dumped);
        assert_eq!(spelled(dumped.to_owned()), dumped);
    }

    #[test]
    fn anything_else_stays() {
        for text in [
            "(n = ANY (ARRAY[1, 2]))",
            "(note = '(ARRAY[''a''])::text[]'::text)",
            "(ARRAY[1, 2])",
            "(ARRAY[(1), (2",
            "(a = (ARRAY[1])::numeric(3)[])",
        ] {
            assert_eq!(spelled(text.to_owned()), text);
        }
    }
}
