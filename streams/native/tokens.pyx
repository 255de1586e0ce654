"""Running text cut into words and marks: what `cut_in_python` of streams/text/ner/tokens.py does, in one pass."""

from cpython.unicode cimport PyUnicode_Substring

cdef enum:
    NONE, LETTER, DIGIT, OTHER


cdef class Cutter:
    """Cuts texts; `marks` stand within words, `ends` are the marks that end sentences."""

    cdef str marks
    cdef frozenset ends

    def __init__(self, str marks, frozenset ends):
        self.marks, self.ends = marks, ends

    def cut(self, str text):
        """Give words and marks, where each begins, and where sentences begin that follow a stop or a line's end."""
        cdef list texts = [], offsets = [], starts = []
        cdef Py_ssize_t at = 0, length = len(text), chunk_ends = -1, end
        cdef bint is_glued = False
        cdef Py_UCS4 letter
        cdef int kind
        cdef str found
        while at < length:
            letter = text[at]
            if letter == u"\n":
                starts.append(len(texts))
            kind = _kind(letter)
            if kind == NONE:
                at += 1
                continue
            if at > chunk_ends:
                chunk_ends = at
                is_glued = self._find_end(text, length, &chunk_ends)
            if kind == LETTER:
                end = self._word(text, at, length, is_glued)
            elif kind == DIGIT:
                end = self._number(text, at, length)
            else:
                end = at + 1
                while letter == u"." and end < length and text[end] == u".":
                    end += 1
            found = PyUnicode_Substring(text, at, end)
            texts.append(found)
            offsets.append(at)
            if kind == OTHER and found in self.ends:
                starts.append(len(texts))
            at = end
        return texts, offsets, starts

    cdef inline bint _is_mark(self, Py_UCS4 letter):
        if 0x621 <= letter < 0x64B and letter != 0x640 or letter < 0x621 and letter != u"'" or letter > 0x2019:
            return False
        return letter in self.marks

    cdef bint _find_end(self, str text, Py_ssize_t length, Py_ssize_t* at):
        """Go to the plain space behind `at`; tell whether a letter stands behind one that ends words, before it."""
        cdef bint found = False, behind = False
        cdef Py_UCS4 letter
        cdef Py_ssize_t place = at[0]
        while place < length:
            letter = text[place]
            if letter == u" ":
                break
            if behind and _kind(letter) == LETTER:
                found = True
            if letter == u"ة" or letter == u"ى":
                behind = True
            elif not self._is_mark(letter):
                behind = False
            place += 1
        at[0] = place
        return found

    cdef Py_ssize_t _word(self, str text, Py_ssize_t at, Py_ssize_t length, bint is_glued):
        """Go on from a letter over letters and marks; of what is glued, over one letter that ends a word at most."""
        cdef Py_UCS4 letter
        if is_glued and _ends_word(text[at]):
            return at + 1
        while at < length:
            letter = text[at]
            if is_glued and _ends_word(letter):
                at += 1
                while at < length and self._is_mark(text[at]):
                    at += 1
                return at
            if _kind(letter) != LETTER and not self._is_mark(letter):
                return at
            at += 1
        return at

    cdef Py_ssize_t _number(self, str text, Py_ssize_t at, Py_ssize_t length):
        """Go on over digits, and over one sign that parts them each."""
        while at < length and text[at].isdecimal():
            at += 1
            if at + 1 < length and text[at] in u".,٫٬:/" and text[at + 1].isdecimal():
                at += 1
        return at


cdef inline int _kind(Py_UCS4 letter) noexcept:
    if 0x621 <= letter < 0x64B:
        return LETTER
    if letter == u" " or letter == u"\n":
        return NONE
    return _rare_kind(letter)


cdef int _rare_kind(Py_UCS4 letter) noexcept:
    if letter.isalpha():
        return LETTER
    if letter.isdecimal():
        return DIGIT
    if letter.isalnum():
        return LETTER
    return NONE if letter.isspace() else OTHER


cdef inline bint _ends_word(Py_UCS4 letter) noexcept:
    return letter == u"ة" or letter == u"ى"
