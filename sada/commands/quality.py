"""How well pages are read: `explain` one, `eval` many against what people say of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import AsJson, examples

if TYPE_CHECKING:  # loading it loads the word lists, which other commands need not wait for
    from sada.evaluate_pairs import Judge

Gold = Annotated[
    Path,
    typer.Argument(
        metavar="GOLD_DIR", exists=True, file_okay=False, help="What the pages hold: JSON files, or .page files."
    ),
]
Raw = Annotated[
    Path | None,
    typer.Argument(
        metavar="RAW_DIR", exists=True, file_okay=False, help="The pages as scraped; .page files hold both."
    ),
]
Predictions = Annotated[
    Path | None,
    typer.Option("--predictions", metavar="DIR", file_okay=False, help="Write there what was read off each page."),
]
Pairs = Annotated[
    Path, typer.Argument(metavar="PAIRS", exists=True, dir_okay=False, help="JSON lines of id, a, b and same.")
]
PredictionFile = Annotated[
    Path | None, typer.Option("--predictions", metavar="FILE", dir_okay=False, help="Write there what Sada says.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(epilog=examples("sada explain page.txt", "sada explain --html page.txt > page.html"))(explain)
    app.command(epilog=examples("sada same 'بوتين يزور الصين غداً' 'بوتين يزور الصين غدا'"))(same)
    evaluations = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    evaluations.command(
        epilog=examples("sada eval split gold/ raw/", "sada eval split gold/ raw/ --predictions read/")
    )(split)
    evaluations.command(epilog=examples("sada eval headlines pairs.jsonl --predictions said.jsonl"))(headlines)
    evaluations.command(epilog=examples("sada eval stories pairs.jsonl --predictions said.jsonl"))(stories)
    evaluations.command(epilog=examples("sada eval ner test.conll --predictions tagged.conll"))(ner)
    app.add_typer(
        evaluations, name="eval", help="Measure against annotated texts.", epilog=examples("sada eval split gold/ raw/")
    )


def explain(
    page: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A page, as scraped.")],
    as_html: Annotated[bool, typer.Option("--html", help="Print a right-to-left HTML page instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what each part of a page was taken for. Every stretch with its label and the rule that said so."""
    from sada.errors import UserError
    from sada.explain import explain_html, explain_json, explain_terminal, read_page
    from sada.present import print_rich
    from schemas import Rejected

    found = read_page(page)
    if isinstance(found, Rejected):
        raise UserError(f"{found.reason}: {found.message}")
    if as_html or as_json:
        typer.echo(explain_html(found) if as_html else explain_json(found))
    else:
        print_rich(explain_terminal(found))


def same(
    first: Annotated[str, typer.Argument(metavar="HEADLINE", help="A headline.")],
    second: Annotated[str, typer.Argument(metavar="HEADLINE", help="Another one.")],
    as_json: AsJson = False,
) -> None:
    """Tell whether two headlines are one. Gives the verdict, its score and the reasons."""
    from sada.evaluate_pairs import same_json, same_text
    from sada.present import print_rich

    if as_json:
        typer.echo(same_json(first, second))
    else:
        print_rich(same_text(first, second))


def split(gold: Gold, raw: Raw = None, predictions: Predictions = None, as_json: AsJson = False) -> None:
    """Score clean and split. Compares what they read off pages with what people say the pages hold."""
    from sada.evaluate_split import eval_split_json, eval_split_table, evaluate_split, write_readings
    from sada.present import print_rich

    evaluation = evaluate_split(gold, raw or gold)
    if predictions is not None:
        write_readings(evaluation, predictions)
    if as_json:
        typer.echo(eval_split_json(evaluation))
    else:
        print_rich(eval_split_table(evaluation))


def headlines(
    pairs: Pairs,
    predictions: PredictionFile = None,
    as_json: AsJson = False,
) -> None:
    """Score dedupe. Judges pairs of headlines and compares that with what people say of them."""
    from sada.evaluate_pairs import judge_headlines

    _evaluate_pairs(pairs, judge_headlines, predictions, as_json)


def stories(
    pairs: Pairs,
    predictions: PredictionFile = None,
    as_json: AsJson = False,
) -> None:
    """Score the finding of copies. Judges pairs of article bodies and compares that with what people say of them."""
    from sada.evaluate_pairs import judge_stories

    _evaluate_pairs(pairs, judge_stories, predictions, as_json)


def _evaluate_pairs(pairs: Path, judge: Judge, predictions: Path | None, as_json: bool) -> None:
    from sada.evaluate_pairs import eval_pairs_json, eval_pairs_table, evaluate_pairs, write_predictions
    from sada.present import print_rich

    evaluation = evaluate_pairs(pairs, judge)
    if predictions is not None:
        write_predictions(evaluation, predictions)
    if as_json:
        typer.echo(eval_pairs_json(evaluation))
    else:
        print_rich(eval_pairs_table(evaluation))


def ner(
    conll: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CoNLL lines: a token, a tab, its tag.")
    ],
    predictions: PredictionFile = None,
    guideline: Annotated[
        str, typer.Option("--guideline", help="Whose way of annotating to follow; auto picks the nearest.")
    ] = "auto",
    as_json: AsJson = False,
) -> None:
    """Score tag. Tags tokens and compares that with what people tagged, by kind of name."""
    import json

    from sada.evaluate_ner import evaluate_ner, format_scores

    scores = evaluate_ner(conll, predictions, guideline)
    if as_json:
        typer.echo(json.dumps({kind: score._asdict() for kind, score in scores.items()}, indent=2))
    else:
        typer.echo(format_scores(scores))
