"""Open data: each app names the files it publishes; the index page lists those that exist here."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class DataSet:
    """One file anybody can download. ``form`` says its shape and licence in words: "CSV, one row for each pot"."""

    key: str
    title: Words
    text: Words
    form: Words
    url_name: str
    order: int = 50


@dataclass(frozen=True)
class DataLink:
    title: Words
    text: Words
    form: Words
    url: str


_sets: dict[str, DataSet] = {}


def add_dataset(dataset: DataSet) -> None:
    """Add a file to the open data page, in ``AppConfig.ready``; the same key again replaces it."""
    _sets[dataset.key] = dataset


def published_datasets() -> list[DataLink]:
    """List the files whose route exists, in order."""
    links = []
    for dataset in sorted(_sets.values(), key=lambda dataset: (dataset.order, dataset.key)):
        try:
            url = reverse(dataset.url_name)
        except NoReverseMatch:
            continue
        links.append(DataLink(dataset.title, dataset.text, dataset.form, url))
    return links
