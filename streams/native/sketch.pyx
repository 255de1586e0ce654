"""The words and shingles of a body hashed: what `_hashes`, `_shingles` and `sketch_in_python` of story.py do."""

from cpython.unicode cimport (
    PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ, PyUnicode_Substring, Py_UNICODE_ISSPACE
)
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset

cdef enum:
    LOW = 0x700        # codes below, and those of general punctuation, stand in the table of what they fold to
    PUNCTUATION = 0x2000
    TABLE = 0x770
    NOTHING = 0        # what else may stand there than a letter
    PARTS = 1
    ASKS = 2
    SPACE = 3
    ROOM = 124         # bytes of the longest word that is hashed here
    LISTED = 22        # bytes of the longest word in the list
    SLOTS = 1024
    NUMBERS = 24       # kept, at most
    KEPT = 88

cdef struct Known:
    uint8_t size
    uint8_t letters[LISTED]
    uint64_t value

cdef uint64_t[8] IV
cdef uint8_t[192] SIGMA
IV[:] = [
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
]
SIGMA[:] = list(bytes.fromhex(
    "000102030405060708090a0b0c0d0e0f0e0a0408090f0d06010c00020b070503"
    "0b080c0005020f0d0a0e030607010904070903010d0c0b0e0206050a04000f08"
    "0900050702040a0f0e010b0c0608030d020c060a000b0803040d07050f0e0109"
    "0c05010f0e0d040a000706030902080b0d0b070e0c01030905000f040806020a"
    "060f0e090b0300080c020d0701040a050a020804070601050f0b090e030c0d00"
    "000102030405060708090a0b0c0d0e0f0e0a0408090f0d06010c00020b070503"
))


cdef class Words:
    """Hashes words: those in the list have a value there, those with other signs than letters get it from `others`."""

    cdef bytes folded
    cdef object others
    cdef Known known[SLOTS]

    def __init__(self, bytes folded, dict known, others):
        """Take 16 bits for each code, what listed words (UTF-8) come to, and the table that knows all words."""
        cdef bytes word
        cdef const uint8_t* letters
        cdef int at
        if len(folded) != 2 * TABLE or len(known) > SLOTS // 2 or any(not 0 < len(word) <= LISTED for word in known):
            raise ValueError("a table of codes and a list of at most 512 words of 1 to 22 bytes are wanted")
        self.folded, self.others = folded, others
        memset(self.known, 0, sizeof(self.known))
        for word, value in known.items():
            letters = word
            at = _slot(letters, len(word))
            while self.known[at].size:
                at = (at + 1) % SLOTS
            self.known[at].size = len(word)
            memcpy(self.known[at].letters, letters, len(word))
            self.known[at].value = value

    def draw(self, str body, uint64_t[::1] drawn):
        """Put the hashes of the words of `body` that have one into `drawn`; return how many there are."""
        cdef Py_ssize_t at = 0, begin, length = PyUnicode_GET_LENGTH(body), count = 0
        cdef int kind = PyUnicode_KIND(body), mark, size, letters
        cdef const void* data = PyUnicode_DATA(body)
        cdef uint8_t word[ROOM + 4]
        cdef bint asks, parted
        cdef uint64_t value
        if drawn.shape[0] < length // 2 + 1:
            raise ValueError("no room for as many words")
        while at < length:
            begin, size, letters, asks, parted = at, 0, 0, False, False
            while at < length:
                mark = self._mark(PyUnicode_READ(kind, data, at))
                at += 1
                if mark == SPACE:
                    at -= 1
                    break
                if mark == ASKS or size > ROOM - 3:
                    asks = True
                elif mark == PARTS:
                    parted = size > 0
                elif mark != NOTHING:
                    if parted:
                        word[size] = 32
                        size, letters, parted = size + 1, letters + 1, False
                    letters += 1
                    size += _put(mark, word + size)
            if asks:
                value = self.others[PyUnicode_Substring(body, begin, at)]
            else:
                value = self._value(word, size, letters)
            if value:
                drawn[count] = value
                count += 1
            at += 1
        return count

    cdef inline int _mark(self, uint32_t code) noexcept:
        cdef const uint8_t* row = self.folded
        if code >= LOW:
            if not PUNCTUATION <= code < PUNCTUATION + TABLE - LOW:
                return SPACE if Py_UNICODE_ISSPACE(code) else ASKS
            code = code - PUNCTUATION + LOW
        return row[2 * code] | row[2 * code + 1] << 8

    cdef uint64_t _value(self, uint8_t* word, int size, int letters) noexcept:
        cdef int at
        cdef uint32_t drawn
        if 0 < size <= LISTED:
            at = _slot(word, size)
            while self.known[at].size:
                if self.known[at].size == size and memcmp(self.known[at].letters, word, size) == 0:
                    return self.known[at].value
                at = (at + 1) % SLOTS
        if letters <= 2:
            return 0
        drawn = _digest(word, size)
        return drawn if drawn else 1


