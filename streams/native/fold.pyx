"""Text folded in one pass: what `fold_in_python` of streams/text/letters.py does where no letter depends on another."""

from cpython.unicode cimport PyUnicode_FromKindAndData
from libc.stdint cimport uint16_t

cdef extern from "Python.h":
    const int PyUnicode_2BYTE_KIND

cdef enum:
    LONGEST = 600              # characters, at most
    LOW = 0x700                # letters below it are known, and the signs from SIGNS up to HIGH
    SIGNS = 0x2000
    HIGH = 0x2070
    KNOWN = LOW + HIGH - SIGNS
    DROPPED = 0                # what a letter becomes
    SLOW = 1
    GAP = 0x20
    LETTER = 1                 # what a letter is in a headline
    DIGIT = 2
    POINT = 4
    SIGN = 8


cdef class Folder:
    """Folds by a table: what each known letter becomes, and what it is in a headline."""

    cdef uint16_t becomes[KNOWN]
    cdef unsigned char kinds[KNOWN]

    def __init__(self, str becomes not None, bytes kinds not None):
        if len(becomes) != KNOWN or len(kinds) != KNOWN:
            raise ValueError("a table has a place for each known letter")
        cdef const unsigned char* given = kinds
        cdef Py_ssize_t at
        for at in range(KNOWN):
            self.becomes[at] = <uint16_t> <Py_UCS4> becomes[at]
            self.kinds[at] = given[at]

    def fold(self, str text not None):
        """Fold `text`; None where it is too long or has a letter that depends on others, or is not known."""
        return self._fold(text, False)

    def plain(self, str text not None):
        """Fold a headline that has no sign, nor a digit beside a letter; None for any other."""
        return self._fold(text, True)

    cdef _fold(self, str text, bint is_plain):
        cdef uint16_t folded[LONGEST]
        cdef Py_ssize_t at, length = len(text), size = 0, letter
        cdef uint16_t became
        cdef int kind = 0, before = 0, seen = 0
        cdef bint gap = False
        if length > LONGEST:
            return None
        for at in range(length):
            letter = <Py_ssize_t> text[at]
            if letter >= LOW:
                if letter < SIGNS or letter >= HIGH:
                    return None
                letter -= SIGNS - LOW
            became = self.becomes[letter]
            if became == SLOW:
                return None
            if is_plain:
                kind = self.kinds[letter]
                if kind == SIGN or (not at and kind != LETTER) or (kind | before) == (LETTER | DIGIT):
                    return None
                seen |= kind
                before = kind
            if became == GAP:
                gap = size > 0
            elif became != DROPPED:
                if gap:
                    folded[size] = GAP
                    size += 1
                    gap = False
                folded[size] = became
                size += 1
        if is_plain and (kind != LETTER and kind != DIGIT or (seen & DIGIT and seen & POINT)):
            return None
        return PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, folded, size)
