"""Write, check and put into use the documents that say how money is shared."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from communities.models import User
from funding.models import ParameterSet, ParameterSetState
from funding.rules.parameter_reader import read_parameters
from funding.rules.parameters import default_document
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.errors import DomainError


class SetInUse(DomainError):
    """A parameter set that has been used never changes; begin a new version of it."""


@transaction.atomic
def write_parameter_set(
    *,
    name: str,
    now: datetime,
    document: Mapping[str, Any] | None = None,
    based_on: ParameterSet | None = None,
    actor: User | None = None,
) -> ParameterSet:
    """Begin a draft: from a document, from an earlier set, or from the standard one. Checks it first."""
    base = document if document is not None else based_on.document if based_on else default_document()
    filled = dict(read_parameters({**base, "name": name}).document)
    latest = ParameterSet.objects.select_for_update().order_by("-version").first()
    parameter_set = ParameterSet.objects.create(
        name=name,
        version=(latest.version if latest else 0) + 1,
        document=filled,
        digest=digest(filled),
        based_on=based_on,
        written_by=actor,
        written_at=now,
    )
    record(actor=actor, action="parameters.written", subject=parameter_set, digest=parameter_set.digest)
    return parameter_set


@transaction.atomic
def edit_parameter_set(
    *, parameter_set_id: int, document: Mapping[str, Any], actor: User | None, now: datetime
) -> ParameterSet:
    """Replace the document of a draft; raises ParameterError with every problem, or SetInUse."""
    filled = dict(read_parameters(document).document)
    changed = ParameterSet.objects.filter(pk=parameter_set_id, state=ParameterSetState.DRAFT).update(
        document=filled, digest=digest(filled), name=filled["name"], written_by=actor, written_at=now
    )
    if not changed:
        raise SetInUse(parameter_set_id=parameter_set_id)
    parameter_set = ParameterSet.objects.get(pk=parameter_set_id)
    record(actor=actor, action="parameters.edited", subject=parameter_set, digest=parameter_set.digest)
    return parameter_set


def put_into_use(*, parameter_set_id: int, now: datetime) -> None:
    """Freeze a set: from now on the database refuses to change it. Doing it again changes nothing."""
    ParameterSet.objects.filter(pk=parameter_set_id, state=ParameterSetState.DRAFT).update(
        state=ParameterSetState.IN_USE, used_at=now
    )
