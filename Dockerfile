# The one image of web, worker and beat. It holds production's packages only; see docs/running.md.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /srv/fund
COPY requirements.lock ./
RUN python -m venv /srv/venv \
 && /srv/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    RENEWAL_ENV=production \
    RENEWAL_VAR=/srv/var \
    NUMBA_CACHE_DIR=/srv/var/numba \
    DJANGO_SETTINGS_MODULE=renewal.settings.base
RUN useradd --uid 10001 --no-create-home --home-dir /srv/var --shell /usr/sbin/nologin fund \
 && mkdir -p /srv/var/numba /srv/var/media && chown -R fund:fund /srv/var
COPY --from=packages /srv/venv /srv/venv
WORKDIR /srv/fund
COPY . .
# Settings want secrets even to collect static files: these last for this one command and are random.
RUN export SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" PEPPER="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
    DATABASE_URL=postgresql://app@nowhere/fund REDIS_URL=redis://nowhere/0 ALLOWED_HOSTS=localhost \
 && python manage.py compile_catalogues \
 && python manage.py collectstatic --noinput
USER fund
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "renewal.wsgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "--no-ws"]
