//! `GET /report/{html,pdf,text}/NAME/IDS`: documents that name their records, for who has a session. Source: `addons/web/controllers/report.py`.

use std::fmt::Write as _;

use super::web::{visitor, with_cookie};
use super::{Opened, Reply, Request, Site};

pub(super) fn open(site: &Site, request: &Request) -> Opened {
    Opened::Answer { asked: "report", reply: print(site, request) }
}

fn print(site: &Site, request: &Request) -> Reply {
    let Some(visitor) = visitor(site, request) else { return log_in(&request.path) };
    let mut parts = request.path.trim_start_matches("/report/").split('/');
    let (converter, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let ids: Vec<i64> =
        parts.next().unwrap_or_default().split(',').filter_map(|id| id.parse().ok()).collect();
    let reply = match (converter, site.odoo.printed(visitor.uid, name, &ids)) {
        ("html" | "pdf" | "text", Err(error)) => refused(&error.message),
        ("html", Ok(lines)) => Reply::html(200, &html(&lines)),
        ("pdf", Ok(lines)) => file("application/pdf", pdf(&lines)),
        ("text", Ok(lines)) => file("text/plain", lines.join("\n").into_bytes()),
        (other, _) => Reply::html(
            200,
            &format!(
                "<!doctype html>\n<title>Unknown Error</title>\n<p>Converter {} not implemented.</p>\n",
                escaped(other)
            ),
        ),
    };
    match &visitor.cookie {
        Some(cookie) => with_cookie(reply, cookie),
        None => reply,
    }
}

fn file(content_type: &'static str, body: Vec<u8>) -> Reply {
    Reply { status: 200, content_type, headers: Vec::new(), body }
}

/// Who has no session is sent to the page where one gets it.
fn log_in(path: &str) -> Reply {
    let encoded: String = path
        .bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() || b"._-~".contains(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let location = format!("/web/login?redirect={encoded}%3F");
    let page = "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n";
    let mut reply = Reply::html(303, page);
    reply.headers.push(("location", location));
    reply
}

fn refused(message: &str) -> Reply {
    let page = format!(
        "<html>\n<head><title>Internal Server Error</title></head>\n<body><pre>{}</pre></body>\n</html>\n",
        escaped(message)
    );
    Reply::html(500, &page)
}

fn html(lines: &[String]) -> String {
    let body: String = lines.iter().map(|line| format!("<p>{}</p>\n", escaped(line))).collect();
    format!(
        "<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"/><title>Odoo Report</title></head>\n<body>\n{body}</body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// One page with one line a record. Letters that the page's font does not have become question marks.
fn pdf(lines: &[String]) -> Vec<u8> {
    let mut text = String::from("BT /F1 11 Tf 14 TL 50 800 Td\n");
    for line in lines {
        let shown: String =
            line.chars().map(|letter| if (' '..='~').contains(&letter) { letter } else { '?' }).collect();
        let shown = shown.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        let _ = writeln!(text, "({shown}) Tj T*");
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", out.len());
        let _ = writeln!(out, "{} 0 obj\n{object}\nendobj", index + 1);
    }
    let start = out.len();
    let count = objects.len() + 1;
    let _ = write!(
        out,
        "xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_a_pdf_points_to_its_objects() {
        let file = String::from_utf8(pdf(&["S00001 (Ærø)".to_owned(), "a\\b".to_owned()])).expect("text");
        assert!(file.contains("(S00001 \\(?r?\\)) Tj") && file.contains("(a\\\\b) Tj"));
        let start = file.rsplit("startxref\n").next().and_then(|rest| rest.lines().next()).expect("a start");
        let start: usize = start.parse().expect("a number");
        assert!(file[start..].starts_with("xref\n0 6\n"));
        let places = file[start..].lines().skip(3).take(5);
        for (index, line) in places.enumerate() {
            let at: usize = line[..10].parse().expect("a place");
            assert!(file[at..].starts_with(&format!("{} 0 obj", index + 1)));
        }
        let (_, stream) = file.split_once("stream\n").expect("a stream");
        let length = file.split_once("/Length ").expect("a length").1.split(' ').next().expect("a number");
        let (stream, _) = stream.split_once("\nendstream").expect("its end");
        assert_eq!(length.parse::<usize>().expect("a number"), stream.len());
    }
}
