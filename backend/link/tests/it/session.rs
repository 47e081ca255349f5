//! A session links one small object after another against what is there already.

use std::collections::HashMap;

use executor::addr::Addr;
use link::{External, Input, Keep, Kind, Options};

use crate::support::{compile, folder};

/// What a session knows: names, and where the next segment goes.
struct Session {
    names: HashMap<String, External>,
    next: u64,
}

impl Session {
    fn link(&mut self, name: &str, bytes: &[u8]) -> Result<link::Image, String> {
        let outside =
            |name: &[u8]| std::str::from_utf8(name).is_ok_and(|name| self.names.contains_key(name));
        let options = Options { defined_outside: &outside, ..Options::default() };
        let plan = link::plan(&[Input::new(name, bytes)], &options).map_err(|e| e.to_string())?;
        let externals: Vec<External> = plan
            .externals()
            .iter()
            .map(|external| {
                let name = std::str::from_utf8(external.name).expect("a name");
                self.names.get(name).copied().unwrap_or(External::Missing)
            })
            .collect();
        let mut addresses = Vec::new();
        for request in plan.requests() {
            self.next = self.next.next_multiple_of(request.align.max(16));
            addresses.push(Addr(self.next));
            self.next += request.size();
        }
        let tls = plan.tls().map(|_| -64);
        let image = plan.place(&addresses, &externals, tls).map_err(|e| e.to_string())?;
        for symbol in &image.symbols {
            let found = match symbol.kind {
                Kind::Tls => External::Tls { offset: symbol.address.0 as i64 },
                _ => External::At(symbol.address),
            };
            self.names.insert(image.name(symbol).to_owned(), found);
        }
        Ok(image)
    }
}

#[test]
fn objects_see_what_came_before() {
    let folder = folder("session");
    let mut session = Session { names: HashMap::new(), next: 0x1000_0000 };
    session.names.insert("__tls_get_addr".into(), External::At(Addr(0x7fff_0000_0000)));
    let mut link = |name: &str, source: &str| {
        let path = compile(&folder, name, source, &["gcc", "-fPIC", "-O1"]);
        let bytes = std::fs::read(path).expect("the object");
        session.link(name, &bytes)
    };
    let first = "int one(void) { return 1; } int shared = 5; _Thread_local int mine = 3;";
    let first = link("first.c", first).expect("a link");
    let second = "int one(void); extern int shared; extern _Thread_local int mine;
        int two(void) { return one() + shared + mine; } int *where(void) { return &shared; }";
    let second = link("second.c", second).expect("a link");
    let code = &second.segments[0].content;
    // The call reaches the first object directly, whatever stub was reserved for it.
    let one = first.find("one").expect("one").address.0;
    let two = second.find("two").expect("two").address.0;
    let called = code.windows(5).enumerate().any(|(at, bytes)| {
        let [0xe8, field @ ..] = bytes else { return false };
        let distance = i32::from_le_bytes(*field.first_chunk().expect("four bytes"));
        let from = second.segments[0].address.0 + at as u64 + 5;
        from.wrapping_add_signed(i64::from(distance)) == one && from > two
    });
    assert!(called, "{code:x?}");
    // The variable of the first object's block: `lea -64(%rax), %rax` behind the thread pointer.
    let lea: &[u8] = &[0x48, 0x8d, 0x80, 0xc0, 0xff, 0xff, 0xff];
    assert!(code.windows(7).any(|bytes| bytes == lea), "{code:x?}");
    let error = link("third.c", "int nobody(void); int f(void) { return nobody(); }");
    let error = error.expect_err("an undefined name");
    assert!(error.starts_with("undefined symbol nobody: needed by third.c: .text+"), "{error}");
}

