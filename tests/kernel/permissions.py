"""Who may open the kernel's URLs: machines may, without signing in."""

from tests.support.catalogue import Row

ROWS = [
    Row("security_contact", others=200),
    Row("health", others=200),
    Row("ready", others=503),  # no worker runs beside these tests, and readiness says so
]
