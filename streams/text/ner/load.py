"""The model file and the folder of lists enter; a ready tagger leaves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from threadpoolctl import threadpool_limits

from streams.text.lexicon import LEXICON

from .gazetteer import load_gazetteer, read_rows
from .model import MODEL, Model, read_model
from .namewords import NameWords
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
        GazetteerError: a row of a list that cannot be read.
        ModelError: the model is missing, damaged or of another format.
    """
    # An article's matrices are small: BLAS threads would spin for each other and cost ten times the arithmetic.
    threadpool_limits(1, "blas")
    loaded = load_model(model)
    titles = Titles([row[0] for row in read_rows(lexicon / "titles.tsv")])
    return Tagger(Network(loaded), load_gazetteer(lexicon), titles, NameWords(loaded.vocabulary))
