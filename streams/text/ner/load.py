"""The folder of lists enters; a ready tagger leaves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .announced import Announced
from .lexicon import LEXICON, load_lexicon, read_rows
from .tagger import Tagger
from .titles import Titles


@cache
def load_tagger(lexicon: Path = LEXICON) -> Tagger:
    """Load the tagger with the lists of folder `lexicon`; cached.

    Raises:
        LexiconError: a row of a list that cannot be read.
    """
    titles = Titles([row[0] for row in read_rows(lexicon / "titles.tsv")])
    return Tagger(Announced(titles), load_lexicon(lexicon), titles)
