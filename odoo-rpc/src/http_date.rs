//! Dates in headers of HTTP (RFC 9110, 5.6.7).

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// Reads the form that RFC 9110 wants senders to write: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_senders_must_write() {
        let read = |text| http_date(text).map(Timestamp::as_second);
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(read(" Tue, 24 Nov 2026 15:08:19 GMT "), Some(1_795_532_899));
        for text in [
            "",
            "120",
            "2026-11-24T15:08:19Z",
            "Tue, 24 Nov 2026 25:08:19 GMT",
            "Tue, 99 Nov 2026 15:08:19 GMT",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
