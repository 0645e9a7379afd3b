"""Do one piece of a run in a process of its own and die by SIGKILL at the n-th statement; n = 0 lives.

Called as ``python -m tests.funding.campaigns.die_at WORK ID N`` with the test database in the environment. WORK is
``message`` (do a promise of the outbox, as a worker does: the attempt, the lock, the work, the mark), ``compute`` or
``post`` (call the service past the outbox), or ``careless`` (the broken twin: compute without a transaction).
"""

import os
import signal
import sys


def main(work: str, pk: int, at: int) -> None:
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from funding.services.allocation import compute_run, post_run
    from renewal.kernel.outbox import perform

    count = 0

    def counting(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    now = timezone.now()
    with connection.execute_wrapper(counting):
        if work == "message":
            perform(message_id=pk, now=now)
        elif work == "careless":
            connection.features.has_select_for_update = False  # what Django refuses outside a transaction
            compute_run.__wrapped__(run_id=pk, now=now)
        else:
            {"compute": compute_run, "post": post_run}[work](run_id=pk, now=now)
    print(count)  # noqa: T201 -- the caller reads how many statements a whole step takes


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
