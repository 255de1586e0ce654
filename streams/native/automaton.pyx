"""Many words found in one pass over a text: what `iter` of an `ahocorasick.Automaton` finds, a table for each letter."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.unicode cimport PyUnicode_READ_CHAR
from libc.stdint cimport int32_t, uint8_t

cdef enum:
    LETTERS = 0x110000
    MOST_CLASSES = 255


cdef class Automaton:
    """Finds `words`, each given once and none empty; it takes 4 bytes for each of their beginnings and letters."""

    cdef uint8_t* classes    # of each letter; 0: in no word
    cdef int32_t* steps      # from each state with each class to the next state; state 0: nothing is begun
    cdef int32_t* longest    # of each state: the longest word that ends there, -1: none
    cdef int32_t* shorter    # of each word: the next shorter one that ends where it does, -1: none
    cdef Py_ssize_t width

    def __cinit__(self, list words):
        cdef Py_ssize_t count = 1, at
        cdef dict known = {}
        cdef str word, letter
        for word in words:
            if not word:
                raise ValueError("an empty word is everywhere")
            count += len(word)
            for letter in word:
                known.setdefault(letter, len(known) + 1)
        if len(known) > MOST_CLASSES:
            raise OverflowError("too many different letters")
        self.width = len(known) + 1
        self.classes = <uint8_t*>_room(LETTERS, 1)
        for letter, at in known.items():
            self.classes[ord(letter)] = <uint8_t>at
        self._build(words, self._trie(words, count))

    cdef list _trie(self, list words, Py_ssize_t count):
        """Write the steps from beginning to beginning, and the words where they end; give the states by length."""
        cdef Py_ssize_t made = 1, at, state, depth, number
        cdef str word
        cdef list by_depth = [[0]]
        self.steps = <int32_t*>_room(count * self.width, sizeof(int32_t))
        self.longest = <int32_t*>_room(count, sizeof(int32_t))
        self.shorter = <int32_t*>_room(len(words) + 1, sizeof(int32_t))
        for at in range(count):
            self.longest[at] = -1
        for number in range(len(words)):
            word, state = words[number], 0
            for depth in range(len(word)):
                at = state * self.width + self.classes[<Py_ssize_t>PyUnicode_READ_CHAR(word, depth)]
                if not self.steps[at]:
                    self.steps[at] = <int32_t>made
                    if depth + 1 == len(by_depth):
                        by_depth.append([])
                    by_depth[depth + 1].append((made, state, at - state * self.width))
                    made += 1
                state = self.steps[at]
            if self.longest[state] >= 0:
                raise ValueError(f"given twice: {word}")
            self.longest[state] = <int32_t>number
        return by_depth

    cdef _build(self, list words, list by_depth):
        """Lead each state on from where its longest ending that begins a word leads, if it does not itself."""
        cdef Py_ssize_t state, before, by, ending, word
        cdef dict endings = {0: 0}
        cdef list level
        cdef bint is_first = True
        for level in by_depth[1:]:
            found = [
                (state, 0 if is_first else self.steps[<Py_ssize_t>endings[before] * self.width + <Py_ssize_t>by])
                for state, before, by in level
            ]
            is_first = False
            for state, ending in found:
                endings[state] = ending
                word = self.longest[state]
                if word >= 0:
                    self.shorter[word] = self.longest[ending]
                else:
                    self.longest[state] = self.longest[ending]
                for by in range(self.width):
                    if not self.steps[state * self.width + by]:
                        self.steps[state * self.width + by] = self.steps[ending * self.width + by]

    def find(self, str text):
        """List (place of the last letter, number of the word), of several that end in one place the longest first."""
        cdef list found = []
        cdef Py_ssize_t at, state = 0
        cdef int32_t word
        for at in range(len(text)):
            state = self.steps[state * self.width + self.classes[<Py_ssize_t>PyUnicode_READ_CHAR(text, at)]]
            word = self.longest[state]
            while word >= 0:
                found.append((at, word))
                word = self.shorter[word]
        return found

    def __dealloc__(self):
        PyMem_Free(self.classes)
        PyMem_Free(self.steps)
        PyMem_Free(self.longest)
        PyMem_Free(self.shorter)


cdef void* _room(size_t count, size_t size) except NULL:
    cdef void* room = PyMem_Calloc(count, size)
    if room == NULL:
        raise MemoryError
    return room
