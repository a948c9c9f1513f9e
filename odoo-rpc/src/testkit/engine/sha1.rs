//! SHA-1, in which Odoo tells the checksum of a file. It protects nothing here.

/// The digest as 40 hexadecimal digits.
pub(crate) fn hex(data: &[u8]) -> String {
    let mut state: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    let mut padded = data.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - data.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let end = padded.len() - 8;
    padded.truncate(end);
    padded.extend_from_slice(&(data.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        state = mix(state, block);
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

/// One block of 64 bytes; the sixteen last words are enough to know the next.
fn mix(state: [u32; 5], block: &[u8]) -> [u32; 5] {
    let mut words: [u32; 16] = [0; 16];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    let [mut a, mut b, mut c, mut d, mut e] = state;
    for round in 0..80 {
        let (choice, constant) = match round {
            0..20 => (b & c | !b & d, 0x5a82_7999),
            20..40 => (b ^ c ^ d, 0x6ed9_eba1),
            40..60 => (b & c | b & d | c & d, 0x8f1b_bcdc),
            _ => (b ^ c ^ d, 0xca62_c1d6_u32),
        };
        let [word, ..] = words;
        let next = a.rotate_left(5).wrapping_add(choice).wrapping_add(e).wrapping_add(constant);
        (a, b, c, d, e) = (next.wrapping_add(word), a, b.rotate_left(30), c, d);
        let [first, _, third, _, _, _, _, _, ninth, _, _, _, _, fourteenth, _, _] = words;
        words.rotate_left(1);
        if let Some(last) = words.last_mut() {
            *last = (first ^ third ^ ninth ^ fourteenth).rotate_left(1);
        }
    }
    let mut out = state;
    for (sum, value) in out.iter_mut().zip([a, b, c, d, e]) {
        *sum = sum.wrapping_add(value);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::hex;

    #[test]
    fn known_digests() {
        assert_eq!(hex(b""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(hex(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex("hello world\n".repeat(100).as_bytes()), "fa0ada1f50a592836f8cf21eeea3d9fee08b3317");
        // Lengths around a block's end, where the padding needs another block.
        assert_eq!(hex(&[b'a'; 55]), "c1c8bbdc22796e28c0e15163d20899b65621d65a");
        assert_eq!(hex(&[b'a'; 56]), "c2db330f6083854c99d4b5bfb6e8f29f201be699");
        assert_eq!(hex(&[b'a'; 64]), "0098ba824b5c16427bd7a1122a5a442a25ec644d");
    }
}
