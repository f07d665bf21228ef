"""One file, from the environment, loud on bad values. Every variable is explained in docs/operations.md."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from kombu import Queue
from psycopg.conninfo import conninfo_to_dict

from config.addresses import Refused, postgres_address
from connectors import reach

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    value = text(name, str(default)).lower()
    if value not in {"true", "false", "1", "0", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value in {"true", "1", "yes"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def database(name: str) -> dict[str, object]:
    """`postgresql://user:password@host:port/name?sslmode=require`; a socket folder goes into `?host=`."""
    try:
        url = postgres_address(name, text(name))
    except Refused as error:
        raise ImproperlyConfigured(f"{error} (`manage.py demo` and `up` bring their own.)") from None
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user"),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**parts, "pool": {"min_size": 1, "max_size": number("DATABASE_POOL", 8)}},
    }


def redis_url(name: str) -> str:
    url = text(name)
    if urlsplit(url).scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured(f"{name} must look like redis://host:6379/0, not {url or 'empty'!r}.")
    return url


DEBUG = flag("DEBUG", False)
TESTING = flag("WAYBILL_TESTING", False)
SECRET_KEY = text("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is empty; any long random string will do (`manage.py demo` makes one)."
    )
# Newest first; older ones still open what they sealed. See docs/operations.md on rotation.
MASTER_KEYS = [key for key in text("WAYBILL_MASTER_KEYS").split(",") if key]
if not MASTER_KEYS:
    raise ImproperlyConfigured(
        "WAYBILL_MASTER_KEYS is empty; it holds one or more Fernet keys, newest first."
    )
ALLOWED_HOSTS = [host for host in text("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",") if host]
PUBLIC_URL = text("PUBLIC_URL", "http://localhost:8000").rstrip("/")
# Where platforms reach the webhooks; a tunnel may differ from the address people use.
WEBHOOK_URL = text("WEBHOOK_URL", PUBLIC_URL).rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
APP_ROLE = text("WAYBILL_APP_ROLE", "waybill_app")
SANDBOX_URL = text("WAYBILL_SANDBOX_URL")  # set by `manage.py demo`; empty in production

try:  # connectors read it from the environment themselves
    reach.networks(text("WAYBILL_REACHABLE"))
except ValueError as error:
    raise ImproperlyConfigured(f"WAYBILL_REACHABLE holds networks like 10.1.0.0/16: {error}.") from None

DATABASES = {"default": database("DATABASE_URL")}
REDIS_URL = redis_url("REDIS_URL")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "template_partials",
    "csp",
    "lucide",
    "audit",
    "inbox",
    "knowledge",
    "agents",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "inbox.middleware.OrganizationMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "inbox.views.context.organization",
            ],
            "builtins": [f"inbox.templatetags.{name}" for name in ("words", "persons", "links")],
        },
    }
]

AUTH_USER_MODEL = "inbox.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_ADAPTER = "inbox.accounts.InvitedOnly"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False if TESTING else {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith("http://localhost")

# Invitations and forgotten passwords. Channels bring their own mail servers.
EMAIL_HOST = text("EMAIL_HOST")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = number("EMAIL_PORT", 587)
EMAIL_HOST_USER = text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 15  # seconds
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "Waybill <waybill@localhost>")

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = number("TRUSTED_PROXIES", 0)  # whose X-Forwarded-For is believed
SECURE_HSTS_SECONDS = number("HSTS_SECONDS", 0)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'", "ws:" if PUBLIC_URL.startswith("http://") else "wss:"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    }
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_ROOT = Path(text("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
LIVE_PREFIX = text("WAYBILL_LIVE_PREFIX", "waybill")  # sets test workers on one server apart
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": LIVE_PREFIX},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = TESTING
CELERY_TASK_EAGER_PROPAGATES = TESTING
CELERY_TASK_ACKS_LATE = True  # tasks are idempotent; a killed worker's task runs again
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker takes what people wait for first: messages in and out, then drafts and parcels, then the past.
CELERY_TASK_QUEUES = [Queue("live"), Queue("machine"), Queue("later")]
CELERY_TASK_DEFAULT_QUEUE = "live"
CELERY_TASK_ROUTES = {
    "agents.tasks.prove_visitor": {"queue": "live"},  # somebody waits for the code
    "agents.tasks.send_code": {"queue": "live"},
    "agents.tasks.*": {"queue": "machine"},
    "inbox.tasks.track": {"queue": "machine"},
    "inbox.tasks.fetch_again": {"queue": "machine"},
    "inbox.tasks.follow": {"queue": "later"},
    "inbox.tasks.read_past": {"queue": "later"},
    "inbox.tasks.erase": {"queue": "later"},
}
CELERY_BROKER_TRANSPORT_OPTIONS = {"queue_order_strategy": "priority"}  # in the order above
CELERY_BEAT_SCHEDULE_FILENAME = text("CELERY_BEAT_FILE", str(BASE_DIR / "var" / "celerybeat"))
CELERY_BEAT_SCHEDULE = {
    "sweep deliveries and outgoing": {"task": "inbox.tasks.sweep", "schedule": 5.0},
    "poll channels": {"task": "inbox.tasks.poll", "schedule": float(number("POLL_SECONDS", 15))},
    "measure sellers": {"task": "inbox.tasks.measure", "schedule": 12 * 3600.0},
    "ask for webhooks again": {"task": "inbox.tasks.subscribe", "schedule": 6 * 3600.0},
    "wake snoozed": {"task": "inbox.tasks.wake", "schedule": 20.0},
    "seal the trail": {"task": "audit.tasks.seal", "schedule": 2.0},
    "sweep runs": {"task": "agents.tasks.sweep", "schedule": 20.0},
    "sweep actions": {"task": "agents.tasks.sweep_actions", "schedule": 5.0},
}

UNDO_SECONDS = number("UNDO_SECONDS", 10)

# The model. Without a key, drafts are composed and embeddings are made on this machine.
OPENAI_API_KEY = text("OPENAI_API_KEY")
OPENAI_BASE_URL = text("OPENAI_BASE_URL")
DRAFT_MODEL = text("WAYBILL_DRAFT_MODEL", "gpt-4.1-mini")
EMBED_MODEL = text("WAYBILL_EMBED_MODEL", "text-embedding-3-small")
MODEL_TIMEOUT = number("WAYBILL_MODEL_TIMEOUT", 20)  # seconds

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {"TITLE": "Waybill API", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "audit.logs.Masked",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": text("LOG_LEVEL", "WARNING" if TESTING else "INFO")},
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
