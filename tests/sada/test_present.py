"""Tables: Arabic isolated in its cell on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from sada.present import END, ISOLATE, Bidi, Column, Steps, _table, show_table

ARABIC = "قال الرئيس الروسي إن موسكو منفتحة على الحوار مع واشنطن"


def render(*cells: str, width: int = 60) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True, color_system=None)
    columns = [Column(f"c{number}", ratio=1) for number in range(len(cells))]
    console.print(_table("t", columns, [cells]))
    return file.getvalue().splitlines()


def test_arabic_is_isolated_and_latin_is_not() -> None:
    """Only a cell with right-to-left letters is fenced, then each of its lines, one of digits too."""
    text = "\n".join(render("موسكو\n+4", "Moscow +4"))
    assert f"{ISOLATE}موسكو{END}" in text
    assert f"{ISOLATE}+4{END}" in text
    assert f"{ISOLATE}Moscow" not in text


def test_every_line_of_a_wrapped_cell_is_isolated_alone() -> None:
    """An isolate opens and closes on the same terminal line, whatever the width."""
    lines = [line for line in render(ARABIC, "2024-01-02", width=44) if ISOLATE in line]
    assert len(lines) > 1
    assert all(line.count(ISOLATE) == line.count(END) == 1 for line in lines)


def test_no_word_is_lost_in_wrapping() -> None:
    """What went into a narrow cell comes out of it, in order."""
    words = [
        word
        for line in render(ARABIC, width=30)
        if ISOLATE in line
        for word in line.partition(ISOLATE)[2].partition(END)[0].split()
    ]
    assert words == ARABIC.split()


@pytest.mark.parametrize("width", [30, 44, 60, 80, 120])
def test_isolates_take_no_room(width: int) -> None:
    """Every line of a table has the same number of terminal cells, Arabic in it or not."""
    from rich.cells import cell_len

    lines = [line for line in render(ARABIC, "2024-01-02", "ناتو", width=width) if line[:1] in "┏┃┡│├└"]
    assert len({cell_len(line) for line in lines}) == 1


def test_a_right_column_stands_at_the_right() -> None:
    """In a column of Arabic each line ends at the right edge, its padding outside the isolate."""
    file = io.StringIO()
    console = Console(file=file, width=40, force_terminal=True, color_system=None)
    console.print(_table("t", [Column("عنوان", right=True)], [(ARABIC,)]))
    lines = [line for line in file.getvalue().splitlines() if ISOLATE in line]
    assert lines
    assert all(line.endswith(f"{END} │") for line in lines)
    assert all(line.partition(ISOLATE)[0].strip() == "│" for line in lines)


def test_away_from_a_terminal_rows_are_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe or a log, a row is one line with tabs, without isolates, a missing value empty."""
    show_table("Found", (Column("title"), Column("date")), [(f"{ARABIC}\nثم", "2024"), ("x", None)])
    assert capsys.readouterr().out == f"# Found\ntitle\tdate\n{ARABIC} ثم\t2024\nx\t\n\n"


def test_steps_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A step that is told again and again is one line, and an empty one none."""
    with Steps() as steps:
        for text in ("one", "one", "", "two", "two"):
            steps(text)
    assert capsys.readouterr().err == "one\ntwo\n"


def test_a_cell_measures_its_text() -> None:
    """A cell asks for the room its text needs and can live with less."""
    console = Console(file=io.StringIO(), width=80)
    measured = Bidi(ARABIC).__rich_measure__(console, console.options)
    assert (measured.minimum, measured.maximum) == (12, len(ARABIC))


def test_cells_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences and turning marks from pages reach no terminal and no pipe."""
    show_table("t", [Column("title")], [("خبر\x1b[2J\x9b1m\u202eعاجل\u2069",)])
    assert not {"\x1b", "\x9b", "\u202e", "\u2069"} & set(capsys.readouterr().out)
