//! C files: the language a command line asks for, a file compiled by itself to an object, and the
//! text of any stage on the way.

use crate::assembler;
use crate::error::{Failure, Result};
use cfront::scope::{Binding, Entity};
use cfront::session::{Context, Mode, Standard};
use cfront::types::QType;
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::options::{CommandMacro, Std};
use preproc::render::{self, Form};
use preproc::source::Span;
use preproc::{Preprocessed, Preprocessor};
use std::path::Path;
use std::sync::OnceLock;

/// So many errors are counted though fewer are shown.
const MOST_FOUND: usize = 50;

/// The language and what is done for speed, as the command line says it.
#[derive(Clone, Debug)]
pub struct Language {
    pub std: Std,
    pub gnu: bool,
    /// `-fno-asm`
    pub no_asm: bool,
    /// `-fpermissive`
    pub permissive: bool,
    pub macros: Vec<CommandMacro>,
    pub quote_dirs: Vec<String>,
    pub include_dirs: Vec<String>,
    pub system_dirs: Vec<String>,
    pub after_dirs: Vec<String>,
    /// `-nostdinc`
    pub no_standard_headers: bool,
    pub macro_files: Vec<String>,
    pub includes: Vec<String>,
    pub trigraphs: bool,
    pub char_unsigned: bool,
    /// Signed overflow wraps.
    pub wrap: bool,
    /// `-ffreestanding`
    pub freestanding: bool,
    pub common: bool,
    pub gnu89_inline: bool,
    pub short_enums: bool,
    pub ms_bitfields: bool,
    pub ms_extensions: bool,
    pub pack_struct: u64,
    pub visibility: cfront::tree::Visibility,
    pub warnings: cfront::session::Warnings,
    /// `-fmax-errors`: so many are shown; 0 for all.
    pub max_errors: usize,
    pub optimize: bool,
    /// `-O1` and above were asked for: `__OPTIMIZE__` is defined then, and only then.
    pub optimize_named: bool,
    pub debug: bool,
}

/// Defined where the code runs in an executor: our headers offer what its runtime has.
const HOSTED: &str = "__TINE_EXECUTOR__";

impl Default for Language {
    fn default() -> Language {
        Language {
            std: Std::C23,
            gnu: true,
            no_asm: false,
            permissive: false,
            macros: Vec::new(),
            quote_dirs: Vec::new(),
            include_dirs: Vec::new(),
            system_dirs: Vec::new(),
            after_dirs: Vec::new(),
            no_standard_headers: false,
            macro_files: Vec::new(),
            includes: Vec::new(),
            trigraphs: false,
            char_unsigned: false,
            wrap: false,
            freestanding: false,
            common: false,
            gnu89_inline: false,
            short_enums: false,
            ms_bitfields: false,
            ms_extensions: false,
            pack_struct: 0,
            visibility: cfront::tree::Visibility::Default,
            warnings: cfront::session::Warnings::default(),
            max_errors: render::MOST_ERRORS,
            optimize: true,
            optimize_named: false,
            debug: false,
        }
    }
}

impl Language {
    pub(crate) fn preproc(&self, purpose: Purpose) -> preproc::options::Options {
        let mut macros = self.macros.clone();
        if purpose != Purpose::Object {
            macros.insert(0, CommandMacro::Define(HOSTED.to_owned()));
        }
        let standard = preproc::options::Options::default().standard_dirs;
        preproc::options::Options {
            std: self.std,
            gnu: self.gnu,
            optimize: u8::from(self.optimize_named),
            unsigned_char: self.char_unsigned,
            gnu89_inline: self.gnu89_inline,
            trigraphs: self.trigraphs,
            macros,
            quote_dirs: self.quote_dirs.clone(),
            include_dirs: self.include_dirs.clone(),
            system_dirs: self.system_dirs.clone(),
            after_dirs: self.after_dirs.clone(),
            own_headers: !self.no_standard_headers,
            standard_dirs: if self.no_standard_headers { Vec::new() } else { standard },
            macro_files: self.macro_files.clone(),
            includes: self.includes.clone(),
            freestanding: self.freestanding,
            prompt: purpose == Purpose::Session,
            has_builtin: cfront::known::has_builtin,
            warnings: self.warnings.clone(),
            ..Default::default()
        }
    }

    pub(crate) fn cfront(&self) -> cfront::session::Options {
        cfront::session::Options {
            standard: match self.std {
                Std::C89 | Std::C94 => Standard::C89,
                Std::C99 => Standard::C99,
                Std::C11 => Standard::C11,
                Std::C17 => Standard::C17,
                Std::C23 => Standard::C23,
            },
            gnu: self.gnu,
            no_asm: self.no_asm,
            permissive: self.permissive,
            freestanding: self.freestanding,
            char_signed: !self.char_unsigned,
            common: self.common,
            gnu89_inline: self.gnu89_inline,
            short_enums: self.short_enums,
            ms_bitfields: self.ms_bitfields,
            pack_struct: self.pack_struct,
            ms_extensions: self.ms_extensions,
            visibility: self.visibility,
            warnings: self.warnings.clone(),
            max_errors: self.most_errors().max(MOST_FOUND),
        }
    }

