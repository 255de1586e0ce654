"""Options in, settings out: those of the environment, and the addresses of the line that runs in the state folder."""

from __future__ import annotations

from pathlib import Path

from schemas import Settings
from schemas.settings import load_settings

from .errors import UserError
from .state import Run, read_live_run


def read_settings(**options: object) -> Settings:
    """Read the settings, `options` first, with every folder made absolute (children may run elsewhere)."""
    settings = load_settings(**options)
    folders = {"inbox": settings.inbox.absolute(), "state_dir": settings.state_dir.absolute()}
    return settings.model_copy(update=folders)


def check_credentials(settings: Settings) -> None:
    """See that what a server's login needs is there, before anyone waits for that server.

    Raises:
        UserError: a password or certificate is missing; names the variable.
    """
    from schemas.kafka_options import client_options
    from sinks.client import connect

    try:
        client_options(settings)
        connect(settings).close()
    except ValueError as error:
        raise UserError(str(error), "correct it in the environment or in .env") from error


def is_given(settings: Settings, name: str) -> bool:
    """Tell whether `name` was set by hand (environment, .env, secrets file, option) and is no default."""
    return name in settings.model_fields_set


def find_line(state_dir: Path | None = None) -> tuple[Settings, Run | None]:
    """Return the settings that reach the line running in the state folder, and its run file.

    An address set by hand wins over the running line's.
    """
    asked = load_settings(state_dir=state_dir)
    settings = read_settings(state_dir=state_dir)
    run = read_live_run(settings.state_dir)
    if run is None:
        return settings, None
    found = {"kafka": run.kafka, "elasticsearch": run.elasticsearch, "inbox": run.inbox, "topology": run.topology}
    update = {name: value for name, value in found.items() if value is not None and not is_given(asked, name)}
    return settings.model_copy(update=update), run
