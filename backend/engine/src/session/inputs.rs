//! The texts of the inputs that stand. In: a number and a text each; out: the same, in order. Many
//! lie in one string, as a long session has very many and most are short; what is full is never
//! moved, so nothing of a growing vector's former sizes is left behind.

#[derive(Default)]
pub(super) struct Inputs {
    pages: Vec<Page>,
}

struct Page {
    /// How many inputs lie in the pages before.
    first: usize,
    text: String,
    /// The number of each, and where its text ends.
    list: Vec<(u32, u32)>,
}

/// What a page has room for: bytes, and inputs.
const ROOM: (usize, usize) = (16 << 10, 512);

impl Page {
    fn has_room(&self, text: &str) -> bool {
        self.text.len() + text.len() <= ROOM.0 && self.list.len() < ROOM.1
    }

    fn text(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.list[before].1 as usize);
        &self.text[start..self.list[at].1 as usize]
    }
}

impl Inputs {
    pub(super) fn len(&self) -> usize {
        self.pages.last().map_or(0, |page| page.first + page.list.len())
    }

    /// All of them together stay below the 4 GiB that the locations of source texts span.
    pub(super) fn push(&mut self, number: u32, text: &str) {
        if !self.pages.last().is_some_and(|page| page.has_room(text)) {
            self.pages.push(Page {
                first: self.len(),
                text: String::with_capacity(ROOM.0.max(text.len())),
                list: Vec::with_capacity(ROOM.1),
            });
        }
        if let Some(page) = self.pages.last_mut() {
            page.text.push_str(text);
            page.list.push((number, page.text.len() as u32));
        }
    }

    /// Leaves the first `len`.
    pub(super) fn truncate(&mut self, len: usize) {
        while self.pages.last().is_some_and(|page| page.first >= len) {
            self.pages.pop();
        }
        if let Some(page) = self.pages.last_mut() {
            page.list.truncate(len - page.first);
            page.text.truncate(page.list.last().map_or(0, |(_, end)| *end as usize));
        }
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &str)> + ExactSizeIterator {
        (0..self.len()).map(|at| {
            let after = self.pages.partition_point(|page| page.first <= at);
            let page = &self.pages[after - 1];
            let at = at - page.first;
            (page.list[at].0, page.text(at))
        })
    }

    /// The text of one by its number.
    pub(super) fn find(&self, number: u32) -> Option<&str> {
        let starts = |page: &Page| page.list.first().is_some_and(|(first, _)| *first <= number);
        let page = &self.pages[self.pages.partition_point(starts).checked_sub(1)?];
        let at = page.list.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        Some(page.text(at))
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

    #[test]
    fn many_and_long_ones() {
        let text = |n: u32| "x".repeat(if n % 700 == 5 { 40_000 } else { n as usize % 50 });
        let mut inputs = Inputs::default();
        (0..3000).for_each(|n| inputs.push(2 * n, &text(n)));
        for len in [3000, 2101, 1024, 1023, 6, 5, 1] {
            inputs.truncate(len);
            assert_eq!(inputs.len(), len);
            assert_eq!(inputs.iter().len(), len);
            assert!(inputs.iter().zip(0..).all(|((number, found), n)| {
                number == 2 * n && found == text(n) && inputs.find(number) == Some(found)
            }));
            assert_eq!(inputs.find(2 * len as u32), None);
            assert_eq!(inputs.find(1), None);
        }
        inputs.push(9, "y");
        assert_eq!(inputs.find(9), Some("y"));
    }
}
