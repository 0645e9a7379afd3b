"""Numbers of organisations in public registers, by org-id.guide list code, and what each looks like (G§2.3)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


def _as_typed(number: str) -> str:
    return number


def _company(number: str) -> str:
    """Company numbers have eight characters; people leave out the zeros in front."""
    return number.zfill(8) if number.isdigit() else number


def _after(prefix: str) -> Callable[[str], str]:
    return lambda number: number.removeprefix(prefix)


def _before(prefix: str) -> Callable[[str], str]:
    return lambda number: number if number.startswith(prefix) else prefix + number


@dataclass(frozen=True)
class Scheme:
    """One register: its name, an example, the form of a number, and how a typed number is brought to that form."""

    code: str
    name: str
    example: str
    form: re.Pattern[str]
    tidy: Callable[[str], str] = _as_typed


def _scheme(code: str, name: str, example: str, form: str, tidy: Callable[[str], str] = _as_typed) -> Scheme:
    return Scheme(code, name, example, re.compile(form, re.ASCII), tidy)


SCHEMES: Mapping[str, Scheme] = {
    scheme.code: scheme
    for scheme in (
        _scheme("GB-CHC", "Charity Commission for England and Wales", "1164883", r"[1-9]\d{5,6}"),
        _scheme("GB-SC", "Scottish Charity Regulator (OSCR)", "SC042386", r"SC\d{6}", _before("SC")),
        _scheme("GB-NIC", "Charity Commission for Northern Ireland", "100019", r"\d{6}", _after("NIC")),
        _scheme("GB-COH", "Companies House", "09506232", r"(?:\d{8}|[A-Z]{2}\d{6}|R\d{7}|IP\d{5}R)", _company),
        _scheme(
            "GB-MPR",
            "Mutuals Public Register (FCA)",
            "IP031455",
            r"(?:\d{1,6}[A-Z]{0,3}|IP\d{5,6}[A-Z]?|[A-Z]{2}\d{3,6}|\d+[RS]\w*)",
        ),
        _scheme("GB-REV", "HM Revenue and Customs charity reference", "X6243", r"[A-Z]{1,2}\d{1,5}"),
        _scheme("GB-LAE", "Local authorities in England", "WOT", r"[A-Z]{3}"),
        _scheme("GB-LAS", "Local authorities in Scotland", "ZET", r"[A-Z]{3}"),
        _scheme("GB-PLA", "Principal local authorities in Wales", "AGY", r"[A-Z]{3}"),
        _scheme("GB-LANI", "Local authorities in Northern Ireland", "BFS", r"[A-Z]{3}"),
        _scheme("GB-EDU", "Schools (URN)", "125554", r"\d{6}"),
        _scheme("GB-UKPRN", "Learning providers (UKPRN)", "10007774", r"1\d{7}"),
        _scheme("GB-NHS", "NHS organisations (ODS code)", "RAX", r"[A-Z0-9]{3,10}"),
        _scheme("GB-SHPE", "Social housing providers in England", "LH4401", r"(?:\d{4}|[A-Z]{1,3}\d{4})"),
        _scheme("GB-CASC", "Community amateur sports clubs", "CH10035", r"[A-Z]{2}\d{4,6}"),
    )
}


def read_number(scheme: str, typed: str) -> str | None:
    """Bring a typed number to its register's form; None when it cannot be one. KeyError for an unknown scheme."""
    known = SCHEMES[scheme]
    tidy = known.tidy(re.sub(r"[\s\-./]", "", typed[:60]).upper())
    return tidy if known.form.fullmatch(tidy) else None
