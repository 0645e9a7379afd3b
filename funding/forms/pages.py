"""What the pages of an application share. A page is bound to what was typed; only sending it on judges it."""

from typing import Any

from funding.models import Project
from renewal.kernel.forms import PlainForm
from renewal.kernel.money import Pence

MOST_PENCE = Pence(100_000_000_00)


class PageForm(PlainForm):
    """A page of one project's application; ``start`` gives what stands there before anybody typed."""

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.project = project
        kwargs.setdefault("initial", self.start(project))
        super().__init__(*args, **kwargs)
        self.prepare()

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        return {}

    def prepare(self) -> None:
        """Fill in choices and wordings that depend on the project."""
