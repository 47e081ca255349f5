//! `#embed`: a file's bytes as elements, in arrays of characters, of others, and among others.

use cfront::session::{Context, Mode, Options};
use preproc::Preprocessor;

#[test]
fn the_bytes_of_a_file_are_elements() {
    let folder = std::env::temp_dir().join(format!("embed-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("data.bin"), b"\x01\x02\x00\xff").expect("a file");
    let rows = [
        ("unsigned char a[] = {\n#embed \"data.bin\"\n};", "unsigned char[4], size 4 = 010200ff"),
        ("char a[6] = { 9,\n#embed \"data.bin\"\n, 7 };", "char[6], size 6 = 09010200ff07"),
        ("char a[2] = {\n#embed \"data.bin\" limit(2)\n};", "char[2], size 2 = 0102"),
        ("short a[] = {\n#embed \"data.bin\"\n};", "short[4], size 8 = 010002000000ff"),
        (
            "struct { char c; int i[2]; } a = {\n#embed \"data.bin\" limit(3)\n};",
            "struct, size 12 = 010000000200000000",
        ),
    ];
    for (text, expected) in rows {
        for mode in [Mode::File, Mode::Prompt] {
            let mut pp = Preprocessor::new(preproc::options::Options::default());
            let mut ctx = Context::new(&mut pp.names, Options::default());
            let name = folder.join("main.c").to_string_lossy().into_owned();
            let read = pp.preprocess_text(&name, text);
            assert!(read.diags.is_empty(), "{:?}", read.diags);
            let checked = cfront::check_preprocessed(&mut ctx, &mut pp, read.tokens, mode);
            assert!(checked.is_ok(), "{text}: {:?}", checked.diags);
            let tree = cfront::dump::unit(&checked.unit, &ctx, &pp.names);
            let found = tree.lines().next().unwrap_or_default().trim_start_matches("object a: ");
            assert!(found.starts_with(expected.trim_end_matches("00")), "{text}: {tree}");
        }
    }
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
}
