"""Make a long chain of migrations run several times faster, for the demo and the test database.

Django keeps a rendered copy of every model while it migrates, and renders a model and its neighbours again whenever one
of them changes. Two kinds of change touch no neighbour: a new model, which is simply added, and an index or constraint,
which is a row in a list. Here they are done in place. The tables that come out are the same; a long test compares the
dumps. Production migrates without this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState


@contextmanager
def quick_state() -> Iterator[None]:
    """Replace four methods of Django's migration state for the length of a block."""
    names = ("add_model", "_append_option", "_remove_option", "_alter_option")
    before = {name: getattr(ProjectState, name) for name in names}
    try:
        ProjectState.add_model = _add_model  # type: ignore[method-assign]  # replaced on purpose
        for name in names[1:]:
            setattr(ProjectState, name, _in_place(before[name]))
        yield
    finally:
        for name, method in before.items():
            setattr(ProjectState, name, method)


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:  # type: ignore[attr-defined]  # private to Django
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])


def _in_place(method: Any) -> Any:
    """Change the list in the state without rendering, and give the rendered model the new list."""

    def change(self: ProjectState, app_label: str, model_name: str, option_name: str, *rest: Any) -> None:
        rendered = self.__dict__.pop("apps", None)
        try:
            method(self, app_label, model_name, option_name, *rest)
        finally:
            if rendered is not None:
                self.__dict__["apps"] = rendered
        if rendered is not None:
            options = self.models[app_label, model_name].options[option_name]
            setattr(rendered.get_model(app_label, model_name)._meta, option_name, list(options))

    return change
