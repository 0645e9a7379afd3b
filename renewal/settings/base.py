"""Settings that are safe for production; demo.py and test.py loosen only what they must."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from renewal.settings import env

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(env.text("RENEWAL_VAR", str(ROOT / "var")))

SECRET_KEY = env.secret("SECRET_KEY")
# Keys the match tokens of residents and the hashes of letter codes; changing it makes every stored token useless.
PEPPER = env.secret("PEPPER")
DEBUG = False
DEMO = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_ADDRESS = env.text("SITE_ADDRESS", "https://localhost")
SECURITY_CONTACT = env.text("SECURITY_CONTACT", f"{SITE_ADDRESS}/en/help/")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "renewal.kernel.admin.FundAdminConfig",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials",
    "renewal.kernel",
    "communities",
    "voting",
    "funding",
    "renewal.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages for prepaid data; Django pads against guessing by length
    "renewal.kernel.middleware.logged_request",
    "renewal.kernel.middleware.readable_cookies",
    "renewal.kernel.middleware.fresh_page",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "renewal.site.middleware.helpful_refusals",
    "renewal.kernel.middleware.usual_method",
    "renewal.kernel.middleware.readable_address",
    "renewal.site.middleware.guard_officers",
    "renewal.site.middleware.kept_language",
]

ROOT_URLCONF = "renewal.urls"
WSGI_APPLICATION = "renewal.wsgi.application"
AUTH_USER_MODEL = "communities.User"
# The e-mail address is unique whatever its capitals: a constraint on Lower("email"), which this check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "renewal.kernel.context.service",
                "renewal.site.context.account",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "template_partials.templatetags.partials",
                "renewal.kernel.templatetags.page",
            ],
        },
    }
]
FORM_RENDERER = "renewal.kernel.forms.PageRenderer"

# The app's role cannot touch the schema; `owner` runs migrations, `counter` opens boxes, `reader` makes reports.
DATABASES = {"default": env.database("DATABASE_URL", options={"pool": True} if env.flag("WEB_POOL") else None)}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
for _alias, _name in (("owner", "OWNER_DATABASE_URL"), ("counter", "COUNTER_DATABASE_URL")):
    if env.text(_name, " ").strip():
        DATABASES[_alias] = env.database(_name)
DATABASE_ROUTERS = ["renewal.kernel.routers.OwnerMigrates"]

REDIS_URL = env.text("REDIS_URL")
# Sessions and rate limits live in PostgreSQL, so that the loss of the broker costs nobody anything.
SESSION_ENGINE = "renewal.kernel.sessions"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"}}

OUTBOX_ATTEMPTS = env.number("OUTBOX_ATTEMPTS", 3)  # work begun so often and never ended is set aside
CELERY_BROKER_URL = env.broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 360
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "outbox-relay": {"task": "renewal.kernel.tasks.relay_outbox", "schedule": 5.0},
    "heartbeat": {"task": "renewal.kernel.tasks.beat", "schedule": 20.0},
    "close-due-polls": {"task": "voting.tasks.close_due_polls", "schedule": 60.0},
    "log-sealed-ballots": {"task": "voting.tasks.log_sealed_ballots", "schedule": 600.0},
    "keep-answers": {"task": "funding.tasks.keep_answers", "schedule": 60.0},
    "check-ledger": {"task": "funding.tasks.check_ledger_nightly", "schedule": crontab(hour=2, minute=17)},
    "small-awards": {"task": "funding.tasks.advance_small_awards", "schedule": 3600.0},
    "resume-fan-outs": {"task": "funding.tasks.resume_fan_outs", "schedule": 60.0},
    "lapse-challenges": {"task": "funding.tasks.lapse_challenges", "schedule": 3600.0},
    "advance-rounds": {"task": "funding.tasks.advance_rounds", "schedule": 60.0},
    "remind-of-checks": {"task": "funding.tasks.remind_of_checks", "schedule": 3600.0},
    "tell-voters": {"task": "voting.tasks.tell_voters", "schedule": crontab(hour=7, minute=41)},
    "remind-voters": {"task": "voting.tasks.remind_voters", "schedule": 3600.0},
    "forget-votes": {"task": "voting.tasks.forget_what_is_over", "schedule": crontab(hour=3, minute=23)},
    "forget-files": {"task": "funding.tasks.forget_files", "schedule": crontab(hour=3, minute=47)},
    "expire-holder-requests": {"task": "communities.tasks.expire_requests", "schedule": 3600.0},
    "expire-invitations": {"task": "communities.tasks.expire_invitations", "schedule": 3600.0},
    "count-opened-polls": {"task": "voting.tasks.count_opened_polls", "schedule": 15.0},
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = sorted(path for path in (ROOT / "locale").glob("*") if path.is_dir())
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(VAR / "media")}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 20 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_TIMEOUT = 60 * 60
ACCOUNT_EMAIL_VERIFICATION = "none"  # a typed code has shown it: nobody gets in without one
ACCOUNT_ADAPTER = "renewal.site.adapters.AccountAdapter"
MFA_ADAPTER = "renewal.site.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "renewal.site.account_forms.SecondStepForm",
    "reauthenticate": "renewal.site.account_forms.SecondStepAgainForm",
    "activate_totp": "renewal.site.account_forms.AddAppForm",
    "add_webauthn": "renewal.site.account_forms.AddPasskeyForm",
}
OFFICERS_NEED_SECOND_STEP = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # signing for money asks for the second step again after ten minutes
OFFICERS_IDLE_SECONDS = 15 * 60
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
LOGIN_URL = "renewal:sign_in"
LOGIN_REDIRECT_URL = "/"
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "fund@localhost")

# UX.md §10: nothing inline, nothing from anybody else.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [NONE],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^ready/"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 20 * 60 * 60
CSRF_FAILURE_VIEW = "renewal.site.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"facts": {"()": "renewal.kernel.logs.FactsFormatter"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "facts"}},
    "root": {"handlers": ["out"], "level": "INFO"},
}
