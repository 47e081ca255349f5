//! A set of pages of one pool as a bitmap that grows with its highest member. In: page numbers
//! counted from the pool's start; out: runs of members. Always: no word beyond the highest set
//! page was ever needed, so a clone (one per checkpoint) costs bytes in proportion to what is used.

use std::ops::Range;

#[derive(Clone, Default, Debug)]
pub(crate) struct PageSet {
    words: Vec<u64>,
}

/// The bits of word `word` that lie inside `pages`.
fn mask(word: usize, pages: &Range<u64>) -> u64 {
    let base = word as u64 * 64;
    let from = pages.start.saturating_sub(base).min(64);
    let to = pages.end.saturating_sub(base).min(64);
    let below = |n: u64| if n == 64 { u64::MAX } else { (1u64 << n) - 1 };
    below(to) & !below(from)
}

impl PageSet {
    pub(crate) fn insert(&mut self, pages: Range<u64>) {
        if pages.is_empty() {
            return;
        }
        let last = (pages.end - 1) as usize / 64;
        if self.words.len() <= last {
            self.words.resize(last + 1, 0);
        }
        for word in pages.start as usize / 64..=last {
            self.words[word] |= mask(word, &pages);
        }
    }

    pub(crate) fn remove(&mut self, pages: Range<u64>) {
        let last = (pages.end.div_ceil(64) as usize).min(self.words.len());
        for word in pages.start as usize / 64..last {
            self.words[word] &= !mask(word, &pages);
        }
    }

    /// Whether both have the same members, whatever room they keep.
    pub(crate) fn same(&self, other: &PageSet) -> bool {
        let (short, long) = match self.words.len() < other.words.len() {
            true => (&self.words, &other.words),
            false => (&other.words, &self.words),
        };
        long.starts_with(short) && long[short.len()..].iter().all(|w| *w == 0)
    }

    #[cfg(test)]
    pub(crate) fn contains(&self, page: u64) -> bool {
        self.words.get(page as usize / 64).is_some_and(|w| w >> (page % 64) & 1 == 1)
    }

    /// How many of `pages` are members.
    pub(crate) fn count(&self, pages: Range<u64>) -> u64 {
        let last = (pages.end.div_ceil(64) as usize).min(self.words.len());
        (pages.start as usize / 64..last)
            .map(|word| u64::from((self.words[word] & mask(word, &pages)).count_ones()))
            .sum()
    }

    pub(crate) fn len(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// The first run of members within `pages`, or nothing.
    pub(crate) fn first_run(&self, pages: Range<u64>) -> Option<Range<u64>> {
        let start = self.seek(pages.clone(), true)?;
        let end = self.seek(start..pages.end, false).unwrap_or(pages.end);
        Some(start..end)
    }

    /// The first page of `pages` whose membership is `member`.
    fn seek(&self, pages: Range<u64>, member: bool) -> Option<u64> {
        let mut page = pages.start;
        while page < pages.end {
            let word = self.words.get(page as usize / 64).copied().unwrap_or(0);
            let wanted = if member { word } else { !word };
            let rest = wanted >> (page % 64);
            if rest != 0 {
                let found = page + u64::from(rest.trailing_zeros());
                return (found < pages.end).then_some(found);
            }
            if page as usize / 64 >= self.words.len() && member {
                return None;
            }
            page = (page / 64 + 1) * 64;
        }
        None
    }

    /// All runs of members within `pages`, in order.
    pub(crate) fn runs(&self, pages: Range<u64>) -> impl Iterator<Item = Range<u64>> + '_ {
        let mut at = pages.start;
        std::iter::from_fn(move || {
            let run = self.first_run(at..pages.end)?;
            at = run.end;
            Some(run)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn agrees_with_a_vector_of_booleans() {
        let mut random = Random::new(7);
        let mut model = vec![false; 700];
        let mut set = PageSet::default();
        for _ in 0..4000 {
            let start = random.below(700);
            let end = start + random.below(701 - start);
            match random.below(3) {
                0 => {
                    set.insert(start..end);
                    model[start as usize..end as usize].fill(true);
                }
                1 => {
                    set.remove(start..end);
                    model[start as usize..end as usize].fill(false);
                }
                _ => {
                    let mut naive = Vec::new();
                    for page in start..end {
                        if model[page as usize] {
                            naive.push(page);
                        }
                    }
                    let runs: Vec<u64> = set.runs(start..end).flatten().collect();
                    assert_eq!(runs, naive);
                    assert_eq!(set.count(start..end), naive.len() as u64);
                }
            }
        }
        assert_eq!(set.len(), model.iter().filter(|m| **m).count() as u64);
        assert!((0..700).all(|p| set.contains(p) == model[p as usize]));
    }
}
