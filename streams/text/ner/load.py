"""The model file and the folder of lists enter; a ready tagger leaves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .clitics import readings
from .features import Vocabulary, normal
from .lexicon import LEXICON, load_lexicon, read_rows
from .model import MODEL, Model, read_model
from .network import Network
from .tagger import Tagger
from .titles import Titles


@cache
def load_model(path: Path = MODEL) -> Model:
    """Read the model; cached.

    Raises:
        ModelError: the file is missing, damaged or of another format.
    """
    return read_model(path)


@cache
def load_tagger(lexicon: Path = LEXICON, model: Path = MODEL) -> Tagger:
    """Load the tagger with the lists of folder `lexicon`; cached, about half a second the first time.

    Raises:
        LexiconError: a row of a list that cannot be read.
        ModelError: the model is missing, damaged or of another format.
    """
    loaded = load_model(model)
    titles = Titles([row[0] for row in read_rows(lexicon / "titles.tsv")])
    clitics = Clitics(loaded.vocabulary)
    return Tagger(Network(loaded), load_lexicon(lexicon), titles, clitics.count)


class Clitics:
    """Counts the clitic letters before names that no list knows, by what words the model has seen."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def count(self, word: str) -> int:
        """Count the letters of `word` that are clitics: none where the whole word is a usual one."""
        folded = normal(word)
        rows, hints = self._vocabulary.rows, self._vocabulary.hints
        if folded in hints:
            return 0
        whole = rows.get(folded, len(rows))
        for clitic, rest in readings(folded):
            if clitic and (rest in hints or rows.get(rest, len(rows)) * _RARER < whole):
                return clitic
        return 0


_RARER = 3
"""How much further down the frequency list the whole word must stand than what is left without the clitic."""
