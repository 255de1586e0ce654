"""Date lines and running text enter; dates in ISO 8601 leave, each with where it stands and its time zone."""

from .find import find_dates
from .line import read_date
from .printed import PrintedDate

__all__ = ["PrintedDate", "find_dates", "read_date"]
