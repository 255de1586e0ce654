"""New words described to the tagger: what `describe_in_python` of streams/text/ner/numbering.py says, word by word."""

from cpython.unicode cimport PyUnicode_Substring
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint64_t

cdef enum:
    LETTERS = 4    # of the longest beginning and end that is looked up
    SHORTEST = 3   # letters that stay of a word without a clitic
    NONE = -1

cdef class Affixes:
    """Beginnings (or ends, read from the last letter on) of words: 16 bits a letter, sorted, and their numbers.

    Behind the last one stands a key that no affix has.
    """

    cdef const uint64_t[::1] keys
    cdef const Py_ssize_t[::1] numbers

    def __init__(self, keys, numbers):
        self.keys, self.numbers = keys, numbers
        if not len(keys) or len(keys) != len(numbers):
            raise ValueError("as many numbers as keys are wanted")


cdef class Describer:
    """Numbers what is true of words, by the tables of the model; `most` numbers a word at most."""

    cdef readonly Py_ssize_t most
    cdef Affixes prefixes, suffixes
    cdef const int64_t[::1] hashes
    cdef const int32_t[::1] rows
    cdef const int16_t[:, ::1] clusters
    cdef const Py_ssize_t[:, ::1] cluster_numbers
    cdef const Py_ssize_t[::1] lengths
    cdef Py_ssize_t unclustered
    cdef dict clitics, words, stems, clitic_numbers, shapes, hints, hint_numbers, stem_hint_numbers

    def __init__(self, Affixes prefixes, Affixes suffixes, word_rows, clusters, lengths, unclustered, clitics, kinds, hints):
        """Take the tables: `word_rows` (hashes, rows), `clusters` (of rows, their numbers), `kinds` (five by value),
        `hints` (of words, the numbers of each set of them for words and for stems).
        """
        self.prefixes, self.suffixes = prefixes, suffixes
        self.hashes, self.rows = word_rows
        self.clusters, self.cluster_numbers = clusters
        self.lengths, self.unclustered, self.clitics = lengths, unclustered, clitics
        self.words, self.stems, self.clitic_numbers, self.shapes = kinds
        self.hints, self.hint_numbers, self.stem_hint_numbers = hints
        if len(self.hashes) != len(self.rows) or not len(self.rows) or not len(lengths):
            raise ValueError("as many rows as hashes are wanted, and a length")
        if self.clusters.shape[1] != self.cluster_numbers.shape[0]:
            raise ValueError("as many tables as kinds of clusters are wanted")
        named = [len(numbers) for table in hints[1:] for numbers in table.values()]
        self.most = 2 * LETTERS + max(self.clusters.shape[1], 1) + 5 + max(named, default=0)

    def describe(
        self, list words, list folded, Py_ssize_t[::1] numbers, Py_ssize_t[::1] begins, Py_ssize_t[::1] rows, char[::1] own
    ):
        """Write the numbers of each word, where they begin, the row that stands for it, and whether it is its own.

        `folded` are the same words as the model knows them, none of them empty. Return how many numbers there are.
        """
        cdef Py_ssize_t at, count = 0, length, row, own_row
        cdef str word, stem
        cdef object hint
        if len(numbers) < self.most * len(words) or not len(words) == len(folded) == len(begins) == len(rows) == len(own):
            raise ValueError("there is too little room for what is to be written")
        for at in range(len(words)):
            word = folded[at]
            length = len(word)
            if not length:
                raise ValueError("a word has a letter at least")
            begins[at] = count
            own_row = self._row(word)
            row = NONE
            stem = self._stem(word, length, &row)
            own[at] = own_row >= 0
            rows[at] = row = own_row if own_row >= 0 else row
            count = self._affixes(word, length, numbers, count)
            count = self._clusters(row, numbers, count)
            count = _put(self.lengths[min(length, len(self.lengths) - 1)], numbers, count)
            count = _put(self.words.get(word, NONE), numbers, count)
            count = self._shape(words[at], word, numbers, count)
            hint = self.hints.get(word)
            if hint is not None:
                count = _put_all(self.hint_numbers[hint], numbers, count)
            if stem is not None:
                count = _put(self.stems.get(stem, NONE), numbers, count)
                count = _put(
                    self.clitic_numbers.get(PyUnicode_Substring(word, 0, max(length - len(stem), 0)), NONE), numbers, count
                )
                if hint is None:
                    hint = self.hints.get(stem)
                    if hint is not None:
                        count = _put_all(self.stem_hint_numbers[hint], numbers, count)
        return count

    cdef Py_ssize_t _row(self, str word):
        cdef int64_t wanted = hash(word)
        cdef Py_ssize_t at = _find(self.hashes, wanted)
        return self.rows[at] if at >= 0 else NONE

    cdef str _stem(self, str word, Py_ssize_t length, Py_ssize_t* row):
        """Give the most frequent word that is left without a clitic, and write its row."""
        cdef str clitic, rest, best = None
        cdef tuple known = self.clitics.get(PyUnicode_Substring(word, 0, 1))
        cdef Py_ssize_t size, found
        if known is None:
            return None
        for clitic in known:
            size = len(clitic)
            if length - size < SHORTEST or not word.startswith(clitic):
                continue
            rest = PyUnicode_Substring(word, size, length)
            found = self._row(rest)
            if found >= 0 and (best is None or found < row[0]):
                best, row[0] = rest, found
            if clitic[size - 1] == u"ل" and rest[0] == u"ل":
                rest = "ا" + rest
                found = self._row(rest)
                if found >= 0 and (best is None or found < row[0]):
                    best, row[0] = rest, found
        return best

    cdef Py_ssize_t _affixes(self, str word, Py_ssize_t length, Py_ssize_t[::1] numbers, Py_ssize_t count):
        cdef uint64_t front = 0, back = 0
        cdef int letters
        for letters in range(min(<Py_ssize_t>LETTERS, length - 1)):
            front |= _letter(word[letters]) << (16 * letters)
            back |= _letter(word[length - 1 - letters]) << (16 * letters)
            count = _put(_look_up(self.prefixes, front), numbers, count)
            count = _put(_look_up(self.suffixes, back), numbers, count)
        return count

    cdef Py_ssize_t _clusters(self, Py_ssize_t row, Py_ssize_t[::1] numbers, Py_ssize_t count):
        cdef Py_ssize_t kind
        if row < 0 or row >= self.clusters.shape[0]:
            return _put(self.unclustered, numbers, count)
        for kind in range(self.clusters.shape[1]):
            count = _put(self.cluster_numbers[kind, self.clusters[row, kind]], numbers, count)
        return count

    cdef Py_ssize_t _shape(self, str word, str folded, Py_ssize_t[::1] numbers, Py_ssize_t count):
        """Number what the letters look like: a number, a mark, Latin letters, the Arabic article."""
        cdef Py_UCS4 first = folded[0]
        if 0x628 <= first <= 0x64A:  # Arabic letters that do not open the article
            return count
        if not first.isalpha():
            return _put(self.shapes.get("0" if first == u"0" else "mark", NONE), numbers, count)
        if first < 0x600:
            return _put(self.shapes.get("Latin" if word[0].isupper() else "latin", NONE), numbers, count)
        if len(folded) > 1 and first == u"ا" and folded[1] == u"ل":
            return _put(self.shapes.get("al", NONE), numbers, count)
        return count


