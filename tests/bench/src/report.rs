//! Figures to text: tables on stdout, JSON lines into a file. In: rows; out: lines. A figure that
//! does not exist is a dash in the table and `null` in JSON.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::session::Latency;

pub(crate) struct Report {
    json: Option<File>,
    /// The rows of a table in Markdown.
    summary: Vec<String>,
}

/// One peer at one job.
pub(crate) struct Row {
    pub(crate) peer: String,
    pub(crate) result: Result<Figures, String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub(crate) wall: Duration,
    pub(crate) wall_low: Duration,
    pub(crate) cpu: Duration,
    pub(crate) rss_kib: Option<u64>,
    pub(crate) calls: Option<u64>,
    pub(crate) left: usize,
}

impl Report {
    pub(crate) fn open(json: Option<&Path>) -> Result<Report, String> {
        let create = |path: &Path| {
            File::create(path).map_err(|e| format!("cannot write {}: {e}", path.display()))
        };
        Ok(Report { json: json.map(create).transpose()?, summary: Vec::new() })
    }

    /// All jobs once more, as a table to be pasted into a document.
    pub(crate) fn summarize(&self) {
        if !self.summary.is_empty() {
            println!("\n| job | | wall ms | CPU ms | MiB | ratio |\n|---|---|---|---|---|---|");
            println!("{}", self.summary.join("\n"));
        }
    }

    /// The table of one job. The first row is what the others are compared with.
    pub(crate) fn job(&mut self, job: &str, rounds: usize, rows: &[Row]) -> Result<(), String> {
        println!("\n{job}: medians of {rounds} interleaved runs");
        println!(
            "  {:<34} {:>9} {:>9} {:>9} {:>9} {:>8} {:>7}",
            "", "wall ms", "least", "CPU ms", "RSS MiB", "calls", "ratio"
        );
        let base = rows.first().and_then(|r| r.result.as_ref().ok()).map(|f| f.wall);
        for Row { peer, result } in rows {
            match result {
                Ok(f) => {
                    let ratio = base.map_or("-".into(), |b| {
                        format!("{:.2}", f.wall.as_secs_f64() / b.as_secs_f64())
                    });
                    let rss = f.rss_kib.map_or("-".into(), |k| format!("{:.1}", k as f64 / 1024.0));
                    let calls = f.calls.map_or("-".into(), |c| c.to_string());
                    println!(
                        "  {peer:<34} {:>9.2} {:>9.2} {:>9.2} {rss:>9} {calls:>8} {ratio:>7}{}",
                        ms(f.wall),
                        ms(f.wall_low),
                        ms(f.cpu),
                        if f.left > 0 { "  leaves processes behind" } else { "" }
                    );
                    let (wall, cpu) = (ms(f.wall), ms(f.cpu));
                    self.summary.push(format!(
                        "| {job} | {peer} | {wall:.1} | {cpu:.1} | {rss} | {ratio} |"
                    ));
                }
                Err(why) => println!("  {peer:<34} {why}"),
            }
            self.line(job, rounds, peer, result)?;
        }
        Ok(())
    }

    fn line(
        &mut self,
        job: &str,
        rounds: usize,
        peer: &str,
        result: &Result<Figures, String>,
    ) -> Result<(), String> {
        let figures = match result {
            Ok(f) => format!(
                "\"wall_ms\":{:.4},\"least_ms\":{:.4},\"cpu_ms\":{:.4},\"rss_kib\":{},\"calls\":{},\
                 \"left\":{}",
                ms(f.wall),
                ms(f.wall_low),
                ms(f.cpu),
                number(f.rss_kib),
                number(f.calls),
                f.left
            ),
            Err(why) => format!("\"error\":{}", quoted(why)),
        };
        let (job, peer) = (quoted(job), quoted(peer));
        self.json_line(&format!("{{\"job\":{job},\"peer\":{peer},\"rounds\":{rounds},{figures}}}"))
    }

    pub(crate) fn latency_head(&mut self, inputs: usize) {
        println!(
            "\nsession: {inputs} inputs, one at a time, each with a line of output awaited; ms"
        );
        println!(
            "  {:<34} {:>8} {:>8} {:>8} {:>8} {:>10} {:>10} {:>8}",
            "", "ready", "median", "p99", "longest", "1st quart.", "last", "RSS MiB"
        );
    }

    pub(crate) fn latency(
        &mut self,
        peer: &str,
        result: &Result<Latency, String>,
    ) -> Result<(), String> {
        let figures = match result {
            Ok(l) => {
                println!(
                    "  {peer:<34} {:>8.1} {:>8.3} {:>8.3} {:>8.3} {:>10.3} {:>10.3} {:>8.1}",
                    ms(l.ready),
                    ms(l.median),
                    ms(l.p99),
                    ms(l.longest),
                    ms(l.first_quarter),
                    ms(l.last_quarter),
                    l.rss_kib as f64 / 1024.0
                );
                format!(
                    "\"ready_ms\":{:.3},\"median_ms\":{:.4},\"p99_ms\":{:.4},\"longest_ms\":{:.4},\
                     \"first_quarter_ms\":{:.4},\"last_quarter_ms\":{:.4},\"rss_kib\":{}",
                    ms(l.ready),
                    ms(l.median),
                    ms(l.p99),
                    ms(l.longest),
                    ms(l.first_quarter),
                    ms(l.last_quarter),
                    l.rss_kib
                )
            }
            Err(why) => {
                println!("  {peer:<34} {why}");
                format!("\"error\":{}", quoted(why))
            }
        };
        self.json_line(&format!("{{\"job\":\"session\",\"peer\":{},{figures}}}", quoted(peer)))
    }

    /// A figure that stands for itself, in nanoseconds.
    pub(crate) fn nanoseconds(&mut self, what: &str, each: f64) -> Result<(), String> {
        println!("  {what:<64} {each:>9.1} ns");
        self.json_line(&format!("{{\"job\":{},\"ns\":{each:.1}}}", quoted(what)))
    }

    /// A ratio that stands for itself.
    pub(crate) fn ratio(&mut self, what: &str, ratio: f64) -> Result<(), String> {
        println!("  {what:<64} {ratio:>9.3}");
        self.summary.push(format!("| {what} | | | | | {ratio:.2} |"));
        self.json_line(&format!("{{\"job\":{},\"ratio\":{ratio:.4}}}", quoted(what)))
    }

    fn json_line(&mut self, line: &str) -> Result<(), String> {
        match &mut self.json {
            Some(file) => writeln!(file, "{line}").map_err(|e| format!("the JSON file: {e}")),
            None => Ok(()),
        }
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn number(n: Option<u64>) -> String {
    n.map_or("null".into(), |n| n.to_string())
}

fn quoted(text: &str) -> String {
    let mut to = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => to.extend(['\\', c]),
            c if u32::from(c) < 0x20 => to.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => to.push(c),
        }
    }
    to.push('"');
    to
}

/// The middle of a list, or of its two middle ones.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    match times.len() {
        0 => Duration::ZERO,
        n if n % 2 == 1 => times[n / 2],
        n => (times[n / 2 - 1] + times[n / 2]) / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        let median_of = |list: &[u64]| {
            median(&mut list.iter().map(|n| Duration::from_nanos(*n)).collect::<Vec<_>>())
                .as_nanos()
        };
        assert_eq!((median_of(&[]), median_of(&[9, 1, 5]), median_of(&[4, 2, 8, 1])), (0, 5, 3));
    }

    #[test]
    fn json_strings() {
        assert_eq!(quoted("a \"b\" \\ \n é"), "\"a \\\"b\\\" \\\\ \\u000a é\"");
    }
}
