"""Tagged PDFs from typst templates, in a font that travels with us, with QR codes drawn as one path.

A template is a ``.typ`` file under ``templates/``. It reads ``json(bytes(sys.inputs.data))``; text arrives as
strings, so nothing that people wrote is ever run as markup. A QR code is the one path of ``qr_path``: put it in an SVG.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import font_source_sans_pro
import segno
import typst
from django.conf import settings

FONT = "Source Sans Pro"


@lru_cache(maxsize=1)
def _compiler_fonts() -> str:
    return str(font_source_sans_pro.font_directory)


def qr_svg(text: str) -> str:
    """Draw a text (an address of ours) as a QR code: an SVG with a single path, error level M, quiet zone of 2."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", xmldecl=False, svgns=True, border=2, scale=1)
    return out.getvalue().decode()


def make_pdf(template: str, data: Mapping[str, Any], *, made_at: datetime | None = None) -> bytes:
    """Set a template with its data as a tagged PDF (PDF/UA-1); the same data and moment give the same bytes."""
    path = Path(settings.ROOT) / "templates" / template
    content = typst.compile(
        str(path),
        root=str(path.parent),
        font_paths=[_compiler_fonts()],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "font": FONT},
        pdf_standards=["ua-1"],
        timestamp=int(made_at.timestamp()) if made_at else None,
    )
    return bytes(content)
