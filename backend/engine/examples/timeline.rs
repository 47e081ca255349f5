//! Draws what ran and when. In: a C program and its arguments; out: a picture (SVG) of its trace,
//! a row for each depth of calls, above them what tine itself did. README's picture is made by
//! `cargo run -p engine --example timeline -- repl/docs/trace.c > repl/docs/trace.svg`.
//!
//! What always holds: calls are drawn where the trace has them; those of one name that are nearer
//! to each other than can be seen are drawn as one.

use engine::machine::Machine;
use engine::program::{Item, Program, Ran};
use engine::render::Form;
use engine::source::Language;
use engine::trace::{Event, Kind, Options, Track};
use executor::region::Sharing;
use executor::warden::{self, Warden};
use std::sync::{Arc, Mutex};

const WIDTH: f64 = 1000.0;
const LEFT: f64 = 70.0;
const ROW: f64 = 17.0;
const TOP: f64 = 30.0;
/// What is narrower cannot be seen.
const LEAST: f64 = 0.7;

struct Span {
    name: String,
    row: usize,
    from: u64,
    to: u64,
}

/// The calls on one track.
struct Lane {
    track: Track,
    open: Vec<(String, u64)>,
    spans: Vec<Span>,
}

#[derive(Default)]
struct Timeline {
    lanes: Vec<Lane>,
}

impl Timeline {
    fn hear(&mut self, event: &Event<'_>) {
        let known = self.lanes.iter().position(|lane| lane.track == event.track);
        let index = known.unwrap_or_else(|| {
            let (open, spans) = (Vec::new(), Vec::new());
            self.lanes.push(Lane { track: event.track, open, spans });
            self.lanes.len() - 1
        });
        let lane = &mut self.lanes[index];
        match event.kind {
            Kind::Begin => lane.open.push((event.name.to_owned(), event.at)),
            Kind::End => lane.close(event.at),
            Kind::Instant => {}
        }
    }
}

impl Lane {
    fn close(&mut self, at: u64) {
        if let Some((name, from)) = self.open.pop() {
            self.spans.push(Span { name, row: self.open.len(), from, to: at });
        }
    }

    fn rows(&self) -> usize {
        self.spans.iter().map(|span| span.row + 1).max().unwrap_or(0)
    }

    /// In the order of rows and time, what cannot be told apart as one.
    fn visible(&self, from: u64, scale: f64) -> Vec<(usize, f64, f64, &str)> {
        let mut spans: Vec<&Span> = self.spans.iter().filter(|span| span.to > from).collect();
        spans.sort_by_key(|span| (span.row, span.from));
        let mut boxes: Vec<(usize, f64, f64, &str)> = Vec::new();
        for span in spans {
            let x = |at: u64| LEFT + at.saturating_sub(from) as f64 * scale;
            let (start, end) = (x(span.from), x(span.to).min(WIDTH - 5.0));
            match boxes.last_mut() {
                Some((row, _, last, name))
                    if *row == span.row && *name == span.name && start - *last < LEAST =>
                {
                    *last = end.max(*last);
                }
                _ => boxes.push((span.row, start, end, &span.name)),
            }
        }
        boxes.retain(|(_, start, end, _)| end - start >= LEAST / 2.0);
        boxes
    }
}

/// A colour that a name always has.
fn colour(name: &str) -> &'static str {
    const COLOURS: [&str; 8] =
        ["#8dd3c7", "#ffd37f", "#bebada", "#9ecae1", "#fdb462", "#b3de69", "#fccde5", "#d9c7a3"];
    match name {
        "collection" => "#fb6a4a",
        _ => COLOURS[name.bytes().fold(7, |sum, byte| sum * 31 + usize::from(byte)) % 8],
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// From a little before the program's own thread begins.
fn draw(timeline: &Timeline, title: &str) -> String {
    let program = timeline.lanes.iter().filter(|lane| lane.track != Track::Tine);
    let spans: Vec<&Span> = program.flat_map(|lane| &lane.spans).collect();
    let begins = spans.iter().map(|span| span.from).min().unwrap_or(0);
    let to = spans.iter().map(|span| span.to).max().unwrap_or(1);
    let from = begins.saturating_sub((to - begins) / 16);
    let scale = (WIDTH - LEFT - 5.0) / (to - from).max(1) as f64;
    let mut body = String::new();
    let mut y = TOP;
    for lane in &timeline.lanes {
        let who = match lane.track {
            Track::Tine => "tine",
            Track::Thread { process, thread } if process == thread => "main",
            Track::Thread { .. } => "thread",
        };
        body += &format!("<text x=\"4\" y=\"{:.0}\">{who}</text>\n", y + 12.0);
        for (row, start, end, name) in lane.visible(from, scale) {
            let (top, wide) = (y + row as f64 * ROW, (end - start).max(LEAST));
            body += &format!(
                "<rect x=\"{start:.1}\" y=\"{top:.0}\" width=\"{wide:.1}\" height=\"16\" \
                 fill=\"{}\"><title>{}</title></rect>\n",
                colour(name),
                escaped(name)
            );
            if wide > name.len() as f64 * 6.5 + 4.0 {
                let (x, y) = (start + 3.0, top + 12.0);
                body += &format!("<text x=\"{x:.1}\" y=\"{y:.0}\">{}</text>\n", escaped(name));
            }
        }
        y += lane.rows() as f64 * ROW + 8.0;
    }
    let millis = (to - from) as f64 / 1e6;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{y:.0}\" \
         font-family=\"monospace\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"18\">{}: {millis:.1} ms from left to right</text>\n{body}</svg>\n",
        escaped(title)
    )
}

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let source = args.first().ok_or("usage: timeline PROGRAM.c [ARGUMENT]…")?;
    let program = Program {
        items: vec![Item::File(source.into())],
        search: Vec::new(),
        language: Language::default(),
        form: Form::Lines,
        entry: "main".into(),
        args: args.iter().map(Into::into).collect(),
        timeout: None,
        first_is_source: false,
    };
    // First of all: the warden is forked while there is one thread.
    let warden = Warden::start(warden::Options { own_group: false, ..Default::default() })
        .map_err(|error| error.to_string())?;
    let mut machine = Machine::new(warden, Sharing::Shared).map_err(|error| error.to_string())?;
    let timeline = Arc::new(Mutex::new(Timeline::default()));
    let ear = Arc::clone(&timeline);
    let on_event = Box::new(move |event: &Event<'_>| {
        if let Ok(mut timeline) = ear.lock() {
            timeline.hear(event);
        }
    });
    let options = Options { calls: true, file: None, on_event: Some(on_event) };
    machine.start_trace(options).map_err(|error| error.to_string())?;
    let ran = machine.run_program(&program, &mut |text| eprint!("{text}"));
    machine.finish_trace().map_err(|error| error.to_string())?;
    match ran.map_err(|error| error.to_string())?.0 {
        Ran::Finished(_) => {}
        other => return Err(format!("{source} did not run: {other:?}")),
    }
    let timeline = timeline.lock().map_err(|_| "the recorder failed")?;
    print!("{}", draw(&timeline, &args.join(" ")));
    Ok(())
}
