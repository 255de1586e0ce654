"""Words in the spelling that lists of names use, and which of a text's words may open a name: words folded in a buffer."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.unicode cimport PyUnicode_FromKindAndData
from libc.stdint cimport uint16_t, uint64_t

cdef extern from "Python.h":
    const int PyUnicode_2BYTE_KIND

cdef enum:
    LONGEST = 64        # letters of a word that is folded here
    DROPPED = 0xFFFF    # stands for a letter that goes
    UNTOLD = 0xFFFE     # for one that Python has to fold
    SHORTEST = 3        # letters that stay of a name behind a clitic
    MOST_CLITICS = 32


cdef class Folder:
    """Folds words by what each character below U+10000 becomes, two bytes each; `otherwise` folds all other words."""

    cdef uint16_t[0x10000] forms
    cdef object otherwise

    def __init__(self, const uint16_t[::1] forms, otherwise):
        cdef Py_ssize_t code
        if len(forms) != 0x10000:
            raise ValueError("a form of each of 65,536 characters is wanted")
        for code in range(0x10000):
            self.forms[code] = forms[code]
        self.otherwise = otherwise

    def fold(self, str word):
        """Fold a word."""
        cdef uint16_t letters[LONGEST]
        cdef Py_ssize_t size = self._fold(word, letters)
        if size < 0:
            return self.otherwise(word)
        return PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, letters, size)

    cdef Py_ssize_t _fold(self, str word, uint16_t* letters):
        """Write the letters of a word; give how many, -1 where Python has to fold it."""
        cdef Py_ssize_t at, size = 0, length = len(word)
        cdef Py_UCS4 letter
        cdef uint16_t form
        if length > LONGEST:
            return -1
        for at in range(length):
            letter = word[at]
            form = self.forms[letter] if letter < 0x10000 else UNTOLD
            if form == UNTOLD:
                return -1
            if form != DROPPED:
                letters[size] = form
                size += 1
        return size


cdef class Openers:
    """The first words of names, as hashes: tells of words whether they may be one of them, behind a clitic or without.

    One in billions of other words is taken for one of them as well.
    """

    cdef Folder folder
    cdef uint64_t* hashes
    cdef uint64_t mask
    cdef uint16_t[MOST_CLITICS][2] clitics
    cdef int[MOST_CLITICS] sizes
    cdef int known

    def __cinit__(self, Folder folder, list firsts, list clitics):
        cdef Py_ssize_t room = 16, size
        cdef uint64_t hashed, place
        cdef uint16_t letters[LONGEST]
        cdef str first, clitic
        self.folder = folder
        if len(clitics) > MOST_CLITICS or not all(1 <= len(clitic) <= 2 and max(clitic) < "\uffff" for clitic in clitics):
            raise ValueError("at most 32 clitics of one or two letters are wanted")
        self.known = len(clitics)
        for at, clitic in enumerate(clitics):
            self.sizes[at] = len(clitic)
            self.clitics[at][0] = <uint16_t>ord(clitic[0])
            self.clitics[at][1] = <uint16_t>ord(clitic[len(clitic) - 1])
        while room < 4 * len(firsts):
            room *= 2
        self.mask = room - 1
        self.hashes = <uint64_t*>PyMem_Calloc(room, sizeof(uint64_t))
        if self.hashes == NULL:
            raise MemoryError
        for first in firsts:
            size = 0
            if len(first) > LONGEST or max(first, default="") > "\uffff":
                continue  # a word that is folded to this is told to be one in any case
            for letter in first:
                letters[size] = <uint16_t>ord(letter)
                size += 1
            hashed = _hash(letters, size, START)
            place = hashed & self.mask
            while self.hashes[place] and self.hashes[place] != hashed:
                place = (place + 1) & self.mask
            self.hashes[place] = hashed

    def places(self, list texts):
        """List the places in `texts` of the words that may open a name."""
        cdef list found = []
        cdef Py_ssize_t at
        for at in range(len(texts)):
            if self._may_open(texts[at]):
                found.append(at)
        return found

    cdef bint _may_open(self, str word):
        cdef uint16_t letters[LONGEST]
        cdef Py_ssize_t size = self.folder._fold(word, letters), rest
        cdef int at
        if size < 0 or self._has(_hash(letters, size, START)):
            return True
        for at in range(self.known):
            rest = size - self.sizes[at]
            if rest < SHORTEST or letters[0] != self.clitics[at][0]:
                continue
            if self.sizes[at] == 2 and letters[1] != self.clitics[at][1]:
                continue
            if self._has(_hash(letters + self.sizes[at], rest, START)):
                return True
            if self.clitics[at][1] == LAM and letters[self.sizes[at]] == LAM:
                if self._has(_hash(letters + self.sizes[at], rest, WITH_ALEF)):
                    return True
        return False

    cdef inline bint _has(self, uint64_t hashed) noexcept:
        cdef uint64_t at = hashed & self.mask
        while self.hashes[at]:
            if self.hashes[at] == hashed:
                return True
            at = (at + 1) & self.mask
        return False

    def __dealloc__(self):
        PyMem_Free(self.hashes)


cdef enum:
    LAM = 0x644
    ALEF = 0x627

cdef uint64_t PRIME = 0x100000001B3
cdef uint64_t START = 0xCBF29CE484222325
cdef uint64_t WITH_ALEF = (START ^ ALEF) * PRIME   # the alef that the preposition ل swallowed


cdef inline uint64_t _hash(const uint16_t* letters, Py_ssize_t size, uint64_t hashed) noexcept:
    """Hash letters (Fowler, Noll and Vo's 1a, a letter at a time), never to 0; the low bits mixed with the high ones."""
    cdef Py_ssize_t at
    for at in range(size):
        hashed = (hashed ^ letters[at]) * PRIME
    hashed ^= hashed >> 29
    return hashed or 1
