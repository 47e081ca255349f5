//! What goes into a session beside text, and what comes of an input: options, outcomes, values.
//! Data alone; what always holds: an outcome that is no [`Outcome::Value`] or [`Outcome::Done`]
//! left nothing in the session.

use crate::report::Report;
use crate::source::Language;
use cfront::types::QType;
use executor::addr::Addr;
use executor::handle::{Ended, Refused};
use executor::region::Sharing;
use preproc::diag::Diagnostic;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

/// How a session is started.
#[derive(Clone, Debug)]
pub struct Options {
    pub language: Language,
    pub sharing: Sharing,
    /// User code runs in this very process: quicker, and nothing comes back from a crash, an
    /// `exit` or an endless loop. There are no checkpoints, so nothing can be undone.
    pub in_process: bool,
    pub limits: Limits,
    /// What user code has as standard input, output and error; else this process's own. An output
    /// given here is written line by line, so that what a crash leaves behind is there.
    pub streams: [Option<Arc<OwnedFd>>; 3],
    /// While an input runs, SIGINT to this process interrupts it, SIGTSTP stops both, and a
    /// terminal on standard input is lent to it.
    pub attended: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            language: Language::default(),
            sharing: Sharing::Shared,
            in_process: false,
            limits: Limits::default(),
            streams: [None, None, None],
            attended: false,
        }
    }
}

/// What one input may use; `None` is no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// How long it may run.
    pub time: Option<Duration>,
    /// How many bytes of address space user code may have beyond what it starts with: what it
    /// asks for above that is refused. Counts from the session's start.
    pub memory: Option<u64>,
}

/// What became of an input.
#[derive(Debug)]
pub enum Outcome {
    /// It ended in an expression; here is its value.
    Value { value: Value, diags: Vec<Diagnostic> },
    /// It ran to its end.
    Done { diags: Vec<Diagnostic> },
    /// It stops in the middle of something: more lines are needed.
    Unfinished,
    /// It does not compile or link.
    Rejected { diags: Vec<Diagnostic> },
    /// It called `exit` or one of its kin. As with all that follow, the session stands as it
    /// stood before the input.
    Exited { status: i32, loss: Box<Loss> },
    /// A signal ended it, or its process is gone.
    Crashed(Box<Loss>),
    /// It met the time limit.
    TimedOut(Box<Loss>),
    /// It crashed when memory had just been refused by the limit of the session.
    OutOfMemory(Box<Loss>),
    /// Somebody interrupted it.
    Interrupted(Box<Loss>),
}

impl Outcome {
    /// What was lost with the executor, if it was.
    pub fn loss(&self) -> Option<&Loss> {
        match self {
            Outcome::Exited { loss, .. }
            | Outcome::Crashed(loss)
            | Outcome::TimedOut(loss)
            | Outcome::OutOfMemory(loss)
            | Outcome::Interrupted(loss) => Some(loss),
            _ => None,
        }
    }
}

/// How an executor was lost.
#[derive(Debug)]
pub struct Loss {
    /// The failed input.
    pub input: u32,
    /// The first input whose effects are gone: the failed one, or an earlier one where no
    /// checkpoint could be taken between them.
    pub undone_from: u32,
    /// There is no state to go back to, because the code ran in this very process: the session
    /// answers no more.
    pub over: bool,
    /// Why there was none.
    pub refused: Option<Refused>,
    /// How long it ran.
    pub ran: Duration,
    pub ended: Ended,
    pub report: Option<Report>,
    /// What the compiler had to say about it. The text is taken back with the input, and the places
    /// lead nowhere: who shows them takes them from [`crate::Session::eval_telling`].
    pub diags: Vec<Diagnostic>,
}

/// Where [`crate::Session::undo`] went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Undone {
    /// To the state just before this input: the one that was asked for, or an earlier one where
    /// no checkpoint could be taken in between.
    Before(u32),
    /// No input stands.
    Nothing,
    /// So many inputs are not remembered; this many are.
    TooFar(usize),
}

/// A place in a named object or function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub name: String,
    /// The distance from its start.
    pub offset: u64,
    pub is_function: bool,
    pub ty: Option<QType>,
}

/// A value in the executor's memory.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    pub ty: QType,
    /// `None` for `void`.
    pub addr: Option<Addr>,
}

/// Where the time of an input went, stage by stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Times {
    /// Text to tokens, preprocessing included.
    pub lex: Duration,
    /// Tokens to the typed tree.
    pub parse: Duration,
    /// The tree to CLIF.
    pub lower: Duration,
    /// CLIF to machine code.
    pub cranelift: Duration,
    /// Machine code to an object.
    pub object: Duration,
    /// The object to a plan, and all names found.
    pub link: Duration,
    /// Addresses, relocations, bytes into the slab.
    pub place: Duration,
    /// Until the executor began.
    pub wake: Duration,
    pub run: Duration,
    /// From the end of the code until the session knew of it.
    pub reply: Duration,
    /// What an input that ran to its end took beside all that: bookkeeping before and after.
    pub other: Duration,
}

impl Times {
    /// The stages in their order.
    pub fn stages(&self) -> [(&'static str, Duration); 11] {
        [
            ("lex", self.lex),
            ("parse", self.parse),
            ("lower", self.lower),
            ("Cranelift", self.cranelift),
            ("object", self.object),
            ("link", self.link),
            ("place", self.place),
            ("wake", self.wake),
            ("run", self.run),
            ("reply", self.reply),
            ("other", self.other),
        ]
    }

    /// From text to bytes in memory.
    pub fn compile(&self) -> Duration {
        let stages = [self.lex, self.parse, self.lower, self.cranelift, self.object];
        stages.into_iter().sum::<Duration>() + self.link + self.place
    }
}
