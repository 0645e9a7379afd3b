"""Do one step of a run in a process of its own and die by SIGKILL at the n-th statement; n = 0 lives.

Called as ``python -m tests.funding.campaigns.die_at compute|post RUN N`` with the test database in the environment.
"""

import os
import signal
import sys


def main(step: str, run_id: int, at: int) -> None:
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from funding.services.allocation import compute_run, post_run

    count = 0

    def counting(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counting):
        {"compute": compute_run, "post": post_run}[step](run_id=run_id, now=timezone.now())
    print(count)  # noqa: T201 - the caller reads how many statements a whole step takes


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