    fn most_errors(&self) -> usize {
        if self.max_errors == 0 { usize::MAX } else { self.max_errors }
    }

    pub(crate) fn lower(&self, purpose: Purpose, script: String) -> lower::Options {
        lower::Options {
            optimize: self.optimize,
            wrap: self.wrap,
            hurry: matches!(purpose, Purpose::Program { .. }) && !self.optimize_named,
            pic: purpose == Purpose::Object,
            verify: cfg!(debug_assertions),
            debug: self.debug,
            closed: purpose != Purpose::Session,
            trace: match purpose {
                Purpose::Program { trace } => trace,
                Purpose::Object | Purpose::Session => None,
            },
            hosted: purpose != Purpose::Object,
            script,
            assembler: Some(assembler::assemble),
        }
    }
}

/// What the code is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// An object for an ordinary linker.
    Object,
    /// Our own linker, and nothing is added later. With a number, calls are traced: functions are
    /// counted from there.
    Program { trace: Option<u32> },
    /// Our own linker, and more inputs follow.
    Session,
}

/// The stages whose result can be shown as text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Tokens,
    Preprocessed,
    Tree,
    Clif,
    Asm,
}

/// A file that was compiled.
#[derive(Debug, Default)]
pub struct Compiled {
    /// `None` when it has errors.
    pub object: Option<Object>,
    /// Diagnostics as text; empty when there are none.
    pub messages: String,
    /// The files it was made of: the source, then headers, each with whether it is the system's.
    pub files: Vec<(String, bool)>,
    pub(crate) kept: Option<Box<Kept>>,
}

/// What a file was compiled from, for reports of crashes.
pub(crate) struct Kept {
    pub(crate) pp: Preprocessor,
    pub(crate) cx: Context,
    pub(crate) unit: cfront::tree::Unit,
    pub(crate) options: lower::Options,
    pub(crate) functions: Vec<lower::FunctionLines>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("functions", &self.functions.len()).finish_non_exhaustive()
    }
}

#[derive(Debug)]
pub struct Object {
    pub bytes: Vec<u8>,
    /// An object for the `asm` at file scope, to be linked beside it.
    pub assembled: Option<Vec<u8>>,
    /// The function that runs the statements at file scope, if there are any.
    pub script: Option<String>,
    /// The functions that say when they are entered and left, in the order of their numbers.
    pub traced: Vec<String>,
}

/// Compiles one file by itself. A program may have statements at file scope; an object may not.
pub fn compile(
    path: &Path,
    text: Vec<u8>,
    language: &Language,
    purpose: Purpose,
    form: Form,
) -> Compiled {
    let mut pp = Preprocessor::new(language.preproc(purpose));
    let mut cx = Context::new(&mut pp.names, language.cfront());
    let (unit, mut diags) = check(&mut pp, &mut cx, path, text, purpose);
    let mut object = None;
    let mut kept = None;
    if !diags.iter().any(Diagnostic::is_error) {
        let script = unit.script.is_some().then(|| format!("tine.script.{}", path.display()));
        let options = language.lower(purpose, script.clone().unwrap_or_default());
        let texts = texts(&pp, &cx, language.debug);
        match lower::lower(&unit, &cx.types, &cx.symbols, &options, &texts) {
            Ok(made) => {
                let lower::Object { bytes, assembled, traced, functions, .. } = made;
                object = Some(Object { bytes, assembled, script, traced });
                kept = Some((options, functions));
            }
            Err(error) => diags.push(Diagnostic::error(error.span, error.message)),
        }
    }
    let (messages, files) = (messages(&pp, &diags, language, form), files(&pp));
    let kept = kept.map(|(options, functions)| Box::new(Kept { pp, cx, unit, options, functions }));
    Compiled { object, messages, files, kept }
}

/// The names of the files read. (The command line's texts and our own headers are none.)
fn files(pp: &Preprocessor) -> Vec<(String, bool)> {
    let mut files: Vec<(String, bool)> = Vec::new();
    for file in pp.sources.files().iter().filter(|file| !file.name.starts_with('<')) {
        if !files.iter().any(|(name, _)| **name == *file.name) {
            files.push((file.name.to_string(), file.system));
        }
    }
    files
}

fn messages(pp: &Preprocessor, diags: &[Diagnostic], language: &Language, form: Form) -> String {
    render::some(&pp.sources, &pp.names, diags, form, language.most_errors())
}

/// What debug information is made of, where any is wanted.
pub(crate) fn texts<'a>(pp: &'a Preprocessor, cx: &Context, debug: bool) -> lower::Texts<'a> {
    let mut texts = lower::Texts::of(pp);
    if debug {
        texts.folder = folder();
        texts.typedefs = cx.scopes.visible().filter_map(typedef).collect();
        texts.typedefs.reverse();
    }
    texts
}

