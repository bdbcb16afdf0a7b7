//! The score as a waterfall: where it starts, what each part takes or gives, where it ends.

use drift::outcome::{Certification, ComponentName};

/// One line. The bar reaches from `left` over `width`, on a scale on which the whole score is 100 wide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) points: String,
    pub(super) reason: String,
    pub(super) class: &'static str,
    pub(super) left: i32,
    pub(super) width: i32,
    pub(super) is_sum: bool,
}

const fn name(name: ComponentName) -> &'static str {
    match name {
        ComponentName::Policy => "Policy",
        ComponentName::Risk => "Risk",
        ComponentName::BlastRadius => "Blast radius",
        ComponentName::History => "History",
        ComponentName::Anomaly => "Anomaly",
        ComponentName::Context => "Context",
        ComponentName::Evidence => "Evidence",
        ComponentName::Limit => "Limit",
    }
}

/// 100, every part, and the score.
pub(super) fn parts(certification: &Certification) -> Vec<Part> {
    let mut parts = vec![bar("Start", "100".to_owned(), "every candidate starts here", "total", (0, 100))];
    let mut running = 100;
    for part in &certification.components {
        let (from, to) = (running, running + part.points);
        let class = if part.points < 0 { "less" } else { "more" };
        let points = if part.points > 0 { format!("+{}", part.points) } else { part.points.to_string() };
        parts.push(bar(name(part.name), points.replace('-', "\u{2212}"), &part.reason, class, (from, to)));
        running = to;
    }
    let total = certification.score;
    let mut sum = bar("Score", total.to_string(), "all of the above added up", "total", (0, total));
    sum.is_sum = true;
    parts.push(sum);
    parts
}

/// What lies beyond 0 and 100 is cut off; the points say how much it was.
fn bar(name: &'static str, points: String, reason: &str, class: &'static str, (from, to): (i32, i32)) -> Part {
    let (left, right) = (from.min(to).clamp(0, 100), from.max(to).clamp(0, 100));
    Part { name, points, reason: reason.to_owned(), class, left, width: right - left, is_sum: false }
}

#[cfg(test)]
mod tests {
    use drift::decision::Decision;
    use drift::outcome::Component;

    use super::*;

    #[test]
    fn each_bar_starts_where_the_one_before_ended() {
        let component = |name, points| Component { name, points, reason: String::new() };
        let components = vec![
            component(ComponentName::Risk, -80),
            component(ComponentName::BlastRadius, -30),
            component(ComponentName::Context, 15),
            component(ComponentName::Limit, 0),
        ];
        let certification =
            Certification { score: 5, components, decision: Decision::BlockMerge, explanation: String::new() };
        let bars: Vec<(String, i32, i32)> =
            parts(&certification).into_iter().map(|part| (part.points, part.left, part.width)).collect();
        let expected =
            [("100", 0, 100), ("\u{2212}80", 20, 80), ("\u{2212}30", 0, 20), ("+15", 0, 5), ("0", 5, 0), ("5", 0, 5)];
        assert_eq!(bars, expected.map(|(points, left, width)| (points.to_owned(), left, width)));
    }
}