#[test]
fn ten_thousand_small_links() {
    let folder = folder("session-speed");
    let source = "int printf(const char *, ...); int before(int);
        int now(int x) { return before(x) + printf(\"%d\", x); }";
    let path = compile(&folder, "small.c", source, &["gcc", "-fPIC", "-O1"]);
    let bytes = std::fs::read(path).expect("the object");
    let mut session = Session { names: HashMap::new(), next: 0x1000_0000 };
    session.names.insert("before".into(), External::At(Addr(0x2000_0000)));
    session.names.insert("printf".into(), External::At(Addr(0x7fff_0000_0000)));
    let mut times: Vec<_> = (0..10_000)
        .map(|_| {
            let start = std::time::Instant::now();
            session.link("small.c", &bytes).expect("a link");
            start.elapsed()
        })
        .collect();
    times.sort();
    let median = times[times.len() / 2];
    assert!(
        median.as_micros() < 100,
        "a small link took {median:?}, checks of debug builds included"
    );
}

#[test]
fn archive_members_do_not_hide_the_session() {
    let folder = folder("session-archive");
    let member = compile(&folder, "m.c", "int known(void) { return 2; }", &["gcc"]);
    let archive = folder.join("lib.a");
    let path = |path: &std::path::Path| path.to_str().expect("a path").to_owned();
    crate::support::tool("ar", &["rcs", &path(&archive), &path(&member)]);
    let user =
        compile(&folder, "u.c", "int known(void); int u(void) { return known(); }", &["gcc"]);
    let (user, archive) = (std::fs::read(user).expect("it"), std::fs::read(archive).expect("it"));
    let inputs = [Input::new("u.o", &user), Input::new("lib.a", &archive)];
    for (known, objects) in [(false, 2), (true, 1)] {
        let outside = |name: &[u8]| known && name == b"known";
        let options =
            Options { keep: Keep::Everything, defined_outside: &outside, ..Options::default() };
        let plan = link::plan(&inputs, &options).expect("a plan");
        assert_eq!(plan.stats().objects, objects);
        assert_eq!(plan.externals().len(), usize::from(known));
    }
}

#[test]
fn a_later_object_meets_the_stub_of_an_ifunc() {
    let folder = folder("session-ifunc");
    let source = "static int f(void) { return 1; } static void *pick(void) { return f; }
        int chosen(void) __attribute__((ifunc(\"pick\")));";
    let path = compile(&folder, "ifunc.c", source, &["gcc", "-fPIC"]);
    let bytes = std::fs::read(path).expect("the object");
    let mut session = Session { names: HashMap::new(), next: 0x1000_0000 };
    let image = session.link("ifunc.c", &bytes).expect("a link");
    let stub = image.find("chosen").expect("chosen").address;
    assert_eq!(image.ifuncs.len(), 1);
    assert_ne!(stub, image.ifuncs[0].resolver);
    let code = &image.segments[0].content[stub.since(image.segments[0].address) as usize..];
    let distance = i32::from_le_bytes(*code[2..].first_chunk().expect("four bytes"));
    assert_eq!(code[..2], [0xff, 0x25]);
    assert_eq!(stub.plus(6).0.wrapping_add_signed(i64::from(distance)), image.ifuncs[0].cell.0);
}

#[test]
fn references_can_be_redirected_and_definitions_stay() {
    let folder = folder("session-redirect");
    let source = "int again(int n) { return n + 1; } int (*p)(int) = again;
        int caller(void) { return again(2); }";
    let path = compile(&folder, "again.c", source, &["gcc", "-fPIC", "-O0"]);
    let bytes = std::fs::read(path).expect("the object");
    let mut plan = link::plan(&[Input::new("again.c", &bytes)], &Options::default()).expect("it");
    let stub = Addr(0x1500_0000);
    plan.redirect(b"again", stub);
    let image = plan.place(&crate::support::bases(&plan), &[], None).expect("an image");
    let again = image.find("again").expect("again").address;
    let text = &image.segments[0];
    assert!(again.since(text.address) < text.size);
    let call = text.content.windows(5).zip(text.address.0..).any(|(bytes, at)| {
        let [0xe8, field @ ..] = bytes else { return false };
        let distance = i32::from_le_bytes(*field.first_chunk().expect("four bytes"));
        (at + 5).wrapping_add_signed(i64::from(distance)) == stub.0
    });
    assert!(call, "the call goes through the stub");
    let pointer = image.find("p").expect("p").address;
    let data = image
        .segments
        .iter()
        .find(|s| s.address.0 <= pointer.0 && pointer.0 < s.address.0 + s.size);
    let data = data.expect("its segment");
    let at = pointer.since(data.address) as usize;
    assert_eq!(data.content[at..at + 8], stub.0.to_le_bytes());
}
