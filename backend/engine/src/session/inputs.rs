//! The texts of the inputs that stand. In: a number and a text each; out: the same, in order. All
//! of them lie in one string: a long session has very many, and most are short.

use std::ops::Range;

#[derive(Default)]
pub(super) struct Inputs {
    text: String,
    /// The number of each, and where its text ends.
    list: Vec<(u32, u32)>,
}

impl Inputs {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// All of them together stay below the 4 GiB that the locations of source texts span.
    pub(super) fn push(&mut self, number: u32, text: &str) {
        // By an eighth, not to twice the size: nothing else of a long session is as large.
        if self.text.capacity() - self.text.len() < text.len() {
            self.text.reserve_exact(text.len() + self.text.len() / 8);
        }
        if self.list.len() == self.list.capacity() {
            self.list.reserve_exact(16 + self.list.len() / 8);
        }
        self.text.push_str(text);
        self.list.push((number, self.text.len() as u32));
    }

    /// Leaves the first `len`.
    pub(super) fn truncate(&mut self, len: usize) {
        self.list.truncate(len);
        self.text.truncate(self.list.last().map_or(0, |(_, end)| *end as usize));
    }

    fn range(&self, at: usize) -> Range<usize> {
        let start = at.checked_sub(1).map_or(0, |before| self.list[before].1 as usize);
        start..self.list[at].1 as usize
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &str)> + ExactSizeIterator {
        let one = |(at, (number, _)): (usize, &(u32, u32))| (*number, &self.text[self.range(at)]);
        self.list.iter().enumerate().map(one)
    }

    /// The text of one by its number.
    pub(super) fn find(&self, number: u32) -> Option<&str> {
        let at = self.list.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.text.get(self.range(at))
    }
}

#[cfg(test)]
mod tests {
    use super::Inputs;

    #[test]
    fn texts_are_found_and_cut_back() {
        let mut inputs = Inputs::default();
        for (number, text) in [(1, "int x;"), (3, ""), (4, "x = 2;")] {
            inputs.push(number, text);
        }
        assert_eq!(inputs.find(4), Some("x = 2;"));
        assert_eq!(inputs.find(2), None);
        inputs.truncate(2);
        inputs.push(9, "y");
        assert_eq!(inputs.iter().collect::<Vec<_>>(), [(1, "int x;"), (3, ""), (9, "y")]);
        inputs.truncate(0);
        assert_eq!(inputs.len(), 0);
    }
}
