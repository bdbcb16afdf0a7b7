//! The trend of a service in an environment: score as a curve, open drift as bars, drawn in place.

use entity::validation_runs::RunSummary;

use crate::problem::Problem;
use crate::web::address;
use crate::web::badge::Standing;

/// Size of the drawing, in its own units.
const WIDTH: i64 = 400;
const HEIGHT: i64 = 130;
/// Where 100 and 0 of the score lie.
const TOP: i64 = 12;
const BOTTOM: i64 = 110;
const LEFT: i64 = 30;
const RIGHT: i64 = WIDTH - 12;
/// Widest bar.
const BAR: i64 = 14;

/// One run of the trend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) bar_x: i64,
    pub(crate) bar_y: i64,
    pub(crate) bar_height: i64,
    pub(crate) tone: &'static str,
    pub(crate) told: String,
    pub(crate) address: String,
}

/// A trend, oldest run first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trend {
    pub(crate) points: Vec<Point>,
    /// The curve, as the points of a line.
    pub(crate) curve: String,
    pub(crate) bar_width: i64,
    pub(crate) most_drift: i64,
    /// The whole of it in a sentence.
    pub(crate) told: String,
    pub(crate) width: i64,
    pub(crate) height: i64,
}

impl Trend {
    /// The trend of runs, newest first, of which those without a decision are left out; None without any.
    pub(crate) fn of(runs: &[&RunSummary]) -> Result<Option<Self>, Problem> {
        let decided: Vec<(&RunSummary, i64)> =
            runs.iter().rev().filter_map(|run| run.score.map(|score| (*run, i64::from(score)))).collect();
        let (Some((_, first)), Some((_, last))) = (decided.first(), decided.last()) else { return Ok(None) };
        let most_drift = decided.iter().map(|(run, _)| open(run)).max().unwrap_or(0);
        let count = i64::try_from(decided.len()).unwrap_or(i64::MAX);
        let step = (RIGHT - LEFT) / count;
        let bar_width = (step * 2 / 3).clamp(1, BAR);
        let told = match count {
            1 => format!("one run with a decision: score {first}, {most_drift} open differences"),
            _ => format!("{count} runs: score from {first} to {last}, at most {most_drift} open differences"),
        };
        let mut points = Vec::with_capacity(decided.len());
        for (number, (run, score)) in (0_i64..).zip(&decided) {
            let x = LEFT + step * number + step / 2;
            let bar_height = if most_drift == 0 { 0 } else { open(run) * (BOTTOM - TOP) / most_drift };
            points.push(Point {
                x,
                y: BOTTOM - score * (BOTTOM - TOP) / 100,
                bar_x: x - bar_width / 2,
                bar_y: BOTTOM - bar_height,
                bar_height,
                tone: Standing::of_run(*run)?.badge().tone,
                told: format!(
                    "{}: score {score}, {} open, {}",
                    run.created_at.format("%Y-%m-%d %H:%M UTC"),
                    open(run),
                    Standing::of_run(*run)?.badge().word
                ),
                address: address::run(run.id).to_string(),
            });
        }
        let curve = points.iter().map(|point| format!("{},{}", point.x, point.y)).collect::<Vec<_>>().join(" ");
        Ok(Some(Self { points, curve, bar_width, most_drift, told, width: WIDTH, height: HEIGHT }))
    }
}

fn open(run: &RunSummary) -> i64 {
    run.critical_count + run.high_count + run.medium_count + run.low_count
}
