//! Text that was written as UTF-8 and read as Windows-1252, or as the Turkish 1254, once too often: `âœ…` is `✅`.

/// The letters of Windows-1252 from 0x80 to 0x9F; the five bytes it leaves out stand for themselves.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Letters of which a byte that Windows-1252 leaves out was dropped on the way.
const CLIPPED: [(&str, char); 2] = [("âŒ", '❌'), ("ï¸", '\u{fe0f}')];

/// A text as it was before it was damaged, and the line of the first damage, from 1; none if it is not damaged.
pub fn mend(text: &str) -> Option<(String, u32)> {
    // Every damaged letter begins with one that is 0xC3 in UTF-8, but for Turkish ones; most texts have none.
    let may_be = text.as_bytes().contains(&0xC3) || text.contains("ğŸ");
    may_be.then(|| mended(text)).flatten()
}

fn mended(text: &str) -> Option<(String, u32)> {
    let mut out = String::with_capacity(text.len());
    let mut first = None;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        // `âœ…` between backticks shows what damage looks like.
        let is_shown = letter.is_ascii() || out.ends_with('`');
        let found = if is_shown { None } else { damaged(rest) };
        let length = match found {
            Some((right, length)) => {
                first.get_or_insert(out.len());
                out.push(right);
                length
            }
            None => {
                out.push(letter);
                letter.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    let line = first.map(|at| out[..at].matches('\n').count() + 1)?;
    Some((out, u32::try_from(line).unwrap_or(u32::MAX)))
}

/// The letter that the first letters of a text were, and how many bytes they take.
fn damaged(text: &str) -> Option<(char, usize)> {
    let clipped = || {
        let (part, letter) = CLIPPED.iter().find(|(part, _)| text.starts_with(part))?;
        Some((*letter, part.len()))
    };
    whole(text).or_else(clipped)
}

/// The same where no byte was dropped.
fn whole(text: &str) -> Option<(char, usize)> {
    let mut bytes = [0; 4];
    let mut count = 0;
    let mut size = 0;
    let wanted = match byte(text.chars().next()?)? {
        0xC3..=0xDF => 2,
        0xE2..=0xEF => 3,
        0xF0..=0xF4 => 4,
        // Between Â and another letter of the first half of Latin-1 stands nothing in real text.
        0xC2 => 2,
        _ => return None,
    };
    for letter in text.chars().take(wanted) {
        bytes[count] = byte(letter)?;
        count += 1;
        size += letter.len_utf8();
    }
    let letter = std::str::from_utf8(bytes.get(..count)?).ok()?.chars().next()?;
    (count == wanted).then_some((letter, size))
}

/// The byte that Windows-1252 has for a letter, if it is not ASCII; and 1254 for the one that begins all emoji.
fn byte(letter: char) -> Option<u8> {
    match letter {
        'ğ' => Some(0xF0),
        '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(letter)).ok(),
        _ => {
            let at = HIGH.iter().position(|high| *high == letter)?;
            u8::try_from(0x80 + at).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_letters_are_read_as_what_they_were() {
        for (damaged, right, line) in [
            ("âŒ no", "❌ no", 1),
            ("a\nâœ… done", "a\n✅ done", 2),
            ("Parity â€” Summary", "Parity — Summary", 1),
            ("â\u{9d}Œ no", "❌ no", 1),
            ("ðŸ”œ later", "🔜 later", 1),
            ("cafÃ©", "café", 1),
            ("ğŸ“… Planned", "📅 Planned", 1),
        ] {
            assert_eq!(mend(damaged), Some((right.to_owned(), line)), "{damaged}");
        }
    }

    #[test]
    fn sound_text_is_left_alone() {
        for text in [
            "",
            "plain",
            "café über ✅ — naïve",
            "São João, Ångström",
            "dağ Ÿ, ağaç, São",
            "«é»",
            "Ã",
            "â€",
            "`âœ…` was a tick",
        ] {
            assert_eq!(mend(text), None, "{text}");
        }
    }
}
