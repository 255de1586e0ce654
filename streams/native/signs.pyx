"""Signs of headlines compared with one: what `rivals_in_python` of streams/text/match.py tells, as one loop over bytes."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport uint8_t, uint16_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    SIGN = 32         # bytes of a sign that hold its bits: words (of them names first), numbers, whether it is cut off
    CUT_AT = 31
    WORD = 6          # bytes of a word behind them: its hash, then its traces
    LONGEST = 24      # words, at most; of a headline with more nothing is told
    REPLACED = 2
    FLAG = 0xFF
    SOFT = 0xFE
    LISTED = 8        # bytes of a soft word in the lists: number (3), first and last trace, two of consonants, what it is
    HAS_MEANING = 1
    IS_FILLER = 2

cdef struct Outline:
    int size
    bint is_cut
    uint16_t keys[LONGEST]
    uint8_t traces[LONGEST][4]
    bint shared[LONGEST]   # the other headline has the word too
    int told[LONGEST]      # the places of words that tell something and that it has alone
    int alone

cdef struct Traced:
    int first
    int last
    int bones[2]
    int boned
    bint has_meaning
    bint is_filler

cdef class Lists:
    """What the lists know: hashes of words that replace none and of those with synonyms (a bit each), soft words."""

    cdef bytes silent, meanings, listed

    def __init__(self, bytes silent, bytes meanings, bytes listed):
        if len(silent) != 8192 or len(meanings) != 8192 or len(listed) % LISTED:
            raise ValueError("two tables of 65,536 bits, and rows of eight bytes sorted by number, are wanted")
        self.silent, self.meanings, self.listed = silent, meanings, listed


def rivals(bytes sign, list others, Lists lists, bint begin_alike):
    """Give the places in `others` of the signs whose headlines could be related to that of `sign`, itself not empty."""
    cdef list found = []
    cdef Outline one, two
    cdef Py_ssize_t place
    cdef bytes other
    if len(sign) < SIGN:
        raise ValueError("a sign has 32 bytes at least")
    _read(sign, &one)
    for place in range(len(others)):
        other = others[place]
        if PyBytes_GET_SIZE(other) >= SIGN:
            if not _may_match(PyBytes_AS_STRING(sign), PyBytes_AS_STRING(other), begin_alike):
                continue
            _read(other, &two)
            if _are_apart(&one, &two, lists):
                continue
        elif PyBytes_GET_SIZE(other):
            raise ValueError("a sign has 32 bytes at least")
        found.append(place)
    return found


cdef inline int _ones(uint64_t bits) noexcept:
    bits = bits - ((bits >> 1) & <uint64_t>0x5555555555555555)
    bits = (bits & <uint64_t>0x3333333333333333) + ((bits >> 2) & <uint64_t>0x3333333333333333)
    bits = (bits + (bits >> 4)) & <uint64_t>0x0F0F0F0F0F0F0F0F
    return <int>((bits * <uint64_t>0x0101010101010101) >> 56)


cdef bint _may_match(const char* sign, const char* other, bint begin_alike) noexcept:
    """Numbers that do not clash, few words replaced: asked of the bits alone."""
    cdef uint8_t a[SIGN]
    cdef uint8_t b[SIGN]
    cdef uint64_t one, two
    cdef int lane, mine = 0, its = 0, shared = 0, fewer, more
    cdef bint only_names = True, is_cut, is_other_cut
    memcpy(a, sign, SIGN)
    memcpy(b, other, SIGN)
    is_cut, is_other_cut = a[CUT_AT] & 1, b[CUT_AT] & 1
    a[CUT_AT] = b[CUT_AT] = 0
    for lane in range(4):
        memcpy(&one, a + 8 * lane, 8)
        memcpy(&two, b + 8 * lane, 8)
        shared += _ones(one & two)
        if lane == 3:
            if one & ~two and two & ~one:
                return False
        else:
            mine += _ones(one & ~two)
            its += _ones(two & ~one)
            if lane and one ^ two:
                only_names = False
    fewer, more = (mine, its) if mine < its else (its, mine)
    if fewer > REPLACED:
        return False
    if not fewer:
        return True
    if is_cut != is_other_cut:
        return (mine if is_cut else its) == 1 and shared > 2
    return not begin_alike and shared > fewer and more <= shared and (fewer < REPLACED or not only_names)


cdef void _read(bytes sign, Outline* read) noexcept:
    cdef const uint8_t* data = <const uint8_t*>PyBytes_AS_STRING(sign)
    cdef Py_ssize_t size = (PyBytes_GET_SIZE(sign) - SIGN) // WORD
    cdef int at
    read.is_cut = data[CUT_AT] & 1
    read.size = <int>size if size <= LONGEST else 0
    data += SIGN
    for at in range(read.size):
        read.keys[at] = data[0] | (<uint16_t>data[1] << 8)
        memcpy(read.traces[at], data + 2, 4)
        data += WORD


cdef bint _are_apart(Outline* one, Outline* two, Lists lists) noexcept:
    """What `are_apart_in_outline` tells."""
    cdef int at, to, left = 0, right = 0
    cdef bint meets_any = False, has_names = False
    cdef int mine[LONGEST]
    cdef int its[LONGEST]
    if not (one.size and two.size) or (one.is_cut and two.is_cut):
        return False
    _compare(one, two)
    _compare(two, one)
    if not (one.alone if one.is_cut else two.alone if two.is_cut else one.alone and two.alone):
        return not (one.is_cut or two.is_cut) and _replace_soft_words(one, two, lists)
    if one.is_cut:
        return _begins_otherwise(one, two)
    if two.is_cut:
        return _begins_otherwise(two, one)
    for at in range(one.alone):
        meets_any |= one.traces[one.told[at]][0] == FLAG
        has_names |= one.traces[one.told[at]][3] == FLAG
    for at in range(two.alone):
        meets_any |= two.traces[two.told[at]][0] == FLAG
        has_names |= two.traces[two.told[at]][3] == FLAG
    if meets_any:
        return _are_apart_but_for_any(one, two)
    for at in range(one.alone):
        if not _meets(one.traces[one.told[at]], two):
            mine[left] = one.told[at]
            left += 1
    for at in range(two.alone):
        if not _meets(two.traces[two.told[at]], one):
            its[right] = two.told[at]
            right += 1
    if left >= REPLACED and right >= REPLACED:
        return True
    if has_names:
        return False
    for at in range(left):
        for to in range(right):
            if _in_one_place(mine[at], its[to], one, two):
                return True
    return _replace_soft_words(one, two, lists)


cdef void _compare(Outline* one, const Outline* two) noexcept:
    """Note which words the other has too, and where those stand that tell something and that it has not."""
    cdef int at, to
    one.alone = 0
    for at in range(one.size):
        one.shared[at] = False
        for to in range(two.size):
            if one.keys[at] == two.keys[to]:
                one.shared[at] = True
                break
        if not one.shared[at] and one.traces[at][0] != SOFT:
            one.told[one.alone] = at
            one.alone += 1


cdef bint _meets(const uint8_t* row, const Outline* other) noexcept:
    """Tell whether a word has a trace in common, of one sort, with one that the other headline has alone."""
    cdef int at
    cdef const uint8_t* its
    for at in range(other.alone):
        its = other.traces[other.told[at]]
        if its[0] == FLAG:
            continue
        if _same(row[0], its[0]) or _same(row[1], its[1]):
            return True
        if _same(row[2], its[2]) or _same(row[2], its[3]) or _same(row[3], its[2]) or _same(row[3], its[3]):
            return True
    return False


cdef inline bint _same(uint8_t one, uint8_t two) noexcept:
    return one == two and one != 0 and one != FLAG


cdef int _any_words(const Outline* one, int alone) noexcept:
    cdef int at, count = 0
    for at in range(alone):
        count += one.traces[one.told[at]][0] == FLAG
    return count


cdef int _met(const Outline* one, int alone, const Outline* two) noexcept:
    """Count the words of the first `alone` that meet one; those that may be anything are left out."""
    cdef int at, count = 0
    for at in range(alone):
        if one.traces[one.told[at]][0] != FLAG and _meets(one.traces[one.told[at]], two):
            count += 1
    return count


cdef bint _are_apart_but_for_any(const Outline* one, const Outline* two) noexcept:
    cdef int mine = _any_words(one, one.alone), its = _any_words(two, two.alone)
    return (
        one.alone - mine - its - _met(one, one.alone, two) >= REPLACED
        and two.alone - its - mine - _met(two, two.alone, one) >= REPLACED
    )


cdef bint _begins_otherwise(const Outline* cut, const Outline* whole) noexcept:
    """Tell whether a cut headline says what the whole does not; a name that is its last word may go on there."""
    cdef int last = cut.told[cut.alone - 1], alone = cut.alone
    if last == cut.size - 1 and cut.traces[last][3] == FLAG:
        alone -= 1
    return alone - _any_words(cut, alone) - _any_words(whole, whole.alone) > _met(cut, alone, whole)


cdef bint _in_one_place(int at, int to, const Outline* one, const Outline* two) noexcept:
    """Tell whether two words stand behind the same word, or both begin the headline before the same word."""
    if at and to:
        return _is_alone(one.keys[at - 1], two.keys[to - 1], one, two)
    return not (at or to) and one.size > 1 and two.size > 1 and _is_alone(one.keys[1], two.keys[1], one, two)


cdef bint _is_alone(uint16_t key, uint16_t other, const Outline* one, const Outline* two) noexcept:
    return key == other and _count(key, one) == 1 and _count(key, two) == 1


cdef int _count(uint16_t key, const Outline* one) noexcept:
    cdef int at, count = 0
    for at in range(one.size):
        count += one.keys[at] == key
    return count


cdef bint _replace_soft_words(const Outline* one, const Outline* two, Lists lists) noexcept:
    """What `_replace_soft_words` of streams/text/outline.py tells."""
    cdef int at, to
    cdef bint is_read = False
    cdef Traced mine[LONGEST]
    cdef Traced its[LONGEST]
    for at in range(one.size):
        if not _may_be_replaced(at, one, lists):
            continue
        for to in range(two.size):
            if not _may_be_replaced(to, two, lists) or not _in_one_place(at, to, one, two):
                continue
            if not is_read:
                if not (_read_in_full(one, mine, lists) and _read_in_full(two, its, lists)):
                    return False
                is_read = True
            if not (mine[at].is_filler and its[to].is_filler):
                if not _may_be_any(&mine[at], two, its) and not _may_be_any(&its[to], one, mine):
                    return True
    return False


cdef bint _may_be_replaced(int at, const Outline* one, Lists lists) noexcept:
    return not one.shared[at] and not _has(lists.silent, one.keys[at]) and not (
        at == one.size - 1 and one.traces[at][0] == SOFT
    )


cdef inline bint _has(bytes table, uint16_t key) noexcept:
    return (<uint8_t>PyBytes_AS_STRING(table)[key >> 3] >> (key & 7)) & 1


cdef bint _may_be_any(const Traced* word, const Outline* other, const Traced* its) noexcept:
    cdef int at
    for at in range(other.size):
        if not other.shared[at] and _may_be(word, &its[at]):
            return True
    return False


cdef bint _may_be(const Traced* one, const Traced* two) noexcept:
    cdef int at, to
    if _is_number(one) or _is_number(two):
        return False
    if one.first == two.first or one.last == two.last or (one.has_meaning and two.has_meaning):
        return True
    for at in range(one.boned):
        for to in range(two.boned):
            if one.bones[at] == two.bones[to]:
                return True
    return False


cdef bint _is_number(const Traced* one) noexcept:
    return not (one.first or one.last or one.boned or one.is_filler)


cdef bint _read_in_full(const Outline* one, Traced* read, Lists lists) noexcept:
    """Read the words that a headline has alone; False if one of them may be anything."""
    cdef int at
    for at in range(one.size):
        if not one.shared[at] and not _in_full(one.keys[at], one.traces[at], &read[at], lists):
            return False
    return True


cdef bint _in_full(uint16_t key, const uint8_t* row, Traced* read, Lists lists) noexcept:
    cdef int trace
    if row[0] == SOFT:
        return _look_up(row + 1, read, lists.listed)
    if row[0] == FLAG or row[3] == FLAG:
        return False
    read.first, read.last, read.boned, read.is_filler = row[0], row[1], 0, False
    read.has_meaning = _has(lists.meanings, key)
    for trace in range(2, 4):
        if row[trace]:
            read.bones[read.boned] = row[trace]
            read.boned += 1
    return True


cdef bint _look_up(const uint8_t* number, Traced* read, bytes listed) noexcept:
    cdef const uint8_t* rows = <const uint8_t*>PyBytes_AS_STRING(listed)
    cdef const uint8_t* row
    cdef Py_ssize_t low = 0, high = PyBytes_GET_SIZE(listed) // LISTED, middle
    cdef long wanted = _number(number), there
    while low < high:
        middle = (low + high) // 2
        row = rows + LISTED * middle
        there = _number(row)
        if there == wanted:
            read.first, read.last, read.boned = row[3], row[4], row[7] >> 2
            read.bones[0], read.bones[1] = row[5], row[6]
            read.has_meaning, read.is_filler = row[7] & HAS_MEANING, (row[7] & IS_FILLER) != 0
            return True
        if there < wanted:
            low = middle + 1
        else:
            high = middle
    return False


cdef inline long _number(const uint8_t* number) noexcept:
    return (<long>number[0] << 16) | (<long>number[1] << 8) | number[2]