def mix(uint64_t[::1] words):
    """Hash each three words in a row, with their place, where the first of them stood; return the first numbers."""
    cdef list numbers = []
    cdef Py_ssize_t at
    cdef uint64_t mixed
    for at in range(words.shape[0]):
        if words[at] >> 32 and len(numbers) < NUMBERS and <int>(words[at] & 0xFFFF) not in numbers:
            numbers.append(<int>(words[at] & 0xFFFF))
    for at in range(words.shape[0] - 2):
        mixed = words[at] * <uint64_t>0x9E3779B97F4A7C15
        mixed += words[at + 1] * <uint64_t>0xC2B2AE3D27D4EB4F
        mixed += words[at + 2] * <uint64_t>0x165667B19E3779F9
        mixed ^= mixed >> 29
        mixed *= <uint64_t>0xFF51AFD7ED558CCD
        words[at] = (mixed & <uint64_t>0xFFFFFFFF00000000) | <uint64_t>at
    return numbers


def least(const uint64_t[::1] placed, uint32_t step):
    """Count the different hashes of rising `placed`; the least of them, and in steps where each stands first."""
    cdef Py_ssize_t at, count = 0, kept
    cdef uint8_t hashes[4 * KEPT]
    cdef uint8_t places[KEPT]
    cdef uint32_t drawn, place
    if step < 1:
        raise ValueError("places are counted in steps of at least one")
    for at in range(placed.shape[0]):
        drawn = <uint32_t>(placed[at] >> 32)
        if at and drawn == <uint32_t>(placed[at - 1] >> 32):
            continue
        if count < KEPT:
            _put_word(drawn, hashes + 4 * count)
            place = <uint32_t>placed[at] // step
            places[count] = <uint8_t>(place if place < 255 else 255)
        count += 1
    kept = min(count, KEPT)
    return count, (<char*>hashes)[:4 * kept], (<char*>places)[:kept]


cdef inline int _put(int code, uint8_t* to) noexcept:
    """Write a code below 0x800 as UTF-8; return its bytes."""
    if code < 0x80:
        to[0] = <uint8_t>code
        return 1
    to[0], to[1] = <uint8_t>(0xC0 | code >> 6), <uint8_t>(0x80 | code & 0x3F)
    return 2


cdef inline void _put_word(uint32_t word, uint8_t* to) noexcept:
    to[0], to[1], to[2], to[3] = word & 0xFF, word >> 8 & 0xFF, word >> 16 & 0xFF, word >> 24


cdef inline int _slot(const uint8_t* word, Py_ssize_t size) noexcept:
    cdef uint32_t drawn = 2166136261
    cdef Py_ssize_t at
    for at in range(size):
        drawn = (drawn ^ word[at]) * <uint32_t>16777619
    return (drawn ^ drawn >> 16) % SLOTS


cdef inline uint64_t _turned(uint64_t word, int by) noexcept:
    return word >> by | word << (64 - by)


cdef inline void _stir(uint64_t* v, int a, int b, int c, int d, uint64_t x, uint64_t y) noexcept:
    v[a] = v[a] + v[b] + x
    v[d] = _turned(v[d] ^ v[a], 32)
    v[c] = v[c] + v[d]
    v[b] = _turned(v[b] ^ v[c], 24)
    v[a] = v[a] + v[b] + y
    v[d] = _turned(v[d] ^ v[a], 16)
    v[c] = v[c] + v[d]
    v[b] = _turned(v[b] ^ v[c], 63)


cdef uint32_t _digest(const uint8_t* data, int size) noexcept:
    """BLAKE2b (RFC 7693) of one block, four bytes of it, the first one least."""
    cdef uint64_t m[16]
    cdef uint64_t v[16]
    cdef uint8_t* s
    cdef int at, turn
    memset(m, 0, sizeof(m))
    for at in range(size):
        m[at >> 3] |= <uint64_t>data[at] << (8 * (at & 7))
    for at in range(8):
        v[at] = v[at + 8] = IV[at]
    v[0] ^= 0x01010004
    v[12] ^= <uint64_t>size
    v[14] = ~v[14]
    for turn in range(12):
        s = SIGMA + 16 * turn
        _stir(v, 0, 4, 8, 12, m[s[0]], m[s[1]])
        _stir(v, 1, 5, 9, 13, m[s[2]], m[s[3]])
        _stir(v, 2, 6, 10, 14, m[s[4]], m[s[5]])
        _stir(v, 3, 7, 11, 15, m[s[6]], m[s[7]])
        _stir(v, 0, 5, 10, 15, m[s[8]], m[s[9]])
        _stir(v, 1, 6, 11, 12, m[s[10]], m[s[11]])
        _stir(v, 2, 7, 8, 13, m[s[12]], m[s[13]])
        _stir(v, 3, 4, 9, 14, m[s[14]], m[s[15]])
    return <uint32_t>((IV[0] ^ 0x01010004) ^ v[0] ^ v[8])
