"""Rows of a table by words, of which the hashes alone are kept: what `RowsInPython` of streams/text/ner/rowindex.py does."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport int32_t, uint64_t


cdef struct Slot:
    uint64_t hashed
    int32_t row      # 0: nobody's


cdef class Rows:
    """Finds the row of a word, from 1 on. One in 10^14 words that are none of those added is taken for one."""

    cdef Slot* slots
    cdef uint64_t mask
    cdef Py_ssize_t count

    def __cinit__(self):
        self.mask, self.count = 1023, 0
        self.slots = _room(self.mask + 1)

    def __len__(self):
        return self.count

    def find(self, list words, Py_ssize_t[::1] out):
        """Write the row of each of `words`, -1 of one that has none."""
        cdef Py_ssize_t at
        cdef Slot* slot
        if len(out) != len(words):
            raise ValueError("as many places as words are wanted")
        for at in range(len(words)):
            slot = self._slot(<uint64_t>hash(words[at]))
            out[at] = slot.row if slot.row else -1

    def add(self, list words, const Py_ssize_t[::1] rows):
        """Note the rows of words that have none."""
        cdef Py_ssize_t at
        cdef Slot* slot
        if len(rows) != len(words):
            raise ValueError("as many rows as words are wanted")
        while 2 * (self.count + len(words)) > <Py_ssize_t>self.mask:
            self._build(2 * (self.mask + 1), None)
        for at in range(len(words)):
            if not 0 < rows[at] < 0x7FFFFFFF:
                raise ValueError("rows are counted from 1 on")
            slot = self._slot(<uint64_t>hash(words[at]))
            self.count += not slot.row
            slot.hashed, slot.row = <uint64_t>hash(words[at]), <int32_t>rows[at]

    def remove(self, const Py_ssize_t[::1] rows):
        """Forget the words of these rows."""
        self._build(self.mask + 1, {row for row in rows})

    cdef inline Slot* _slot(self, uint64_t hashed) noexcept:
        """Give the slot of a hash, or the one where it is to stand."""
        cdef uint64_t at = (hashed ^ (hashed >> 32)) & self.mask
        while self.slots[at].row and self.slots[at].hashed != hashed:
            at = (at + 1) & self.mask
        return &self.slots[at]

    cdef _build(self, uint64_t size, set gone):
        cdef Slot* before = self.slots
        cdef uint64_t at, held = self.mask + 1
        self.slots = _room(size)
        self.mask, self.count = size - 1, 0
        for at in range(held):
            if before[at].row and (gone is None or before[at].row not in gone):
                self._slot(before[at].hashed)[0] = before[at]
                self.count += 1
        PyMem_Free(before)

    def __dealloc__(self):
        PyMem_Free(self.slots)


cdef Slot* _room(uint64_t slots) except NULL:
    cdef Slot* room = <Slot*>PyMem_Calloc(slots, sizeof(Slot))
    if room == NULL:
        raise MemoryError
    return room
