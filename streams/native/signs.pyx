"""Signs of headlines are compared with one: what `rivals_in_python` of streams/text/match.py tells, as one loop over bytes.

How a sign is laid out stands in streams/text/outline.py and streams/text/brief.py; the twin of what is told by words is
streams/text/outline_apart.py. Long because it is one question: to part it would put calls where there are none now.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport abs
from libc.string cimport memcmp, memcpy

cdef enum:
    BITS = 32  # bytes of a sign before its words
    NUMBERS_AT = 24
    WHAT_AT = 31
    WORD = 6
    LONGEST = 24
    REPLACED = 2
    BLOCK = 64  # signs that are fetched together
    ANY = 0xFF
    SOFT = 0xFE
    CUT_OFF = 1
    TELLS = 2
    VARIOUS = 4
    TORN = 8
    LISTED = 8  # bytes of a soft word in the lists: number (3), first and last trace, two of consonants, what it is
    HAS_MEANING = 1
    IS_FILLER = 2
    IS_LIGHT = 4
    PLAIN = 20  # what words weigh, in twentieths
    HEAVY = 16
    LIGHT = 7
    FEW = 56
    MASK = 0x0FFFFFFF  # of the bits for numbers

cdef struct Trace:
    uint8_t first, last, one, two
    bint means, fills, light, known  # has synonyms, is a filler, weighs little; what is not known may be any word

cdef struct Bits:
    uint64_t words[3]
    uint32_t numbers, begins
    int what

cdef struct Sign:
    const uint8_t* words
    const uint8_t* torn
    uint32_t begins
    int size, what
    uint16_t keys[LONGEST]


cdef class Lists:
    """What is known of the listed words: those that replace none and those with synonyms (a bit each), soft words."""

    cdef bytes silent, meanings, listed

    def __init__(self, bytes silent, bytes meanings, bytes listed):
        if len(silent) != 8192 or len(meanings) != 8192 or len(listed) % LISTED:
            raise ValueError("two tables of 65,536 bits, and rows of eight bytes sorted by number, are wanted")
        self.silent, self.meanings, self.listed = silent, meanings, listed


cdef Trace _find(const uint8_t* word, Lists lists) noexcept:
    """Give the traces of a word in full."""
    cdef Trace found
    cdef const uint8_t* rows = <const uint8_t*> PyBytes_AS_STRING(lists.listed)
    cdef const uint8_t* row
    cdef uint32_t number, there
    cdef Py_ssize_t low = 0, high = PyBytes_GET_SIZE(lists.listed) // LISTED, middle
    found.first, found.last, found.one, found.two = word[2], word[3], word[4], word[5]
    found.means, found.fills = _is_set(lists.meanings, _key(word)), False
    found.known, found.light = word[2] != ANY and word[5] != ANY, False
    if word[2] == SOFT:
        found.known = False
        number = _number(word + 3)
        while low < high:
            middle = (low + high) >> 1
            row = rows + LISTED * middle
            there = _number(row)
            if there == number:
                found.first, found.last, found.one, found.two = row[3], row[4], row[5], row[6]
                found.means, found.fills = row[7] & HAS_MEANING, (row[7] & IS_FILLER) != 0
                found.light = (row[7] & IS_LIGHT) != 0
                found.known = True
                break
            if there < number:
                low = middle + 1
            else:
                high = middle
    return found


cdef inline uint32_t _number(const uint8_t* at) noexcept:
    return <uint32_t> at[0] << 16 | <uint32_t> at[1] << 8 | at[2]


cdef inline uint16_t _key(const uint8_t* word) noexcept:
    return <uint16_t> (word[0] | word[1] << 8)


cdef inline bint _is_set(bytes table, uint16_t key) noexcept:
    return (<const uint8_t*> PyBytes_AS_STRING(table))[key >> 3] >> (key & 7) & 1


def rivals(bytes sign not None, list others not None, among, bint begin_alike, Lists lists not None):
    """Give the places in `others`, or those of them that are `among`, of the signs that could be related to `sign`."""
    cdef Sign mine, its
    cdef Bits my_bits
    cdef Bits bits[BLOCK]
    cdef bytes other
    cdef const uint8_t* data
    cdef const uint32_t[:] places = among
    cdef Py_ssize_t number = len(others), count = number if places is None else places.shape[0], turn, at, begin, end
    cdef const uint8_t* block[BLOCK]
    cdef Py_ssize_t sizes[BLOCK]
    cdef list found = []
    cdef bint could = PyBytes_GET_SIZE(sign) < BITS
    if not could:
        data = <const uint8_t*> PyBytes_AS_STRING(sign)
        _open_bits(&my_bits, data)
        _open(&mine, data, PyBytes_GET_SIZE(sign))
    for begin in range(0, count, BLOCK):
        end = min(begin + BLOCK, count)
        for turn in range(begin, end):  # where they are in no cache, all of a block are fetched before one is waited for
            at = turn if places is None else places[turn]
            if at >= number:
                raise IndexError("no such sign")
            other = others[at]
            if other is None:
                raise TypeError("a sign is bytes")
            block[turn - begin] = <const uint8_t*> PyBytes_AS_STRING(other)
            sizes[turn - begin] = PyBytes_GET_SIZE(other)
        for turn in range(end - begin):
            if sizes[turn] >= BITS:
                _open_bits(&bits[turn], block[turn])
        for turn in range(end - begin):
            if not could and sizes[turn] >= BITS:
                if not _may_match(&my_bits, &bits[turn], begin_alike):
                    continue
                _open(&its, block[turn], sizes[turn])
                if _are_apart(&mine, &its, lists):
                    continue
            found.append(begin + turn if places is None else places[begin + turn])
    return found


cdef inline void _open_bits(Bits* bits, const uint8_t* data) noexcept:
    cdef uint64_t lane = 0
    cdef int at
    memcpy(bits.words, data, NUMBERS_AT)
    for at in range(7):
        lane |= <uint64_t> data[NUMBERS_AT + at] << 8 * at
    bits.what = data[WHAT_AT]
    bits.numbers = <uint32_t> (lane if bits.what & TELLS else lane | lane >> 28) & MASK


cdef void _open(Sign* sign, const uint8_t* data, Py_ssize_t size) noexcept:
    """Take a sign apart; one that is no whole number of words, or of too many, is as good as one without words."""
    cdef int at
    sign.what, sign.torn, sign.words = data[WHAT_AT], NULL, data + BITS
    sign.begins = 0
    for at in range(4):
        sign.begins |= <uint32_t> data[NUMBERS_AT + 3 + at] << 8 * at
    sign.begins >>= 4
    size -= BITS
    sign.size = <int> (size // WORD) if size % WORD == 0 and size <= WORD * LONGEST else 0
    if sign.size and sign.what & TORN:
        sign.size -= 1
        sign.torn = sign.words + WORD * sign.size
    for at in range(sign.size):
        sign.keys[at] = _key(sign.words + WORD * at)


cdef inline int _count(uint64_t one, uint64_t two, uint64_t three) noexcept:
    """Count the bits of three numbers."""
    cdef uint64_t pairs = 0x5555555555555555, fours = 0x3333333333333333, eights = 0x0F0F0F0F0F0F0F0F
    one -= (one >> 1) & pairs
    two -= (two >> 1) & pairs
    three -= (three >> 1) & pairs
    one = (one & fours) + ((one >> 2) & fours) + (two & fours) + ((two >> 2) & fours)
    one += (three & fours) + ((three >> 2) & fours)
    return <int> ((((one & eights) + ((one >> 4) & eights)) * <uint64_t> 0x0101010101010101) >> 56)


cdef bint _may_match(const Bits* a, const Bits* b, bint begin_alike) noexcept:
    """Tell from the bits what the twin `_rivals_by_bits` tells."""
    cdef int mine = _count(a.words[0] & ~b.words[0], a.words[1] & ~b.words[1], a.words[2] & ~b.words[2])
    cdef int its = _count(b.words[0] & ~a.words[0], b.words[1] & ~a.words[1], b.words[2] & ~a.words[2])
    cdef int fewer = min(mine, its), more = max(mine, its), shared
    if fewer > REPLACED or (a.numbers & ~b.numbers and b.numbers & ~a.numbers):
        return False
    if not fewer:
        return True
    shared = _count(a.words[0] & b.words[0], a.words[1] & b.words[1], a.words[2] & b.words[2])
    shared += _count(a.numbers & b.numbers, 0, 0)
    if (a.what ^ b.what) & CUT_OFF:
        return (mine if a.what & CUT_OFF else its) == 1 and shared > 2
    if begin_alike:
        return False
    if shared <= fewer or more > shared:
        return False
    return fewer < REPLACED or (a.words[1] ^ b.words[1] | a.words[2] ^ b.words[2]) != 0


cdef bint _are_apart(const Sign* a, const Sign* b, Lists lists) noexcept:
    """Tell from the words what the twin `are_apart_in_outline` tells."""
    cdef int left[LONGEST]
    cdef int right[LONGEST]
    cdef int strange[LONGEST]
    cdef int others[LONGEST]
    cdef int mine, its, unmet, other_unmet, at, to
    if not (a.size and b.size) or (a.what & b.what & CUT_OFF):
        return False
    mine, its = _telling(a, b, left), _telling(b, a, right)
    if a.what & CUT_OFF:
        return _begins_otherwise(a, left, mine, b, right, its) or _goes_on_otherwise(a, b, lists)
    if b.what & CUT_OFF:
        return _begins_otherwise(b, right, its, a, left, mine) or _goes_on_otherwise(b, a, lists)
    if not (mine and its):
        return _say_otherwise(a, b, lists)
    unmet = _unmet(a, left, mine, b, right, its, strange)
    other_unmet = _unmet(b, right, its, a, left, mine, others)
    at, to = _such(a, left, mine, 0), _such(b, right, its, 0)
    if at or to:
        return unmet - to >= REPLACED and other_unmet - at >= REPLACED
    if unmet >= REPLACED and other_unmet >= REPLACED:
        return True
    if _such(a, left, mine, 3) or _such(b, right, its, 3):
        return False
    for at in range(unmet):
        for to in range(other_unmet):
            if _in_one_place(a, strange[at], b, others[to]):
                return True
    return _say_otherwise(a, b, lists)


cdef inline uint8_t _trace(const Sign* sign, int at, int which) noexcept:
    return sign.words[WORD * at + 2 + which]


cdef inline bint _has(const Sign* sign, uint16_t key) noexcept:
    cdef int at
    for at in range(sign.size):
        if sign.keys[at] == key:
            return True
    return False


cdef int _telling(const Sign* sign, const Sign* other, int* found) noexcept:
    """Find the places of the words with content that the other has not."""
    cdef int at, size = 0
    for at in range(sign.size):
        if _trace(sign, at, 0) != SOFT and not _has(other, sign.keys[at]):
            found[size] = at
            size += 1
    return size


cdef int _such(const Sign* sign, const int* places, int size, int which) noexcept:
    """Count the words whose first trace (or last) says that they may meet any other (are names of several words)."""
    cdef int turn, found = 0
    for turn in range(size):
        found += _trace(sign, places[turn], which) == ANY
    return found


cdef inline bint _agree(uint8_t one, uint8_t two) noexcept:
    return one == two and one != 0 and one != ANY


cdef int _unmet(
    const Sign* sign, const int* places, int size, const Sign* other, const int* others, int number, int* found
) noexcept:
    """Find the words that meet none of the others; those that may meet any are left out on both sides."""
    cdef int turn, place, at, to, unmet = 0
    for turn in range(size):
        at = places[turn]
        if _trace(sign, at, 0) == ANY:
            continue
        for place in range(number):
            to = others[place]
            if _trace(other, to, 0) != ANY and (
                _agree(_trace(sign, at, 0), _trace(other, to, 0)) or _agree(_trace(sign, at, 1), _trace(other, to, 1))
                or _agree(_trace(sign, at, 2), _trace(other, to, 2)) or _agree(_trace(sign, at, 2), _trace(other, to, 3))
                or _agree(_trace(sign, at, 3), _trace(other, to, 2)) or _agree(_trace(sign, at, 3), _trace(other, to, 3))
            ):
                break
        else:
            found[unmet] = at
            unmet += 1
    return unmet


cdef bint _begins_otherwise(
    const Sign* cut, const int* mine, int size, const Sign* whole, const int* its, int number
) noexcept:
    """Tell whether a cut headline says what the whole does not; a name that is its last word may go on there."""
    cdef int found[LONGEST]
    if size and mine[size - 1] == cut.size - 1 and _trace(cut, cut.size - 1, 3) == ANY:
        size -= 1
    return _unmet(cut, mine, size, whole, its, number, found) > _such(whole, its, number, 0)


cdef bint _goes_on_otherwise(const Sign* cut, const Sign* whole, Lists lists) noexcept:
    """Tell that no word of a headline begins as the torn last one of another, nor may be it."""
    cdef Trace torn, other
    cdef bint by_meaning = _by_meaning(cut, whole)
    cdef int at
    if cut.torn == NULL or not whole.what & TELLS or whole.size <= cut.size:
        return False
    if not cut.begins & ~whole.begins or _has(whole, _key(cut.torn)):
        return False
    torn = _find(cut.torn, lists)
    if not torn.known:
        return False
    for at in range(whole.size):
        other = _find(whole.words + WORD * at, lists)
        if not other.known or _may_be(&torn, &other, by_meaning):
            return False
    return True


cdef inline bint _by_meaning(const Sign* a, const Sign* b) noexcept:
    """Tell whether words of two signs may have a meaning in common that their keys do not tell."""
    return not (a.what & b.what & TELLS) or (a.what | b.what) & VARIOUS


cdef inline bint _is_alone(uint16_t one, uint16_t two, const Sign* a, const Sign* b) noexcept:
    """Tell whether two words are one, which each headline has once."""
    cdef int at, times = 0, others = 0
    if one != two:
        return False
    for at in range(a.size):
        times += a.keys[at] == one
    for at in range(b.size):
        others += b.keys[at] == one
    return times == 1 and others == 1


cdef bint _in_one_place(const Sign* a, int at, const Sign* b, int to) noexcept:
    """Tell whether two words stand behind the same word, or both begin the headline before the same word."""
    if at and to:
        return _is_alone(a.keys[at - 1], b.keys[to - 1], a, b)
    return not (at or to) and a.size > 1 and b.size > 1 and _is_alone(a.keys[1], b.keys[1], a, b)


cdef int _in_full_alone(const Sign* a, const Sign* b, Trace* words, bint* alone, Lists lists) noexcept:
    """Read the words that one headline has alone, and count them; none if one of them may be anything."""
    cdef int at, found = 0
    for at in range(a.size):
        alone[at] = not _has(b, a.keys[at])
        if alone[at]:
            words[at] = _find(a.words + WORD * at, lists)
            if not words[at].known:
                return -1
            found += 1
    return found


cdef int _strange(
    const Sign* a, const Trace* words, const bint* alone, const Sign* b, const Trace* others, const bint* its,
    bint by_meaning, bint* found,
) noexcept:
    """Find the words that meet none of the others, and count them."""
    cdef int at, to, count = 0
    for at in range(a.size):
        found[at] = alone[at]
        if alone[at]:
            for to in range(b.size):
                if its[to] and _may_be(words + at, others + to, by_meaning):
                    found[at] = False
                    break
            count += found[at]
    return count


cdef bint _say_otherwise(const Sign* a, const Sign* b, Lists lists) noexcept:
    """Tell whether words that meet none stand in one gap of two headlines, or too little is left to be shared."""
    cdef Trace left[LONGEST]
    cdef Trace right[LONGEST]
    cdef bint mine[LONGEST]
    cdef bint its[LONGEST]
    cdef bint strange[LONGEST]
    cdef bint others[LONGEST]
    cdef bint by_meaning = _by_meaning(a, b)
    cdef int number, other_number, at, to, gap
    if _several(a) != _several(b):
        return False
    number = _in_full_alone(a, b, left, mine, lists)
    other_number = _in_full_alone(b, a, right, its, lists) if number >= 0 else -1
    if number < 0 or other_number < 0 or not (number or other_number):
        return False
    at = _strange(a, left, mine, b, right, its, by_meaning, strange)
    to = _strange(b, right, its, a, left, mine, by_meaning, others)
    if number and other_number and at == number and to == other_number:
        if _share_too_little(a, left, mine, b, right, its, by_meaning, lists):
            return True
    if _part_ways(a, b, by_meaning, lists):
        return True
    for at in range(a.size):
        if not strange[at] or not _replaces(a, at, lists):
            continue
        gap = _gap(a, at, mine, strange)
        if gap == 0:
            continue
        for to in range(b.size):
            if (
                others[to] and _replaces(b, to, lists) and not (left[at].fills and right[to].fills)
                and _is_one_gap(gap, a, _gap(b, to, its, others), b)
            ):
                return True
    return False


cdef int _several(const Sign* sign) noexcept:
    cdef int at, found = 0
    for at in range(sign.size):
        found += _trace(sign, at, 0) == ANY or _trace(sign, at, 3) == ANY
    return found


cdef bint _replaces(const Sign* sign, int at, Lists lists) noexcept:
    """Tell whether a word neither only links, nor weighs little and is the last: then a phrase may begin with it."""
    return not _is_set(lists.silent, sign.keys[at]) and not (at == sign.size - 1 and _trace(sign, at, 0) == SOFT)


cdef int _gap(const Sign* sign, int at, const bint* alone, const bint* strange) noexcept:
    """Give the place, from one on, of the shared word behind which another stands, or, less than none, before which."""
    cdef int to = at - 1
    while to >= 0 and strange[to]:
        to -= 1
    if to >= 0:
        return 0 if alone[to] else to + 1
    to = at + 1
    while to < sign.size and strange[to]:
        to += 1
    return -to - 1 if to < sign.size and not alone[to] else 0


cdef bint _is_one_gap(int gap, const Sign* a, int other, const Sign* b) noexcept:
    if gap > 0 and other > 0:
        return _is_alone(a.keys[gap - 1], b.keys[other - 1], a, b)
    return gap < 0 and other < 0 and _is_alone(a.keys[-gap - 1], b.keys[-other - 1], a, b)


cdef bint _part_ways(const Sign* a, const Sign* b, bint by_meaning, Lists lists) noexcept:
    """Tell whether two headlines begin with the same words and go on with others, of which none meets another."""
    cdef Trace left[LONGEST]
    cdef Trace right[LONGEST]
    cdef int same = 0, at, to
    cdef bint found = False
    while same < min(a.size, b.size) and not memcmp(a.words + WORD * same, b.words + WORD * same, WORD):
        same += 1
    if not same or same == a.size or same == b.size:
        return False
    for at in range(same, a.size):
        left[at] = _find(a.words + WORD * at, lists)
        if not left[at].known:
            return False
    for to in range(same, b.size):
        right[to] = _find(b.words + WORD * to, lists)
        if not right[to].known:
            return False
    for at in range(same, a.size):
        for to in range(same, b.size):
            if a.keys[at] == b.keys[to] or _may_be(left + at, right + to, by_meaning):
                return False
            if not (left[at].fills and right[to].fills) and _replaces(a, at, lists) and _replaces(b, to, lists):
                found = True
    return found


cdef bint _share_too_little(
    const Sign* a, const Trace* left, const bint* mine, const Sign* b, const Trace* right, const bint* its,
    bint by_meaning, Lists lists,
) noexcept:
    """Tell whether two headlines share too little for what one says more, where only equal words can be paired."""
    cdef int shared = 0, others = 0, added = 0, number = 0, at
    for at in range(a.size):
        if mine[at]:
            if _is_set(lists.silent, a.keys[at]):
                return False
            added += _weight(a, at, lists)
        else:
            shared += _weight(a, at, lists)
            number += 1
    for at in range(b.size):
        if its[at]:
            if _is_set(lists.silent, b.keys[at]):
                return False
            added -= _weight(b, at, lists)
        else:
            others += _weight(b, at, lists)
            number -= 1
    if number or shared != others or shared >= FEW:
        return False
    if _may_be_known(a, mine, b, right, its, by_meaning, lists) or _may_be_known(b, its, a, left, mine, by_meaning, lists):
        return False
    return abs(added) > PLAIN or shared < 2 * PLAIN


cdef bint _may_be_known(
    const Sign* a, const bint* mine, const Sign* b, const Trace* others, const bint* its, bint by_meaning, Lists lists
) noexcept:
    """Tell whether one of the words that both headlines have may be another that the other headline has alone."""
    cdef Trace word
    cdef int at, to
    for at in range(a.size):
        if not mine[at]:
            word = _find(a.words + WORD * at, lists)
            for to in range(b.size):
                if its[to] and (not word.known or _may_be(&word, others + to, by_meaning)):
                    return True
    return False


cdef int _weight(const Sign* sign, int at, Lists lists) noexcept:
    """Give what a word weighs at most, in twentieths."""
    cdef Trace word
    if _trace(sign, at, 0) != SOFT:
        return PLAIN
    word = _find(sign.words + WORD * at, lists)
    return LIGHT if word.known and word.light else HEAVY


cdef inline bint _is_number(const Trace* word) noexcept:
    return not (word.first or word.last or word.one or word.two or word.fills)


cdef bint _may_be(const Trace* word, const Trace* other, bint by_meaning) noexcept:
    """Tell whether two words may be paired; numbers have no traces, and meet none but themselves."""
    if _is_number(word) or _is_number(other):
        return False
    if word.first == other.first or word.last == other.last or (by_meaning and word.means and other.means):
        return True
    if word.one and (word.one == other.one or word.one == other.two):
        return True
    return word.two and (word.two == other.one or word.two == other.two)
