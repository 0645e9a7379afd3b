"""Ask a URL and exit 0 if it answers 200: the container's health check, where there is no curl. Standard library only.

The name in the Host header is ``localhost``, which is always allowed, whatever host is asked.
"""

import sys
import urllib.error
import urllib.request


def ask(address: str) -> int:
    """Return 0 when the address answers 200, else 1 with what it said."""
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"not a web address: {address}")
    request = urllib.request.Request(address, headers={"Host": "localhost"})  # noqa: S310 -- checked above
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 -- checked above
            return 0 if answer.status == 200 else 1
    except urllib.error.HTTPError as problem:
        sys.stderr.write(problem.read(500).decode(errors="replace") + "\n")
    except OSError as problem:
        sys.stderr.write(f"{address}: {problem}\n")
    return 1


if __name__ == "__main__":
    sys.exit(ask(sys.argv[1]))
