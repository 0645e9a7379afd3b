"""Pages of long lists: keys first, rows afterwards, so that sorting never carries wide rows along."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class LeanPaginator(Paginator):  # type: ignore[type-arg]  # generic in the types alone
    """A paginator that sorts keys alone and then reads the rows of its page; two queries and the count."""

    object_list: QuerySet[Any]

    def __init__(
        self, object_list: QuerySet[Any], per_page: int, *args: Any, known_count: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(object_list, per_page, *args, **kwargs)
        if known_count is not None:  # who has counted already need not count again
            self.__dict__["count"] = known_count

    def page(self, number: int | str) -> "Page[Any]":
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        return Page(rows_of(self.object_list, first, first + self.per_page), number, self)


def rows_of(found: QuerySet[Any], first: int, last: int) -> Sequence[Any]:
    """Read the rows of a slice in the list's order: first their keys, then the rows."""
    keys = list(found.values_list("pk", flat=True)[first:last])
    rows = {row.pk: row for row in found.order_by().filter(pk__in=keys)}
    return [rows[key] for key in keys if key in rows]
