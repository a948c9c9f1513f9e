//! Base64 in parts, both ways.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

/// Encodes parts of any size; only the last one is padded.
#[derive(Default)]
pub(super) struct Encoder {
    rest: Vec<u8>,
}

impl Encoder {
    pub(super) fn feed(&mut self, part: &[u8]) -> Bytes {
        self.rest.extend_from_slice(part);
        let whole = self.rest.len() - self.rest.len() % 3;
        let done: Vec<u8> = self.rest.drain(..whole).collect();
        STANDARD.encode(done).into()
    }

    pub(super) fn finish(self) -> Bytes {
        STANDARD.encode(self.rest).into()
    }
}

/// How long the encoding of so many bytes is.
pub(super) fn encoded_len(bytes: u64) -> Option<u64> {
    bytes.div_ceil(3).checked_mul(4)
}

/// Decodes parts of any size.
#[derive(Default)]
pub(super) struct Decoder {
    rest: Vec<u8>,
    /// Whether padding has ended the content.
    ended: bool,
}

impl Decoder {
    /// `None`: not base64.
    pub(super) fn feed(&mut self, part: &[u8]) -> Option<Bytes> {
        self.rest.extend(part.iter().filter(|byte| !byte.is_ascii_whitespace()));
        let whole = self.rest.len() - self.rest.len() % 4;
        if self.ended && !self.rest.is_empty() {
            return None;
        }
        let done: Vec<u8> = self.rest.drain(..whole).collect();
        self.ended = done.last() == Some(&b'=');
        STANDARD.decode(done).ok().map(Bytes::from)
    }

    /// Whether nothing is left over.
    pub(super) fn finish(self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_any_size_are_the_whole() {
        let data: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for size in [1, 2, 3, 4, 7, 64, 999] {
            let mut encoder = Encoder::default();
            let mut text: Vec<u8> = data.chunks(size).flat_map(|part| encoder.feed(part)).collect();
            text.extend(encoder.finish());
            assert_eq!(text.len() as u64, encoded_len(1000).unwrap());
            let mut decoder = Decoder::default();
            let back: Vec<u8> = text.chunks(size).flat_map(|part| decoder.feed(part).unwrap()).collect();
            assert!(decoder.finish());
            assert_eq!(back, data);
        }
        assert!(Decoder::default().feed(b"a!bc").is_none());
    }
}
