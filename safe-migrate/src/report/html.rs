//! The report as one page that needs nothing else.

use super::Report;
use super::markdown::{sign, tables, way_back, word};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
     table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #8884;padding:.3rem .6rem;text-align:left;\
     overflow-wrap:anywhere}@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}}";

/// The report.
pub(super) fn render(report: &Report) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Migration report</title>\
         <style>{STYLE}</style></head><body>\n<h1>Migration report: {}</h1>\n<p><strong>{} {}</strong> · {} · {}</p>\n",
        escape(&report.database),
        sign(report.status),
        word(&report.status),
        report.backend,
        report.made_at
    );
    for (title, header, rows) in tables(report).into_iter().filter(|(_, _, rows)| !rows.is_empty()) {
        page.push_str(&format!("<h2>{title}</h2>\n<table><tr>{}</tr>\n", cells("th", &header)));
        for row in rows {
            page.push_str(&format!("<tr>{}</tr>\n", cells("td", &row)));
        }
        page.push_str("</table>\n");
    }
    page.push_str(&format!("<h2>Way back</h2>\n<p>{}</p>\n</body></html>\n", escape(&way_back(report))));
    page
}

fn cells(tag: &str, texts: &[impl AsRef<str>]) -> String {
    texts.iter().map(|text| format!("<{tag}>{}</{tag}>", escape(text.as_ref()))).collect()
}

fn escape(text: &str) -> String {
    let text = drift::report::escape::visible(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
