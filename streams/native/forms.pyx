"""The forms under which a folded word may stand in another headline: what streams/text/same_forms.py does in Python."""

from cpython.unicode cimport PyUnicode_FromKindAndData, PyUnicode_Substring, PyUnicode_Tailmatch

cdef extern from "Python.h":
    const int PyUnicode_4BYTE_KIND

cdef enum:
    LEFT = 3       # letters that stay of a word when a clitic or an ending is taken off
    LONGEST = 64   # letters of a word, at most
    TAIL = 1       # where PyUnicode_Tailmatch looks


cdef class Forms:
    """Reads words by lists of endings, each sorted by last letters: pronouns, endings, owned, and both first ones."""

    cdef dict pronouns, endings, owned, suffixes
    cdef str weak

    def __init__(self, dict pronouns, dict endings, dict owned, dict suffixes, str weak):
        self.pronouns, self.endings, self.owned, self.suffixes = pronouns, endings, owned, suffixes
        self.weak = weak

    def read(self, str text, frozenset more):
        """Give the bare forms of a word; these, `more` and what stays of all without inflection; consonants."""
        if not text or len(text) > LONGEST:
            raise ValueError("a word has 1 to 64 letters")
        cdef set forms = _bare_forms(text)
        cdef set spellings = forms | more
        cdef set roots = set(spellings)
        cdef str form
        for form in spellings:
            self._add_roots(form, roots)
        return frozenset(forms), frozenset(roots), self._skeletons(forms)

    def stem(self, str text):
        """Give the consonants of a word without whatever may be a clitic; where there are too few, the letters."""
        if not text or len(text) > LONGEST:
            raise ValueError("a word has 1 to 64 letters")
        cdef str bare = _barest(text)
        cdef str bones = self._consonants(bare)
        return bones if len(bones) >= LEFT else bare

    cdef _add_roots(self, str form, set roots):
        cdef Py_ssize_t length = len(form), left
        cdef str last = PyUnicode_Substring(form, length - 1, length), end, stem
        cdef Py_UCS4 before
        _add_person(form, roots)
        for end in <tuple>self.endings.get(last, ()):
            left = length - len(end)
            if left >= LEFT and PyUnicode_Tailmatch(form, end, 0, length, TAIL):
                stem = PyUnicode_Substring(form, 0, left)
                roots.add(stem)
                _add_person(stem, roots)
        for end in <tuple>self.pronouns.get(last, ()):
            left = length - len(end)
            if left > 1 and PyUnicode_Tailmatch(form, end, 0, length, TAIL):
                stem = PyUnicode_Substring(form, 0, left)
                roots.add(stem)
                _add_person(stem, roots)
                before = form[left - 1]
                if (before == u"ي" or before == u"و") and left > LEFT:
                    stem = PyUnicode_Substring(form, 0, left - 1)
                    roots.add(stem)
                    _add_person(stem, roots)
        for end in <tuple>self.owned.get(last, ()):
            left = length - len(end)
            if left > 1 and PyUnicode_Tailmatch(form, end, 0, length, TAIL):
                stem = PyUnicode_Substring(form, 0, left) + "ه"
                roots.add(stem)
                _add_person(stem, roots)

    cdef frozenset _skeletons(self, set forms):
        cdef set found = set()
        cdef str form, bones
        for form in forms:
            bones = self._consonants(form)
            if len(bones) > 1:
                found.add(bones)
            if form[0] == u"ت" and len(form) > LEFT:
                bones = self._consonants(PyUnicode_Substring(form, 1, len(form)))
                if len(bones) > 1:
                    found.add(bones)
        return frozenset(found)

    cdef str _consonants(self, str text):
        cdef Py_UCS4 bones[LONGEST]
        cdef Py_ssize_t first = 0, length = len(text), ending = 0, size, at = 0
        cdef Py_UCS4 one = text[0], two = text[1] if length > 1 else 0
        cdef str suffix
        if one == u"ا" and two == u"ل":
            return ""
        if (one == u"ي" or one == u"ت") and two == u"ت" and length > LEFT + 1:
            first = 2
        if text[first] == u"ت" and length - first == 5 and _is_masdar(text, first):
            first += 1
        for suffix in <tuple>self.suffixes.get(PyUnicode_Substring(text, length - 1, length), ()):
            if len(suffix) <= length - first - LEFT and PyUnicode_Tailmatch(text, suffix, first, length, TAIL):
                ending = len(suffix)
                break
        size = self._bones(text, first, length - ending, bones)
        if size < 2:
            size = self._bones(text, first, length, bones)
        while size - at > LEFT and _is_one_of(bones[at], u"متنس"):
            at += 1
        if size - at > LEFT and (bones[at + 1] == u"ت" or bones[at + 1] == u"ط"):
            bones[at + 1] = bones[at]
            at += 1
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, bones + at, size - at)

    cdef Py_ssize_t _bones(self, str text, Py_ssize_t first, Py_ssize_t end, Py_UCS4* bones):
        """Write the letters that are not weak, one for two of a kind."""
        cdef Py_ssize_t at, size = 0
        cdef Py_UCS4 letter
        cdef bint doubled = False
        for at in range(first, end):
            letter = text[at]
            if _is_one_of(letter, self.weak):
                continue
            if size and bones[size - 1] == letter and not doubled and letter != u"\n":
                doubled = True
                continue
            bones[size] = letter
            size += 1
            doubled = False
        return size


cdef inline bint _is_one_of(Py_UCS4 letter, str letters):
    cdef Py_UCS4 one
    for one in letters:
        if one == letter:
            return True
    return False


cdef bint _is_masdar(str text, Py_ssize_t first):
    """Five letters, the fourth of them يـ: the verbal noun of the second form."""
    cdef Py_ssize_t at
    for at in range(first + 1, first + 5):
        if not (text[at].isalnum() or text[at] == u"_"):
            return False
    return text[first + 3] == u"ي"


cdef str _barest(str text):
    cdef Py_ssize_t first = 0, length = len(text)
    while length - first > LEFT:
        if length - first > LEFT + 1 and text[first] == u"ا" and text[first + 1] == u"ل":
            first += 2
        elif _is_one_of(text[first], u"وفبلك"):
            first += 1
        else:
            break
    return PyUnicode_Substring(text, first, length)


cdef set _bare_forms(str text):
    cdef set forms = {text}
    cdef Py_ssize_t length = len(text)
    cdef str form
    if (text[0] == u"و" or text[0] == u"ف") and length > LEFT:
        forms.add(PyUnicode_Substring(text, 1, length))
    for form in list(forms):
        length = len(form)
        if length > LEFT:
            if _is_one_of(form[0], u"وفبلك"):
                forms.add(PyUnicode_Substring(form, 1, length))
            if form[0] == u"ل" and form[1] == u"ل":
                forms.add("ال" + PyUnicode_Substring(form, 2, length))
    for form in list(forms):
        length = len(form)
        if length > LEFT and form[0] == u"ا" and form[1] == u"ل":
            forms.add(PyUnicode_Substring(form, 2, length))
    return forms


cdef _add_person(str form, set persons):
    """Add the form that stands for all persons of a verb, of its future too."""
    cdef Py_ssize_t length = len(form)
    if length <= LEFT:
        return
    cdef Py_UCS4 first = form[0]
    if first == u"ي" or first == u"ت" or first == u"ن":
        persons.add("@" + PyUnicode_Substring(form, 1, length))
    elif first == u"س" and length > LEFT + 2 and (form[1] == u"ي" or form[1] == u"ت" or form[1] == u"ن"):
        persons.add("@" + PyUnicode_Substring(form, 2, length))
