//! A case's own process, and machine code for it.

use executor::addr::Addr;
use executor::handle::Executor;
use executor::region::{SlabLayout, SlabView};
use executor::segment::Pool;
use executor::warden::{Options, Warden};

/// Runs a case in a child; true when it did not panic.
pub(crate) fn in_child(case: fn()) -> bool {
    in_child_fn(case)
}

/// The same for a case that knows something already.
pub(crate) fn in_child_fn(case: impl FnOnce()) -> bool {
    let case = std::panic::AssertUnwindSafe(case);
    // SAFETY: the test program has one thread; the child runs the case and exits.
    match unsafe { nix::unistd::fork() }.expect("fork") {
        nix::unistd::ForkResult::Child => {
            let passed = std::panic::catch_unwind(case).is_ok();
            std::process::exit(i32::from(!passed));
        }
        nix::unistd::ForkResult::Parent { child } => {
            let status = nix::sys::wait::waitpid(child, None).expect("waitpid");
            status == nix::sys::wait::WaitStatus::Exited(child, 0)
        }
    }
}

/// A warden with a bump allocator over its slab.
pub(crate) struct Bench {
    pub(crate) warden: Warden,
    view: Option<SlabView>,
    pub(crate) layout: SlabLayout,
    next: [Addr; 3],
}

impl Bench {
    pub(crate) fn new() -> (Bench, Executor) {
        Bench::of(Warden::start(Options::default()).expect("warden"))
    }

    pub(crate) fn of(mut warden: Warden) -> (Bench, Executor) {
        let view = warden.take_view();
        let layout = warden.layout();
        let executor = warden.executor().expect("executor");
        let next = Pool::ALL.map(|pool| layout.pool(pool).start);
        (Bench { warden, view, layout, next }, executor)
    }

    /// Whether bytes have to travel because there is no view.
    pub(crate) fn is_copying(&self) -> bool {
        self.view.is_none()
    }

    pub(crate) fn view(&self) -> &SlabView {
        self.view.as_ref().expect("a shared slab has a view")
    }

    /// Publishes bytes in a pool; says where the executor sees them.
    pub(crate) fn put(&mut self, pool: Pool, bytes: &[u8]) -> Addr {
        let next = &mut self.next[pool as usize];
        let at = *next;
        *next = at.plus(bytes.len() as u64).align_up(16);
        self.view().write(self.layout.offset(at).expect("in the slab"), bytes).expect("write");
        at
    }

    pub(crate) fn code(&mut self, bytes: &[u8]) -> Addr {
        self.put(Pool::Text, bytes)
    }
}

/// `mov rax, imm64; ret`
pub(crate) fn return_constant(value: u64) -> Vec<u8> {
    [&[0x48, 0xb8][..], &value.to_le_bytes(), &[0xc3]].concat()
}

/// `mov rax, addr; mov rax, [rax]; ret`
pub(crate) fn load(addr: Addr) -> Vec<u8> {
    [&[0x48, 0xb8][..], &addr.0.to_le_bytes(), &[0x48, 0x8b, 0x00, 0xc3]].concat()
}

/// `mov rax, addr; mov [rax], rdi; mov rax, rdi; ret`
pub(crate) fn store(addr: Addr) -> Vec<u8> {
    [&[0x48, 0xb8][..], &addr.0.to_le_bytes(), &[0x48, 0x89, 0x38, 0x48, 0x89, 0xf8, 0xc3]].concat()
}

/// `sub rsp, 8; mov rax, function; call rax; add rsp, 8; ret`, the argument passed on.
pub(crate) fn call_through(function: Addr) -> Vec<u8> {
    [
        &[0x48, 0x83, 0xec, 0x08, 0x48, 0xb8][..],
        &function.0.to_le_bytes(),
        &[0xff, 0xd0, 0x48, 0x83, 0xc4, 0x08, 0xc3],
    ]
    .concat()
}

pub(crate) const ENDLESS: [u8; 2] = [0xeb, 0xfe];
pub(crate) const UD2: [u8; 2] = [0x0f, 0x0b];
/// `call self`: uses up the stack.
pub(crate) const RECURSE: [u8; 5] = [0xe8, 0xfb, 0xff, 0xff, 0xff];
/// `xor ecx, ecx; mov eax, 1; cdq; idiv ecx`
pub(crate) const DIVIDE: [u8; 10] = [0x31, 0xc9, 0xb8, 1, 0, 0, 0, 0x99, 0xf7, 0xf9];