fn typedef(binding: &Binding) -> Option<(Name, QType, Span)> {
    match binding.entity {
        Entity::Typedef(ty) if binding.depth == 0 => Some((binding.name, ty, binding.span)),
        _ => None,
    }
}

/// The folder this process was started in.
fn folder() -> &'static str {
    static FOLDER: OnceLock<String> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::current_dir().unwrap_or_else(|_| ".".into());
        folder.to_string_lossy().into_owned()
    })
}

fn check(
    pp: &mut Preprocessor,
    cx: &mut Context,
    path: &Path,
    text: Vec<u8>,
    purpose: Purpose,
) -> (cfront::tree::Unit, Vec<Diagnostic>) {
    let source = pp.add_source(&path.to_string_lossy(), without_shebang(text));
    // Older C lets a definition begin with its name, as a statement does: it has no scripts.
    let script = purpose != Purpose::Object && cx.options.standard >= Standard::C23;
    let mode = if script { Mode::Script } else { Mode::File };
    let (checked, mut diags) = cfront::check_source(cx, pp, source, mode);
    crate::compile::extend(&mut diags, checked.diags);
    (checked.unit, diags)
}

/// The line that names an interpreter is a comment to us; lines keep their numbers.
fn without_shebang(mut text: Vec<u8>) -> Vec<u8> {
    if text.starts_with(b"#!") {
        text[..2].copy_from_slice(b"//");
    }
    text
}

/// The text of a stage.
#[derive(Debug, Default)]
pub struct Dumped {
    /// `None` when errors leave nothing to show.
    pub text: Option<Vec<u8>>,
    /// Diagnostics up to there.
    pub messages: String,
    /// There were errors.
    pub failed: bool,
    /// As in [`Compiled`].
    pub files: Vec<(String, bool)>,
}

/// The text of a stage, and the diagnostics up to there.
pub fn dump(
    path: &Path,
    text: Vec<u8>,
    language: &Language,
    purpose: Purpose,
    stage: Stage,
    form: Form,
) -> Dumped {
    let mut pp = Preprocessor::new(language.preproc(purpose));
    let mut cx = Context::new(&mut pp.names, language.cfront());
    if let Stage::Tokens | Stage::Preprocessed = stage {
        let source = pp.add_source(&path.to_string_lossy(), without_shebang(text));
        let Preprocessed { tokens, diags, .. } = pp.preprocess(source);
        let text = match stage {
            Stage::Tokens => preproc::dump::tokens(&pp, &tokens).into_bytes(),
            _ => preproc::dump::source(&pp, &tokens),
        };
        return dumped(&pp, Some(text), &diags, language, form);
    }
    let (unit, diags) = check(&mut pp, &mut cx, path, text, purpose);
    if diags.iter().any(Diagnostic::is_error) {
        return dumped(&pp, None, &diags, language, form);
    }
    let text = match stage {
        Stage::Tree => cfront::dump::unit(&unit, &cx, &pp.names),
        _ => {
            let options = language.lower(purpose, "tine.script".into());
            match stage {
                Stage::Asm => lower::asm(&unit, &cx.types, &cx.symbols, &options, &pp.sources),
                _ => lower::clif(&unit, &cx.types, &cx.symbols, &options),
            }
        }
    };
    dumped(&pp, Some(text.into_bytes()), &diags, language, form)
}

/// The diagnostics alone: no code is made.
pub fn checked(path: &Path, text: Vec<u8>, language: &Language, form: Form) -> Dumped {
    let mut pp = Preprocessor::new(language.preproc(Purpose::Object));
    let mut cx = Context::new(&mut pp.names, language.cfront());
    let (_, diags) = check(&mut pp, &mut cx, path, text, Purpose::Object);
    dumped(&pp, None, &diags, language, form)
}

fn dumped(
    pp: &Preprocessor,
    text: Option<Vec<u8>>,
    diags: &[Diagnostic],
    language: &Language,
    form: Form,
) -> Dumped {
    let failed = diags.iter().any(Diagnostic::is_error);
    Dumped { text, failed, messages: messages(pp, diags, language, form), files: files(pp) }
}

/// A C source by its name.
pub fn is_c(path: &Path) -> bool {
    path == Path::new("-") || path.extension().is_some_and(|e| e == "c" || e == "i")
}

/// A source by its first line, which names who runs it.
pub(crate) fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    let read = std::fs::File::open(path)
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut start));
    read.is_ok() && start == *b"#!"
}

/// One relocatable object made of two: that of the C, and that of its `asm` at file scope.
pub fn joined(first: &[u8], second: &[u8]) -> std::result::Result<Vec<u8>, String> {
    assembler::joined(first, second)
}

/// A source file's bytes, standard input's for `-`.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let fail = |why| Failure::File { path: path.display().to_string(), why };
    if path == Path::new("-") {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut text).map_err(fail)?;
        return Ok(text);
    }
    std::fs::read(path).map_err(fail)
}
