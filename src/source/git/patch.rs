//! The difference of two files, as git prints it.

use git2::Patch;

/// A unified diff from the bytes of one file to those of another; empty where there is none or it cannot be made.
pub fn patch(before: (&str, &[u8]), after: (&str, &[u8])) -> String {
    super::prepare();
    let (old, new) = (std::path::Path::new(before.0), std::path::Path::new(after.0));
    let patch = Patch::from_buffers(before.1, Some(old), after.1, Some(new), None);
    let text = patch.and_then(|mut patch| patch.to_buf());
    text.map_or_else(|_| String::new(), |text| String::from_utf8_lossy(&text).into_owned())
}

/// A file that was not there, as git prints it.
pub fn added(path: &str, bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: String = text.split_inclusive('\n').map(|line| format!("+{line}")).collect();
    let count = text.split_inclusive('\n').count();
    let head = format!(
        "diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
    );
    format!("{head}@@ -0,0 +1,{count} @@\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_reads_as_git_prints_it() {
        let text = patch(("x.txt", b"a\nb\n"), ("x.txt", b"a\nc\n"));
        assert!(text.starts_with("diff --git a/x.txt b/x.txt\n"), "{text}");
        assert!(text.ends_with("@@ -1,2 +1,2 @@\n a\n-b\n+c\n"), "{text}");
        assert_eq!(patch(("x", b"a\n"), ("x", b"a\n")), "");
    }
}
