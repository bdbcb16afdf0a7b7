//! Environments side by side as Markdown tables.

use super::inline::{code, prose};
use crate::matrix::CellState;
use crate::report::Layout;
use crate::report::matrix::{Matrix, by_file, cell_text, left_out, more_findings, subject, totals};
use crate::report::outline::side;

/// The whole matrix.
pub(in crate::report) fn render(matrix: &Matrix, layout: &Layout) -> String {
    let environments: Vec<String> = matrix.environments.iter().map(|name| code(name)).collect();
    let mut out = format!("## {} in {}\n\n", code(&matrix.service), environments.join(", "));
    out.push_str(&format!("- from: {}\n\n{}\n", code(&side(&matrix.source)), prose(&totals(matrix))));
    for (file, rows) in by_file(matrix, layout.most_deltas) {
        out.push_str(&format!("\n### {}\n\n| state | key | {} |\n", code(file), environments.join(" | ")));
        out.push_str(&format!("| --- | --- |{}\n", " --- |".repeat(environments.len())));
        for row in rows {
            let cells = row.cells.iter().map(|cell| match cell.state {
                CellState::Present => code(&cell_text(row, cell)),
                _ => format!("*{}*", prose(&cell_text(row, cell))),
            });
            let cells: Vec<String> = cells.collect();
            out.push_str(&format!("| {} | {} | {} |\n", row.state, code(&subject(row)), cells.join(" | ")));
        }
    }
    out.push_str(&left_out(matrix, layout.most_deltas).map_or_else(String::new, |rest| format!("\n{rest}\n")));
    if !matrix.findings.is_empty() {
        out.push_str("\n### Findings\n\n| severity | code | where | what |\n| --- | --- | --- | --- |\n");
    }
    for finding in matrix.findings.iter().take(layout.most_deltas) {
        let place = format!("{} {}:{}", code(&finding.file), finding.line, finding.column);
        let (severity, word) = (finding.severity, code(finding.code.as_str()));
        out.push_str(&format!("| {severity} | {word} | {place} | {} |\n", prose(&finding.message)));
    }
    out.push_str(&more_findings(matrix, layout.most_deltas).map_or_else(String::new, |rest| format!("\n{rest}\n")));
    out
}