cdef inline uint64_t _letter(Py_UCS4 letter) noexcept:
    """Give a letter in 16 bits; what does not fit, and what fills short affixes up, is in none."""
    return 0xFFFF if letter > 0xFFFF or not letter else letter


cdef Py_ssize_t _look_up(Affixes affixes, uint64_t wanted) noexcept:
    cdef Py_ssize_t at = _find(affixes.keys, wanted)
    return affixes.numbers[at] if at >= 0 else NONE


cdef fused Key:
    int64_t
    uint64_t


cdef Py_ssize_t _find(const Key[::1] keys, Key wanted) noexcept:
    """Find a key among sorted ones."""
    cdef Py_ssize_t low = 0, high = keys.shape[0], middle
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < keys.shape[0] and keys[low] == wanted else NONE


cdef inline Py_ssize_t _put(Py_ssize_t number, Py_ssize_t[::1] numbers, Py_ssize_t count) noexcept:
    if number < 0:
        return count
    numbers[count] = number
    return count + 1


cdef Py_ssize_t _put_all(tuple found, Py_ssize_t[::1] numbers, Py_ssize_t count):
    cdef Py_ssize_t number
    for number in found:
        count = _put(number, numbers, count)
    return count


def sums(const int8_t[:, ::1] table, const Py_ssize_t[::1] rows, const Py_ssize_t[::1] begins, float[:, ::1] out):
    """Write the sums of `rows` of a table into `out`: those from each of `begins` up to the next one."""
    cdef Py_ssize_t group, at, end, column, width = table.shape[1]
    cdef float* into
    cdef const int8_t* row
    if out.shape[0] != len(begins) or out.shape[1] != width:
        raise ValueError("a row for each group is wanted, as wide as the table")
    for group in range(len(begins)):
        end = begins[group + 1] if group + 1 < len(begins) else len(rows)
        if not 0 <= begins[group] <= end <= len(rows):
            raise ValueError("a group reaches beyond the rows")
        into = &out[group, 0]
        for column in range(width):
            into[column] = 0
        for at in range(begins[group], end):
            if rows[at] < 0 or rows[at] >= table.shape[0]:
                raise ValueError("the table has no such row")
            row = &table[rows[at], 0]
            for column in range(width):
                into[column] += row[column]
