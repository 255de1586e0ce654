"""Variables that name files in, the secrets in those files out: `SADA_KAFKA_PASSWORD_FILE=/run/secrets/kafka`."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

LARGEST = 64 * 1024
"""Bytes of a secret; what is longer was named by mistake."""


class SettingsError(ValueError):
    """Settings that cannot be used; the text names the variable and what to do, never a value."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads each secret setting from the file that `<its variable>_FILE` names, as container images do."""

    def __init__(self, settings: type[BaseSettings], *variables: Mapping[str, str | None]) -> None:
        """Look for the names in `variables`, lower case, the first mapping first."""
        super().__init__(settings)
        self._variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return what the file of `field_name` holds, if one is named."""
        variable = f"{self.config.get('env_prefix', '')}{field_name}".upper()
        place = self._named(f"{variable}_FILE") if _may_stand_in_a_file(field, field_name) else None
        if place is None:
            return None, field_name, False
        if self._named(variable) is not None:
            raise SettingsError(f"both {variable} and {variable}_FILE are set; keep one of them")
        return read_secret(f"{variable}_FILE", Path(place)), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the settings that files hold.

        Raises:
            SettingsError: a file that cannot serve; names the variable and the file.
        """
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}

    def _named(self, variable: str) -> str | None:
        return next((value for names in self._variables if (value := names.get(variable.lower()))), None)


def _may_stand_in_a_file(field: FieldInfo, name: str) -> bool:
    """Tell secrets, and users, which are mounted beside their passwords."""
    return SecretStr in get_args(field.annotation) or name.endswith("_username")


def read_secret(variable: str, place: Path) -> str:
    """Return what the file `place`, named by `variable`, holds, without the line end that editors add.

    Who may read the file is the operator's affair: Docker and Kubernetes mount secrets readable to all inside their
    container. A file that others may write is refused, for they would choose whom we log in as.

    Raises:
        SettingsError: no regular file, unreadable, writable by others, empty, longer than `LARGEST` or no UTF-8.
    """
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SettingsError(f"{variable}: {place}: {error.strerror}; mount the secret or mend its rights") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise SettingsError(f"{variable}: {place} is no regular file; name the file that holds the secret")
        if status.st_mode & stat.S_IWOTH:
            raise SettingsError(f"{variable}: any user may write {place}; take that right away (chmod o-w)")
        data = os.read(handle, LARGEST + 1)
    finally:
        os.close(handle)
    return _text(variable, place, data)


def _text(variable: str, place: Path, data: bytes) -> str:
    if len(data) > LARGEST:
        raise SettingsError(f"{variable}: {place} is longer than {LARGEST:,} bytes; it holds no secret of ours")
    try:
        secret = data.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SettingsError(f"{variable}: {place} is no UTF-8 text; write the secret alone into it") from None
    if not secret:
        raise SettingsError(f"{variable}: {place} is empty; write the secret into it")
    return secret
