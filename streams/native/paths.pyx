"""The best labels of sentences: what `unsettled` and `decode` of streams/text/ner/viterbi.py find, word by word."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport uint8_t

cdef enum:
    MOST_LABELS = 32

cdef double ROUNDING = 1e-3


cdef class Paths:
    """Transitions between labels, of which 0 is "no name": `follow[before, after]`, and `start` of a sentence."""

    cdef float[MOST_LABELS][MOST_LABELS] follow
    cdef float[MOST_LABELS] start
    cdef float[MOST_LABELS] entered
    cdef float[MOST_LABELS] opened
    cdef float[MOST_LABELS] inside
    cdef double left
    cdef int labels

    def __init__(self, const float[:, ::1] follow, const float[::1] start, bounds, double left):
        """Take also what bounds the gain of a path (`Transitions`): `entered`, `opened`, `inside`, each by label but 0."""
        cdef int at, to
        cdef const float[::1] entered = bounds[0], opened = bounds[1], inside = bounds[2]
        self.labels = <int>len(start)
        if not 1 < self.labels <= MOST_LABELS or follow.shape[0] != len(start) or follow.shape[1] != len(start):
            raise ValueError("2 to 32 labels are wanted, and what follows each")
        if not len(entered) == len(opened) == len(inside) == self.labels - 1:
            raise ValueError("a bound for each label but the first is wanted")
        for at in range(self.labels):
            self.start[at] = start[at]
            for to in range(self.labels):
                self.follow[at][to] = follow[at, to]
        for at in range(self.labels - 1):
            self.entered[at], self.opened[at], self.inside[at] = entered[at], opened[at], inside[at]
        self.left = left

    def label(
        self, const float[:, ::1] lead, const uint8_t[::1] opens, const uint8_t[::1] closes, Py_ssize_t[::1] labels
    ):
        """Write the best label of each place: `lead` is how far each label but 0 is ahead of it (labels by places)."""
        cdef Py_ssize_t places = lead.shape[1], at, first = -1
        cdef uint8_t* doubtful
        if lead.shape[0] != self.labels - 1 or not places == len(opens) == len(closes) == len(labels):
            raise ValueError("a lead of each label but 0 at each place is wanted")
        doubtful = <uint8_t*>PyMem_Malloc(places + 1)
        if doubtful == NULL:
            raise MemoryError
        try:
            self._find_doubtful(lead, opens, closes, doubtful)
            for at in range(places + 1):
                if at < places and doubtful[at]:
                    first = at if first < 0 else first
                    continue
                if first >= 0:
                    self._follow_run(lead, first, at, opens[first], closes[at - 1], labels)
                    first = -1
                if at < places:
                    labels[at] = 0
        finally:
            PyMem_Free(doubtful)

    cdef _find_doubtful(
        self, const float[:, ::1] lead, const uint8_t[::1] opens, const uint8_t[::1] closes, uint8_t* doubtful
    ):
        """Mark the places that lie in some stretch whose best labels may beat label 0 throughout."""
        cdef Py_ssize_t places = lead.shape[1], at
        cdef int label, labels = self.labels - 1
        cdef double total = 0, ended, most
        cdef float first, inside, value
        cdef double* sums = <double*>PyMem_Malloc(2 * places * sizeof(double) + 1)
        if sums == NULL:
            raise MemoryError
        for at in range(places):
            first = inside = -1e30
            for label in range(labels):
                value = lead[label, at] + self.entered[label]
                if opens[at]:
                    value = value + self.opened[label]
                first = max(first, value)
                inside = max(inside, lead[label, at] + self.inside[label])
            total += inside
            sums[2 * at] = total
            ended = first - total
            sums[2 * at + 1] = ended if not at else max(ended, sums[2 * at - 1])
        most = 0
        for at in range(places - 1, -1, -1):
            ended = sums[2 * at] + (0 if closes[at] else self.left)
            most = ended if at == places - 1 else max(most, ended)
            doubtful[at] = sums[2 * at + 1] + most >= -ROUNDING
        PyMem_Free(sums)

    cdef _follow_run(
        self, const float[:, ::1] lead, Py_ssize_t first, Py_ssize_t end, bint opens, bint closes, Py_ssize_t[::1] out
    ):
        """Write the labels of the words from `first` up to `end`: the best path up to each and back to it."""
        cdef Py_ssize_t at, size = end - first, best_at
        cdef int label, before, labels = self.labels
        cdef float best, value, said, best_value = 0
        cdef float* ahead = <float*>PyMem_Malloc(size * labels * sizeof(float))
        cdef float back[MOST_LABELS]
        cdef float next_back[MOST_LABELS]
        if ahead == NULL:
            raise MemoryError
        for at in range(size):
            for label in range(labels):
                if at:
                    best = ahead[(at - 1) * labels] + self.follow[0][label]
                    for before in range(1, labels):
                        best = max(best, ahead[(at - 1) * labels + before] + self.follow[before][label])
                else:
                    best = self.start[label] if opens else self.follow[0][label]
                said = lead[label - 1, first + at] if label else 0
                ahead[at * labels + label] = best + said
        for at in range(size - 1, -1, -1):
            best_at = 0
            for label in range(labels):
                said = lead[label - 1, first + at] if label else 0
                if at < size - 1:
                    best = back[0] + self.follow[label][0]
                    for before in range(1, labels):
                        best = max(best, back[before] + self.follow[label][before])
                else:
                    best = 0 if closes else self.follow[label][0]
                next_back[label] = best + said
                value = (next_back[label] + ahead[at * labels + label]) - said
                if not label or value > best_value:
                    best_value, best_at = value, label
            for label in range(labels):
                back[label] = next_back[label]
            out[first + at] = best_at
        PyMem_Free(ahead)
